//! The one database of the cluster; its tables and roles are the migrations' affair.

use std::path::Path;

use sqlx::Connection;

use super::error::ClusterError;
use super::place::Place;
use super::postmaster::connect;

/// Makes the database when it is not there. The names are fixed ones, so the texts are too.
pub(super) async fn ensure(place: &Place, socket: &Path) -> Result<(), ClusterError> {
    let mut db = connect(place, socket, "postgres")
        .await
        .map_err(|silence| silence.into_error("a connection"))?;
    let there: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = 'geonantes'")
            .fetch_one(&mut db)
            .await
            .map_err(refused("to list its databases"))?;
    if there == 0 {
        sqlx::query("CREATE DATABASE geonantes TEMPLATE template0 ENCODING 'UTF8'")
            .execute(&mut db)
            .await
            .map_err(refused("to make the database"))?;
    }
    // The answer is there; how the connection ends changes nothing.
    let _ = db.close().await;
    Ok(())
}

fn refused(what: &'static str) -> impl FnOnce(sqlx::Error) -> ClusterError {
    move |source| ClusterError::Sql { what, source }
}
