//! The checks of a delivery: what is wrong among the staged rows, found by set operations.
//!
//! Every rule is one statement over `staging_<table>`, the rows as they would be published, in
//! metres of the storage system. It gives faults: which feature, which other one, where, how much.
//! Nothing here is worded; the contributor's French is `ingest`'s.

mod astray;
mod emptied;
mod fault;
mod gap;
mod geometry;
mod inside;
mod mend;
mod overlap;
mod read;
mod reference;
mod unique;

pub use astray::Astray;
pub use emptied::Emptied;
pub use fault::{Fault, Faults, Subject};
pub use inside::Outline;
pub use overlap::{Depth, Depths};
pub use read::Seen;
pub use reference::Referred;

use sqlx::{AssertSqlSafe, PgConnection};

use super::delivery::Temporary;
use super::names::{quote, table};
use super::{Delivery, StoreError};
use crate::catalogue::{Catalogue, Layer, Scope};
use crate::model::LayerId;

/// Faults of one rule that are listed; the others are counted.
pub const LISTED: i64 = 200;

/// The staged rows of one layer, to be checked in the delivery that staged them.
pub struct Inspection<'a> {
    connection: &'a mut PgConnection,
    catalogue: &'a Catalogue,
    layer: &'a Layer,
    /// The layers that the same delivery stages.
    delivered: Vec<LayerId>,
    /// The reference systems in which its rows were given.
    srids: Vec<i32>,
    /// The scopes of its rows, where that is known without asking.
    scopes: Vec<String>,
    /// Whether scopes that have features are left as they are, once it was looked for.
    leaves_some: Option<bool>,
}

impl Delivery {
    /// Opens the staged rows of a layer to the checks.
    ///
    /// # Errors
    /// When the database does not answer, or the layer is not staged.
    pub async fn inspection<'a>(
        &'a mut self,
        catalogue: &'a Catalogue,
        layer: &'a Layer,
    ) -> Result<Inspection<'a>, StoreError> {
        let mut inspection = Inspection {
            delivered: self.layers(),
            srids: self.srids(layer),
            scopes: self.scopes(layer),
            connection: self.connection(),
            catalogue,
            layer,
            leaves_some: None,
        };
        // What PostGIS notices of invalid geometries is told by the checks themselves.
        let statement = format!(
            "SET LOCAL client_min_messages = warning; \
             CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {staging} (_row)",
            index = quote(&format!("staging_row_{}", layer.id.table())),
            staging = inspection.staging()
        );
        inspection.run(statement).await?;
        Ok(inspection)
    }
}

impl Inspection<'_> {
    /// The staging table of the layer.
    fn staging(&self) -> String {
        staging(self.layer)
    }

    /// The staged rows that a rule's first argument names.
    fn among(&self) -> String {
        let staged = self.staging();
        format!("unnest($1::bigint[]) among (_row) JOIN {staged} s USING (_row)")
    }

    /// Whether the delivery leaves a scope that has features as it is: only then is there anything
    /// to look for among the published rows of others.
    async fn leaves_some(&mut self) -> Result<bool, StoreError> {
        if let Some(known) = self.leaves_some {
            return Ok(known);
        }
        let of_rows = match self.scopes.is_empty() {
            true => format!("UNION SELECT DISTINCT _scope FROM {}", self.staging()),
            false => String::new(),
        };
        let statement = format!(
            "SELECT EXISTS (SELECT FROM publication WHERE layer = $1 AND superseded_by IS NULL \
               AND count > 0 AND scope NOT IN (SELECT unnest($2::text[]) {of_rows}))"
        );
        let some = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(self.layer.id.as_str())
            .bind(&self.scopes)
            .fetch_one(&mut *self.connection)
            .await?;
        self.leaves_some = Some(some);
        Ok(some)
    }

    /// Has features found by place among the staged rows.
    async fn index_geometry(&mut self) -> Result<(), StoreError> {
        self.run(format!(
            "CREATE INDEX IF NOT EXISTS {} ON {} USING gist (geom)",
            quote(&format!("staging_geom_{}", self.layer.table())),
            self.staging()
        ))
        .await
    }

    async fn run(&mut self, statement: String) -> Result<(), StoreError> {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

/// A value that cannot be sent.
fn encode_failure(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Failed(sqlx::Error::Encode(error))
}

/// The staging table of a layer.
fn staging(layer: &Layer) -> String {
    format!("pg_temp.{}", Temporary::of(layer).staging)
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
