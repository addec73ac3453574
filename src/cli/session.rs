//! The database of a command: the one that the configuration names, or the private cluster.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::catalogue::{Catalogue, Territory};
use crate::config::Config;
use crate::store::cluster::{Cluster, SUPERUSER};
use crate::store::{Access, MEMBER, MigrationState, READER, Store};

/// What a command works with.
pub struct Session {
    /// The configuration.
    pub config: Config,
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The territory.
    pub territory: Territory,
    /// The database.
    pub store: Store,
    cluster: Option<Cluster>,
}

/// How a command uses the private cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// As its owner: the server.
    Own,
    /// Beside the server that runs, or alone.
    Join,
}

impl Session {
    /// Opens the database. The private cluster is migrated at once; a database of somebody else's
    /// only when told.
    ///
    /// # Errors
    /// When the configuration, the catalogue or the database cannot be used.
    pub async fn open(purpose: Use) -> anyhow::Result<Self> {
        let session = Self::open_as_is(purpose).await?;
        match session.bring_up_to_date().await {
            Ok(()) => Ok(session),
            Err(error) => {
                session.close().await?;
                Err(error)
            }
        }
    }

    /// Opens the database without looking at its migrations.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn open_as_is(purpose: Use) -> anyhow::Result<Self> {
        let config = Config::load()?;
        let catalogue = Arc::new(catalogue(&config.layers)?);
        let territory = Territory::read(&config.layers).map_err(anyhow::Error::msg)?;
        let (access, cluster) = match &config.database {
            Some(url) => (Access::from_urls(url, config.read_database.as_ref())?, None),
            None => {
                let cluster = match purpose {
                    Use::Own => Cluster::start(&config.home).await?,
                    Use::Join => Cluster::join(&config.home).await?,
                };
                let access = Access {
                    write: cluster.options(SUPERUSER),
                    read: cluster.options(READER),
                    member: cluster.options(MEMBER),
                };
                (access, Some(cluster))
            }
        };
        let store = Store::open(
            access,
            &config.file.limits,
            territory.srid(),
            &territory.served_crs(),
        );
        let session = Self {
            config,
            catalogue,
            territory,
            store,
            cluster,
        };
        match session.store.check_versions().await {
            Ok(()) => Ok(session),
            Err(error) => {
                session.close().await?;
                Err(error.into())
            }
        }
    }

    async fn bring_up_to_date(&self) -> anyhow::Result<()> {
        if self.cluster.is_some() {
            self.store.migrate().await?;
            return self.apply_layers().await;
        }
        match self
            .store
            .migration_state()
            .await
            .context("the database cannot be used")?
        {
            MigrationState::Current => Ok(()),
            MigrationState::Behind { missing } => bail!(
                "the database lacks {missing} migration(s): run « geonantes db migrate » first"
            ),
            MigrationState::Ahead => bail!(
                "the database was migrated by a newer version of this program: update the program"
            ),
        }
    }

    /// Makes or extends the tables of every layer.
    ///
    /// # Errors
    /// When a change would lose data, or the database refuses.
    pub async fn apply_layers(&self) -> anyhow::Result<()> {
        for layer in self.catalogue.layers() {
            self.store.apply(layer).await?;
        }
        Ok(())
    }

    /// Closes the pools, and stops the private cluster when it is ours.
    ///
    /// # Errors
    /// When PostgreSQL does not stop.
    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }

    /// Where psql finds the private cluster.
    pub fn socket(&self) -> Option<&Path> {
        self.cluster.as_ref().map(Cluster::socket_dir)
    }
}

/// Reads the catalogue.
///
/// # Errors
/// With every problem, shown with file, line and caret.
pub fn catalogue(folder: &Path) -> anyhow::Result<Catalogue> {
    Catalogue::read(folder).map_err(|error| anyhow::anyhow!("{}", error.render()))
}
