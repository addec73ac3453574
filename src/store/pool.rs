//! Pools of connections. Reading and writing are apart from the first day: readers log in with a
//! role that has rights on open layers alone, members with one whose rows the policies decide, and
//! both may be sent to a replica.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};

use super::StoreError;
use crate::catalogue::View;
use crate::config::{DatabaseUrl, Limits};
use crate::model::{Seal, Srid};

/// The role that readers of open layers take.
pub const READER: &str = "geonantes_reader";

/// The role that readers take for what is not open: the policies decide by the statement's seal.
pub const MEMBER: &str = "geonantes_member";

/// Oldest server and PostGIS that the statements are written for.
const OLDEST_SERVER: u32 = 140_000;
const OLDEST_POSTGIS: (u32, u32) = (3, 1);

/// How long a statement waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same for writing, which nobody waits for in front of a map: a server under load takes long to
/// make a connection.
const WRITER_PATIENCE: Duration = Duration::from_secs(30);

/// Connections of the owner for keys and adhesions: one listens, one reads each second, and
/// publications never keep them waiting.
const KEEPERS: u32 = 3;

/// Counts under way at once, of what is open and of what is not.
const COUNTERS: u32 = 4;
const MEMBER_COUNTERS: u32 = 2;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Access {
    /// Owner of the tables: migrations and publications.
    pub write: PgConnectOptions,
    /// Readers of open layers.
    pub read: PgConnectOptions,
    /// Readers of the others.
    pub member: PgConnectOptions,
}

impl Access {
    /// A database given by its address; readers take their two roles on the same one, unless they
    /// have an address of their own.
    ///
    /// # Errors
    /// When an address cannot be understood; the message does not repeat it, it holds a password.
    pub fn from_urls(write: &DatabaseUrl, read: Option<&DatabaseUrl>) -> Result<Self, StoreError> {
        let parse = |url: &DatabaseUrl, name: &str| {
            PgConnectOptions::from_str(url.reveal()).map_err(|_| {
                StoreError::Unfit(format!(
                    "{name} is not a PostgreSQL address \
                     (postgresql://user:password@host:5432/database)"
                ))
            })
        };
        let owner = parse(write, "GEONANTES_DATABASE_URL")?;
        let reader = match read {
            Some(url) => parse(url, "GEONANTES_DATABASE_READ_URL")?,
            None => owner.clone(),
        };
        Ok(Self {
            write: owner,
            read: reader.clone().options([("role", READER)]),
            member: reader.options([("role", MEMBER)]),
        })
    }
}

fn is_anybodys(view: &View) -> bool {
    view.is_common() || view.reading().seal == Seal::Anonymous
}

/// A connection that has rested is asked whether it still lives: the server may have restarted
/// since. One in steady use is not, which would cost a round trip a statement.
async fn answers(
    connection: &mut PgConnection,
    idle: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    if idle.idle_for > Duration::from_secs(1) {
        connection.ping().await?;
    }
    Ok(true)
}

/// The database as the rooms above see it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) read: PgPool,
    pub(super) member: PgPool,
    /// Readers of open layers again, whose statements keep their plans.
    pub(super) planned: PgPool,
    pub(super) write: PgPool,
    /// Counts have connections of their own: the server itself ends the slow ones.
    pub(super) count: PgPool,
    pub(super) member_count: PgPool,
    /// The owner again, for keys and adhesions alone: always on the primary, since a replica may
    /// lag behind a revocation.
    pub(super) keepers: PgPool,
    pub(super) srid: Srid,
    pub(super) served: Vec<Srid>,
}

impl Store {
    /// Opens the pools; no connection is made before the first statement.
    ///
    /// `served` are the projected systems, beside the stored one, in which features are served.
    pub fn open(access: Access, limits: &Limits, srid: Srid, served: &[Srid]) -> Self {
        // Custom plans: a box's selectivity decides between the indexes, and planning is cheap
        // beside a page. Workers of parallel plans would be taken from the other readers.
        let reading = |options: PgConnectOptions, name: &str| {
            options.application_name(name).options([
                ("statement_timeout", limits.statement_ms.to_string()),
                ("plan_cache_mode", "force_custom_plan".to_owned()),
                ("max_parallel_workers_per_gather", "0".to_owned()),
                ("default_transaction_read_only", "on".to_owned()),
                ("jit", "off".to_owned()),
            ])
        };
        // A look-up by key or place has one good plan, and making it anew takes several times what
        // it takes to run it (measured on 300,000 parcels, by key: 1,900/s against 15,900/s).
        let planned = reading(access.read.clone(), "geonantes-look-up")
            .options([("plan_cache_mode", "force_generic_plan")]);
        let read = reading(access.read, "geonantes-read");
        let member = reading(access.member, "geonantes-member");
        let keepers = access
            .write
            .clone()
            .application_name("geonantes-keys")
            .options([("statement_timeout", "5000"), ("jit", "off")]);
        let write = access
            .write
            .application_name("geonantes-write")
            .options([("jit", "off".to_owned())]);
        let counting = |options: &PgConnectOptions| {
            let limit = limits.count_ms.to_string();
            options.clone().options([("statement_timeout", limit)])
        };
        let (count, member_count) = (counting(&read), counting(&member));
        let pool = |connections: u32, patience: Duration| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(patience)
                .idle_timeout(Duration::from_secs(600))
                .test_before_acquire(false)
                .before_acquire(|connection, idle| Box::pin(answers(connection, idle)))
        };
        Self {
            // Most reading is of what is open.
            member: pool(limits.read_connections.div_ceil(2), PATIENCE).connect_lazy_with(member),
            read: pool(limits.read_connections, PATIENCE).connect_lazy_with(read),
            planned: pool(limits.read_connections, PATIENCE).connect_lazy_with(planned),
            write: pool(limits.write_connections, WRITER_PATIENCE).connect_lazy_with(write),
            keepers: pool(KEEPERS, PATIENCE).connect_lazy_with(keepers),
            count: pool(COUNTERS, limits.count()).connect_lazy_with(count),
            member_count: pool(MEMBER_COUNTERS, limits.count()).connect_lazy_with(member_count),
            srid,
            served: std::iter::once(srid)
                .chain(served.iter().copied())
                .collect(),
        }
    }

    /// The system in which geometries are stored.
    pub fn srid(&self) -> Srid {
        self.srid
    }

    /// Whose connections a reading takes: an open layer's are anybody's, and who is nobody has no
    /// other ones, whatever the program holds it may see.
    pub(super) fn reader(&self, view: &View) -> &PgPool {
        if is_anybodys(view) {
            &self.read
        } else {
            &self.member
        }
    }

    /// As [`Store::reader`], for statements whose best plan does not depend on what they are given:
    /// every limit stands in their text.
    pub(super) fn finder(&self, view: &View) -> &PgPool {
        if is_anybodys(view) {
            &self.planned
        } else {
            &self.member
        }
    }

    /// As [`Store::reader`], for counts.
    pub(super) fn counter(&self, view: &View) -> &PgPool {
        if is_anybodys(view) {
            &self.count
        } else {
            &self.member_count
        }
    }

    /// The owner's pool, for the demonstration's generator.
    pub fn write_pool(&self) -> &PgPool {
        &self.write
    }

    /// Whether readers are answered.
    ///
    /// # Errors
    /// When they are not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Refuses a server or a PostGIS too old for the statements.
    ///
    /// # Errors
    /// When the database cannot be reached, or is too old; the message says what is needed.
    pub async fn check_versions(&self) -> Result<(), StoreError> {
        let server: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
            .fetch_one(&self.write)
            .await?;
        if (server as u32) < OLDEST_SERVER {
            return Err(StoreError::Unfit(format!(
                "PostgreSQL {} is too old: Géonantes needs 14 or later",
                server / 10_000
            )));
        }
        let found: Option<String> = sqlx::query_scalar(
            "SELECT coalesce(installed_version, default_version) \
             FROM pg_available_extensions WHERE name = 'postgis'",
        )
        .fetch_optional(&self.write)
        .await?;
        let Some(version) = found else {
            return Err(StoreError::Unfit(
                "PostGIS is not installed beside this PostgreSQL server: install its package \
                 (on Debian: postgresql-15-postgis-3)"
                    .to_owned(),
            ));
        };
        let mut numbers = version
            .split('.')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        let pair = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if pair < OLDEST_POSTGIS {
            return Err(StoreError::Unfit(format!(
                "PostGIS {version} is too old: Géonantes needs 3.1 or later"
            )));
        }
        Ok(())
    }

    /// Closes the pools once their statements are done, or after three seconds without them.
    pub async fn close(&self) {
        let all = async {
            tokio::join!(
                self.read.close(),
                self.member.close(),
                self.planned.close(),
                self.count.close(),
                self.member_count.close(),
                self.write.close(),
                self.keepers.close()
            );
        };
        if tokio::time::timeout(Duration::from_secs(3), all)
            .await
            .is_err()
        {
            tracing::warn!("statements were still running; their transactions are rolled back");
        }
    }
}
