//! The private PostgreSQL cluster: what runs when no database is configured.
//!
//! The system's own programs, as an unprivileged user, reached over a socket that nobody else
//! can open. One program owns it: makes it, starts it (or adopts what a killed program left),
//! watches it and stops it; others may use it meanwhile. Every state that a kill can leave
//! behind ends in a server that answers or in a message that says what to do; no data are ever
//! deleted to get there.
//!
//! Order of a start: [`place`] → [`lock`] → [`init`] → [`launch`] → [`supervise`].

mod binaries;
mod database;
mod error;
mod init;
mod launch;
mod lock;
mod log;
mod place;
mod postmaster;
mod process;
mod settings;
mod socket;
mod supervise;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

pub use error::ClusterError;
pub use settings::{DATABASE, OLDEST, PORT, SETTINGS, SUPERUSER};

use lock::Lock;
use place::Place;
use postmaster::Patience;
use process::Running;
use supervise::Supervisor;

/// How long a program waits for another one's cluster to be ready for it.
const JOIN_LIMIT: Duration = Duration::from_secs(120);

/// A private cluster that runs. Call [`Cluster::stop`] at the end; when an owner is dropped
/// without it, PostgreSQL is asked to stop and the next start waits for that.
#[derive(Debug)]
pub struct Cluster {
    place: Arc<Place>,
    socket: PathBuf,
    role: Role,
    users: Lock,
}

#[derive(Debug)]
enum Role {
    /// The server's: what it started, it stops.
    Owner(Supervisor),
    /// A command's that found no owner: stops it unless others use it by then.
    Keeper(Supervisor),
    /// A user's: the owner stops it, or the last user when the owner was a keeper.
    Joined,
}

impl Cluster {
    /// Owns the cluster of a home (GEONANTES_HOME, made when absent): makes the data folder when
    /// there is none, starts PostgreSQL or adopts the one that a killed program left, repairs
    /// what a kill left, makes the database, and watches the server from then on.
    ///
    /// # Errors
    /// [`ClusterError::Busy`] when another program owns it; otherwise what is missing, damaged
    /// or refused.
    pub async fn start(home: &Path) -> Result<Cluster, ClusterError> {
        let place = Place::of(home)?;
        match own(&place)? {
            Ok(lock) => Cluster::launch(place, lock, Role::Owner).await,
            Err(pid) => Err(ClusterError::Busy {
                home: place.home,
                pid,
            }),
        }
    }

    /// Uses the cluster of a home: the running one when a program owns it (waiting until it is
    /// ready), else as its owner for as long as this program and those that join it need it.
    ///
    /// # Errors
    /// As [`Cluster::start`]; [`ClusterError::Busy`] when the owner's is not ready in two minutes.
    pub async fn join(home: &Path) -> Result<Cluster, ClusterError> {
        let place = Place::of(home)?;
        let mut patience = Patience::new(JOIN_LIMIT, "the cluster of another geonantes program");
        loop {
            let holder = match own(&place)? {
                Ok(lock) => return Cluster::launch(place, lock, Role::Keeper).await,
                Err(pid) => pid,
            };
            if let Some(users) = lock::shared(&place.base.join(lock::USERS))?
                && let Running::Live(file) = process::observe(&place)
                && let Some(socket) = file.socket
                && file.status == process::Status::Ready
                && postmaster::connect(&place, &socket, DATABASE).await.is_ok()
            {
                return Ok(Cluster {
                    place: Arc::new(place),
                    socket,
                    role: Role::Joined,
                    users,
                });
            }
            if !patience.pause(0).await {
                return Err(ClusterError::Busy {
                    home: place.home,
                    pid: holder,
                });
            }
        }
    }

    async fn launch(
        place: Place,
        lock: Lock,
        role: fn(Supervisor) -> Role,
    ) -> Result<Cluster, ClusterError> {
        let binaries = init::ensure(&place).await?;
        let postmaster = launch::obtain_ready(&place, &binaries).await?;
        let users = share(&place).await?;
        let place = Arc::new(place);
        let socket = postmaster.socket.clone();
        tracing::info!(pid = postmaster.pid, socket = %socket.display(), "PostgreSQL answers");
        let supervisor = Supervisor::spawn(place.clone(), binaries, postmaster, lock);
        Ok(Cluster {
            place,
            socket,
            role: role(supervisor),
            users,
        })
    }

    /// Options of a connection to the database as a login role: [`SUPERUSER`], or one that the
    /// migrations made. No password: the socket is closed to other users.
    pub fn options(&self, role: &str) -> PgConnectOptions {
        postmaster::options(&self.socket, role, DATABASE)
    }

    /// The folder of the socket, for messages and for psql's `--host`.
    pub fn socket_dir(&self) -> &Path {
        &self.socket
    }

    /// The folder of PostgreSQL's data.
    pub fn data_dir(&self) -> &Path {
        &self.place.data
    }

    /// Whether this program stops PostgreSQL at its end.
    pub fn is_owner(&self) -> bool {
        !matches!(self.role, Role::Joined)
    }

    /// Ends the use. An owner stops PostgreSQL (clients are cut off, everything is written),
    /// except that one that came by [`Cluster::join`] leaves it to programs that joined since;
    /// the last of these stops it. Close the pools first.
    ///
    /// # Errors
    /// [`ClusterError::Deaf`] when PostgreSQL ignores every signal.
    pub async fn stop(self) -> Result<(), ClusterError> {
        let Cluster {
            place, role, users, ..
        } = self;
        drop(users);
        let users = place.base.join(lock::USERS);
        match role {
            Role::Owner(supervisor) => supervisor.stop().await,
            Role::Keeper(supervisor) => match lock::exclusive(&users)? {
                // Held until it has stopped, so that nobody joins a server about to end.
                Ok(_alone) => supervisor.stop().await,
                Err(_) => supervisor.release().await,
            },
            Role::Joined => {
                let Ok(_owner) = own(&place)? else {
                    return Ok(());
                };
                let Ok(_alone) = lock::exclusive(&users)? else {
                    return Ok(());
                };
                launch::end(&place).await
            }
        }
    }

    /// Deletes the cluster of a home with everything in it, for a demonstration that begins
    /// anew: its server is stopped first. What else lies in the home stays.
    ///
    /// # Errors
    /// [`ClusterError::Busy`] when a program uses it.
    pub async fn remove(home: &Path) -> Result<(), ClusterError> {
        let place = Place::of(home)?;
        let busy = |pid| ClusterError::Busy {
            home: place.home.clone(),
            pid,
        };
        let _owner = own(&place)?.map_err(busy)?;
        let _alone = lock::exclusive(&place.base.join(lock::USERS))?.map_err(|_| busy(None))?;
        launch::end(&place).await?;
        init::remove(&place)
    }
}

/// The owner's lock of a place, or the pid of its holder.
fn own(place: &Place) -> Result<Result<Lock, Option<i32>>, ClusterError> {
    let path = place.base.join(lock::OWNER);
    let lock = lock::exclusive(&path)?;
    if lock.is_ok() {
        // Made by root, it must open for the data's user, should that one start the next time.
        place.give(&path)?;
    }
    Ok(lock)
}

/// A share of the users' lock: exclusive holders are about to finish with it.
async fn share(place: &Place) -> Result<Lock, ClusterError> {
    let path = place.base.join(lock::USERS);
    let mut patience = Patience::new(JOIN_LIMIT, "the last user of the cluster");
    loop {
        if let Some(lock) = lock::shared(&path)? {
            place.give(&path)?;
            return Ok(lock);
        }
        if !patience.pause(0).await {
            return Err(ClusterError::Busy {
                home: place.home.clone(),
                pid: None,
            });
        }
    }
}
