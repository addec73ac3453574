//! Numbered migrations, `migrations/*.sql`.

use sqlx::migrate::Migrator;

use super::{Store, StoreError};

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
    /// Runs the migrations that are missing, each in a transaction.
    ///
    /// # Errors
    /// When one fails; those before it stay.
    pub async fn migrate(&self) -> Result<(), StoreError> {
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
