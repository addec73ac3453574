//! Whose the features are that a merging delivery would change: a row of one's own commune may bear
//! the key of a neighbour's feature.

use sqlx::{AssertSqlSafe, Row as _};

use super::{Delivery, Temporary};
use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::{quote, table};

/// A row that would change a feature of other communes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The feed that the row is of.
    pub feed: i32,
    /// Its number in the source.
    pub fid: i64,
    /// The feature's key.
    pub key: Option<String>,
    /// The communes of the feature as it is published.
    pub communes: Option<String>,
}

impl Delivery {
    /// Of a layer that was compared: rows that would change a feature which is not wholly of these
    /// communes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn strangers(
        &mut self,
        layer: &Layer,
        communes: &[String],
    ) -> Result<Vec<Stranger>, StoreError> {
        let Temporary {
            difference,
            staging,
            ..
        } = Temporary::of(layer);
        // A layer whose features have no commune is the territory's.
        let held = layer.reach_field().map_or_else(
            || "NULL::text".to_owned(),
            |field| format!("c.{}", quote(&field.name)),
        );
        let statement = format!(
            "SELECT s._feed, s._fid, d._key, {held} FROM {difference} d \
             JOIN {staging} s USING (_row) JOIN {now} c ON c.fid = d.fid \
             WHERE d.kind <> 'unchanged' \
             AND (string_to_array({held}, '|') <@ $1::text[]) IS NOT TRUE ORDER BY d._row",
            now = table(layer)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(communes)
            .fetch_all(self.connection())
            .await?;
        let stranger = |row: &sqlx::postgres::PgRow| {
            Ok(Stranger {
                feed: row.try_get(0)?,
                fid: row.try_get(1)?,
                key: row.try_get(2)?,
                communes: row.try_get(3)?,
            })
        };
        rows.iter().map(stranger).collect()
    }
}
