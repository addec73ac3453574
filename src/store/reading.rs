//! What reading a delivery asks of what is published: where the territory is.

use sqlx::{AssertSqlSafe, Row as _};

use super::communes::COMMUNES;
use super::names::table;
use super::{Store, StoreError};
use crate::catalogue::Catalogue;
use crate::model::{Bbox, Srid};

impl Store {
    /// The box of the published communes in each of these systems, longitude before latitude; those
    /// that PostGIS does not know are left out. Empty as long as no commune is published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn territory_in(
        &self,
        catalogue: &Catalogue,
        systems: &[Srid],
    ) -> Result<Vec<(Srid, Bbox)>, StoreError> {
        let Some(layer) = catalogue.get(COMMUNES) else {
            return Ok(Vec::new());
        };
        // The box's border is bent by a projection: its points are taken along the way.
        let statement = format!(
            "WITH outline AS (SELECT ST_Segmentize(ST_SetSRID(ST_Extent(geom)::geometry, $2), 5000) AS g \
               FROM {table} HAVING count(*) > 0), \
             placed AS MATERIALIZED (SELECT srid, ST_Transform(g, srid) AS p FROM outline, \
               unnest($1::int[]) AS srid WHERE srid IN (SELECT srid FROM spatial_ref_sys)) \
             SELECT srid, ST_XMin(p), ST_YMin(p), ST_XMax(p), ST_YMax(p) FROM placed",
            table = table(layer)
        );
        let codes: Vec<i32> = systems.iter().map(|srid| srid.0).collect();
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(&codes)
            .bind(self.srid().0)
            .fetch_all(self.write_pool())
            .await?;
        let framed = |row: &sqlx::postgres::PgRow| {
            let side = |place: usize| row.get::<f64, _>(place);
            let frame = Bbox {
                min_x: side(1),
                min_y: side(2),
                max_x: side(3),
                max_y: side(4),
            };
            let finite = frame.to_array().iter().all(|side| side.is_finite());
            finite.then_some((Srid(row.get(0)), frame))
        };
        let mut found: Vec<(Srid, Bbox)> = rows.iter().filter_map(framed).collect();
        found.sort_by_key(|(srid, _)| systems.iter().position(|known| known == srid));
        Ok(found)
    }

    /// Whether PostGIS knows a reference system.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn knows(&self, srid: Srid) -> Result<bool, StoreError> {
        let statement = "SELECT EXISTS (SELECT FROM spatial_ref_sys WHERE srid = $1)";
        Ok(sqlx::query_scalar(statement)
            .bind(srid.0)
            .fetch_one(self.write_pool())
            .await?)
    }
}
