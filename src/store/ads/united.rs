//! Parcels as one ground, for files that are placed by them.

use sqlx::AssertSqlSafe;

use crate::catalogue::Layer;
use crate::store::names::table;
use crate::store::{Store, StoreError};

impl Store {
    /// The union of the published parcels of each list of identifiers, ISO WKB in the stored
    /// system, by the list's number; lists of which no parcel is published are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn united_parcels(
        &self,
        parcels: &Layer,
        lists: &[(i64, Vec<String>)],
    ) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let pairs = lists
            .iter()
            .flat_map(|(number, keys)| keys.iter().map(|key| (*number, key.as_str())));
        let (numbers, keys): (Vec<i64>, Vec<&str>) = pairs.unzip();
        let statement = format!(
            "SELECT l.number, ST_AsBinary(ST_Multi(ST_CollectionExtract(ST_Union(p.geom ORDER BY p.fid), 3))) \
             FROM unnest($1::bigint[], $2::text[]) l (number, key) \
             JOIN {} p ON p.idu = l.key WHERE NOT ST_IsEmpty(p.geom) GROUP BY l.number",
            table(parcels)
        );
        Ok(sqlx::query_as(AssertSqlSafe(statement))
            .bind(numbers)
            .bind(keys)
            .fetch_all(&self.read)
            .await?)
    }
}
