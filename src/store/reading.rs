//! What reading a delivery asks of what is published: where the territory is.

use sqlx::{AssertSqlSafe, Row as _};

use super::communes::COMMUNES;
use super::names::table;
use super::{Store, StoreError};
use crate::catalogue::{Catalogue, Layer};
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

/// The layer of addresses.
const ADDRESSES: &str = "adresses";

/// A published address.
#[derive(Debug, Clone, PartialEq)]
pub struct Door {
    /// INSEE code of the commune.
    pub commune: String,
    /// The street's name, as published.
    pub street: String,
    /// Its number.
    pub number: i64,
    /// `bis`, `ter`…; empty when it has none.
    pub suffix: String,
    /// What the position is of: `entrée`, `segment`…
    pub position: String,
    /// In the storage system.
    pub x: f64,
    /// See `x`.
    pub y: f64,
}

impl Store {
    /// Communes and names of the streets that have a published address there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn streets(
        &self,
        catalogue: &Catalogue,
        communes: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let Some(layer) = addresses(catalogue) else {
            return Ok(Vec::new());
        };
        let statement = format!(
            "SELECT DISTINCT commune_insee, voie_nom FROM {} \
             WHERE commune_insee = ANY($1) AND voie_nom IS NOT NULL ORDER BY 1, 2",
            table(layer)
        );
        Ok(sqlx::query_as(AssertSqlSafe(statement))
            .bind(communes)
            .fetch_all(self.write_pool())
            .await?)
    }

    /// The published addresses of streets, each a commune and a name as published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn doors(
        &self,
        catalogue: &Catalogue,
        streets: &[(String, String)],
    ) -> Result<Vec<Door>, StoreError> {
        let Some(layer) = addresses(catalogue) else {
            return Ok(Vec::new());
        };
        let (communes, names): (Vec<&str>, Vec<&str>) = streets
            .iter()
            .map(|(commune, name)| (commune.as_str(), name.as_str()))
            .unzip();
        let statement = format!(
            "SELECT a.commune_insee, a.voie_nom, a.numero, coalesce(a.suffixe, ''), \
               coalesce(a.position, ''), ST_X(a.geom), ST_Y(a.geom) \
             FROM {} a JOIN unnest($1::text[], $2::text[]) s (commune, voie) \
               ON a.commune_insee = s.commune AND a.voie_nom = s.voie \
             WHERE a.numero IS NOT NULL AND NOT ST_IsEmpty(a.geom) ORDER BY a.fid",
            table(layer)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(&communes)
            .bind(&names)
            .fetch_all(self.write_pool())
            .await?;
        let door = |row: &sqlx::postgres::PgRow| Door {
            commune: row.get(0),
            street: row.get(1),
            number: row.get(2),
            suffix: row.get(3),
            position: row.get(4),
            x: row.get(5),
            y: row.get(6),
        };
        Ok(rows.iter().map(door).collect())
    }
}

/// The layer of addresses, when the catalogue has it with the fields of a BAL.
fn addresses(catalogue: &Catalogue) -> Option<&Layer> {
    let layer = catalogue.get(ADDRESSES)?;
    let has = |name: &&str| layer.field(name).is_some_and(|field| !field.personal);
    let wanted = ["commune_insee", "voie_nom", "numero", "suffixe", "position"];
    let points = layer.geometry == crate::catalogue::GeometryType::Point;
    (points && wanted.iter().all(has)).then_some(layer.as_ref())
}
