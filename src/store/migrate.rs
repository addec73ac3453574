//! Numbered migrations, `migrations/*.sql`.

use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;

use super::{Store, StoreError};

/// The function behind `&&` of geometries.
const OVERLAPS: &str = "geometry_overlaps(geometry, geometry)";

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Where the database stands among the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// As this program expects.
    Current,
    /// Some are still to run: `geonantes db migrate`.
    Behind {
        /// How many.
        missing: usize,
    },
    /// The database was migrated by a newer program.
    Ahead,
}

impl MigrationState {
    /// The state in one word, for readiness.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Behind { .. } => "behind",
            Self::Ahead => "ahead",
        }
    }
}

impl Store {
    /// Runs the migrations that are missing, each in a transaction, and does what superusers alone
    /// may do, where it may: without it the same is answered, more slowly.
    ///
    /// # Errors
    /// When one fails; those before it stay.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.run_migrations().await?;
        self.vouch_for_overlaps().await?;
        self.make_sorted_class().await
    }

    /// Under a policy, a condition reads an index only if its function is known to betray nothing
    /// of the rows that the policy hides; PostGIS does not say so of the overlap of boxes, which
    /// reads the two of them and nothing else. Superusers alone may say it, and an update of the
    /// extension unsays it: without it restricted layers answer as well, more slowly.
    async fn vouch_for_overlaps(&self) -> Result<(), StoreError> {
        if self.overlaps_use_indexes().await? {
            return Ok(());
        }
        let said = sqlx::raw_sql(AssertSqlSafe(format!(
            "ALTER FUNCTION {OVERLAPS} LEAKPROOF"
        )))
        .execute(&self.write)
        .await;
        match said.map_err(StoreError::from) {
            Err(StoreError::Denied(_)) => {
                tracing::warn!(
                    "restricted layers are read without their spatial index: have a superuser \
                     run « ALTER FUNCTION {OVERLAPS} LEAKPROOF »"
                );
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// Whether boxes find restricted rows by an index.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn overlaps_use_indexes(&self) -> Result<bool, StoreError> {
        let said: Option<bool> =
            sqlx::query_scalar("SELECT proleakproof FROM pg_proc WHERE oid = to_regprocedure($1)")
                .bind(OVERLAPS)
                .fetch_optional(&self.write)
                .await?;
        Ok(said.unwrap_or(false))
    }

    async fn run_migrations(&self) -> Result<(), StoreError> {
        MIGRATOR
            .run(&self.write)
            .await
            .map_err(|error| match error {
                sqlx::migrate::MigrateError::Execute(cause) => StoreError::from(cause),
                other => StoreError::Unfit(format!("the migrations cannot run: {other}")),
            })
    }

    /// Compares the migrations applied with those of this program.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn migration_state(&self) -> Result<MigrationState, StoreError> {
        let table: Option<String> =
            sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text")
                .fetch_one(&self.write)
                .await?;
        let known: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
        if table.is_none() {
            return Ok(MigrationState::Behind {
                missing: known.len(),
            });
        }
        let applied: Vec<i64> =
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
                .fetch_all(&self.write)
                .await?;
        let missing = known
            .iter()
            .filter(|version| !applied.contains(version))
            .count();
        Ok(if missing > 0 {
            MigrationState::Behind { missing }
        } else if applied.iter().any(|version| !known.contains(version)) {
            MigrationState::Ahead
        } else {
            MigrationState::Current
        })
    }
}
