//! The published sheets of the cadastre.

use sqlx::{AssertSqlSafe, Row as _};

use super::names::table;
use super::{Store, StoreError};
use crate::catalogue::Catalogue;
use crate::model::Srid;

/// The layer of the sheets.
const SHEETS: &str = "sections";

impl Store {
    /// The published sheets with their outlines (ISO WKB) in a reference system; none when the
    /// catalogue has no layer of sheets.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sheets(
        &self,
        catalogue: &Catalogue,
        srid: Srid,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let fits =
            |name: &&std::sync::Arc<crate::catalogue::Layer>| name.field("feuille").is_some();
        let Some(layer) = catalogue.get(SHEETS).filter(fits) else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT feuille, ST_AsBinary(ST_Transform(geom, $1)) AS wkb FROM {} \
             WHERE NOT ST_IsEmpty(geom)",
            table(layer)
        )))
        .bind(srid.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("feuille")?, row.try_get("wkb")?)))
            .collect()
    }
}
