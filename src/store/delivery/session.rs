//! The connection of a delivery: its settings, its locks, its statements.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::model::LayerId;
use crate::store::StoreError;

/// What a delivery changes of its connection's settings, until its end. It may take long, holds no
/// lock that anybody waits for while its rows are read, and ends when its process is gone. Pages
/// that go whole into the log are compressed by LZ4 where the server has it and we may choose:
/// updating 30,000 rows all over a layer takes 0.6 s, 2.2 s with PostgreSQL's own compression.
pub(super) const SETTINGS: &str = "SET LOCAL statement_timeout = 0; \
     SET LOCAL idle_in_transaction_session_timeout = 0; \
     SET LOCAL client_connection_check_interval = '2s'; \
     SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '256MB'; \
     DO 'BEGIN PERFORM set_config(''wal_compression'', ''lz4'', true); \
       EXCEPTION WHEN OTHERS THEN NULL; END'";

/// One publication of a layer at a time: numbers follow commits.
pub(super) async fn lock(connection: &mut PgConnection, layer: &LayerId) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('publication ' || $1, 0))")
        .bind(layer.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts what tables hold, as coarsely as the few joins of a delivery need: of geometries, counting more
/// takes a second. What stays of them PostgreSQL counts finely by itself a minute later.
pub(in crate::store) async fn analyze(
    connection: &mut PgConnection,
    tables: &str,
) -> Result<(), StoreError> {
    let statement = format!(
        "SET LOCAL default_statistics_target = 10; ANALYZE {tables}; \
         SET LOCAL default_statistics_target TO DEFAULT"
    );
    run(connection, statement).await
}

pub(super) async fn run(
    connection: &mut PgConnection,
    statement: String,
) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
