//! The checks of a delivery: what is wrong among the staged rows, found by set operations.
//!
//! Every rule is one statement over `staging_<table>`, the rows as they would be published, in
//! metres of the storage system. It gives faults: which feature, which other one, where, how much.
//! Nothing here is worded; the contributor's French is `ingest`'s.

mod fault;
mod geometry;
mod inside;
mod reference;
mod unique;

pub use fault::{Fault, Faults, Subject};
pub use inside::Outline;
pub use reference::Referred;

use sqlx::{AssertSqlSafe, PgConnection};

use super::names::{quote, table};
use super::{Delivery, StoreError};
use crate::catalogue::{Catalogue, Layer, Scope};
use crate::model::{LayerId, Srid};

/// Faults of one rule that are listed; the others are counted.
pub const LISTED: i64 = 200;

/// The staged rows of one layer, to be checked in the connection that staged them.
pub struct Inspection<'a> {
    connection: &'a mut PgConnection,
    catalogue: &'a Catalogue,
    layer: &'a Layer,
    /// The layers that the same delivery stages.
    delivered: &'a [LayerId],
    srid: Srid,
}

impl Delivery {
    /// The staged rows of a layer, to be checked. `delivered` are the layers that are staged.
    ///
    /// # Errors
    /// As [`Inspection::of`].
    pub async fn inspection<'a>(
        &'a mut self,
        catalogue: &'a Catalogue,
        layer: &'a Layer,
        delivered: &'a [LayerId],
    ) -> Result<Inspection<'a>, StoreError> {
        let srid = self.srid();
        Inspection::of(self.connection(), catalogue, layer, delivered, srid).await
    }
}

impl<'a> Inspection<'a> {
    /// Prepares the checks of a layer: its rows are found by number, and by place.
    ///
    /// # Errors
    /// When the database does not answer, or the layer is not staged in this connection.
    pub async fn of(
        connection: &'a mut PgConnection,
        catalogue: &'a Catalogue,
        layer: &'a Layer,
        delivered: &'a [LayerId],
        srid: Srid,
    ) -> Result<Self, StoreError> {
        let inspection = Self {
            connection,
            catalogue,
            layer,
            delivered,
            srid,
        };
        // What PostGIS notices of invalid geometries is told by the checks themselves.
        let statement = format!(
            "SET LOCAL client_min_messages = warning; \
             CREATE UNIQUE INDEX IF NOT EXISTS {name}_row ON {name} (_row); ANALYZE {name}",
            name = staging_name(layer)
        );
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *inspection.connection)
            .await?;
        Ok(inspection)
    }

    /// The staging table of the layer.
    fn staging(&self) -> String {
        staging(self.layer)
    }

    /// The system in which the rows are stored.
    pub fn srid(&self) -> Srid {
        self.srid
    }
}

/// A value that cannot be sent.
fn encode_failure(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Failed(sqlx::Error::Encode(error))
}

fn staging_name(layer: &Layer) -> String {
    format!("staging_{}", layer.id.table())
}

/// The staging table of a layer, in the session's own schema.
fn staging(layer: &Layer) -> String {
    format!("pg_temp.{}", quote(&staging_name(layer)))
}

/// The published rows of a layer that stay when the delivery is published: those of the scopes
/// that it does not replace. `c` is their alias.
fn remaining(layer: &Layer, delivered: bool) -> String {
    let now = table(layer);
    if !delivered {
        return format!("{now} c WHERE true");
    }
    let staged = staging(layer);
    if layer.scope == Scope::Fusion {
        return format!(
            "{now} c WHERE c._key NOT IN (SELECT {} FROM {staged} o)",
            fault::key_of(layer, "o")
        );
    }
    format!("{now} c WHERE c._scope NOT IN (SELECT DISTINCT _scope FROM {staged})")
}
