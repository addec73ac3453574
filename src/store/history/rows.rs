//! Rows as of a version, page by page, in the system that is asked for.

use sqlx::AssertSqlSafe;

use super::{AsOf, state};
use crate::catalogue::Layer;
use crate::model::Srid;
use crate::store::names::{columns, oriented};
use crate::store::row::Row;
use crate::store::{Store, StoreError};

/// Which rows of the past are read, and how.
#[derive(Debug, Clone, Copy)]
pub struct PastRows<'a> {
    /// The layer.
    pub layer: &'a Layer,
    /// The state.
    pub at: AsOf<'a>,
    /// Whether with all fields; without the personal ones otherwise.
    pub personal: bool,
    /// The system of the geometries.
    pub srid: Srid,
    /// Geometries of this dimension alone (0 points, or none at all, 1 lines, 2 areas), several a
    /// row; all rows as they are when absent.
    pub dimension: Option<i32>,
}

impl Store {
    /// Rows as of a version, after a number, in the order of numbers: the geometry, then the fields
    /// in the order of the catalogue.
    ///
    /// # Errors
    /// When the database does not answer, or cannot transform to that system.
    pub async fn rows_as_of(
        &self,
        rows: PastRows<'_>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Row>, StoreError> {
        let layer = rows.layer;
        let fields = if rows.personal {
            columns(&layer.fields, "")
        } else {
            columns(layer.public_fields(), "")
        };
        // To its own system a geometry is not transformed.
        let geometry = match rows.dimension {
            None => "ST_Transform(geom, $5)",
            Some(_) => "ST_Multi(ST_CollectionExtract(ST_Transform(geom, $5), $6 + 1))",
        };
        let statement = format!(
            "SELECT fid, ST_AsBinary({shown}){fields} FROM ({state}) t WHERE fid > $3 \
             AND ($6::int IS NULL OR coalesce(ST_Dimension(geom), 0) = $6) \
             ORDER BY fid LIMIT $4",
            shown = oriented(layer.geometry, geometry),
            state = state(layer, "$1", "$2"),
        );
        let found = sqlx::query(AssertSqlSafe(statement))
            .bind(rows.at.version)
            .bind(rows.at.scope)
            .bind(after)
            .bind(limit)
            .bind(rows.srid.0)
            .bind(rows.dimension)
            .fetch_all(self.write_pool())
            .await?;
        Ok(found.into_iter().map(|row| Row::new(row, 0)).collect())
    }

    /// Whether coordinates of a reference system are metres or the like, not degrees; none where
    /// PostGIS does not know it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_projected(&self, srid: Srid) -> Result<Option<bool>, StoreError> {
        let statement = "SELECT srtext LIKE 'PROJCS%' FROM spatial_ref_sys WHERE srid = $1";
        Ok(sqlx::query_scalar(statement)
            .bind(srid.0)
            .fetch_optional(self.write_pool())
            .await?)
    }
}
