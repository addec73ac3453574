//! Fields that a delivery no longer fills.

use sqlx::{AssertSqlSafe, Row as _};

use super::Inspection;
use super::fault::key_of;
use crate::catalogue::Scope;
use crate::store::StoreError;
use crate::store::names::{quote, table};

/// An optional field that no delivered feature fills, and how many of the published features that
/// the delivery replaces do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptied {
    /// The field's name in the catalogue.
    pub field: String,
    /// Published features whose value would be lost.
    pub values: i64,
}

impl Inspection<'_> {
    /// The fields whose published values the delivery would all erase.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn emptied(&mut self) -> Result<Vec<Emptied>, StoreError> {
        let optional = self.layer.public_fields().filter(|field| !field.required);
        let optional: Vec<String> = optional.map(|field| field.name.clone()).collect();
        let staged = self.staging();
        let filled = self.filled(&optional, &format!("{staged} c")).await?;
        let unfilled: Vec<String> = (optional.into_iter().zip(filled))
            .filter_map(|(field, values)| (values == 0).then_some(field))
            .collect();
        let replaced = if self.layer.scope == Scope::Fusion {
            let key = key_of(self.layer, "s");
            format!("c._key IN (SELECT {key} FROM {staged} s)")
        } else {
            format!("c._scope IN (SELECT DISTINCT s._scope FROM {staged} s)")
        };
        let published = format!("{} c WHERE {replaced}", table(self.layer));
        let values = self.filled(&unfilled, &published).await?;
        Ok((unfilled.into_iter().zip(values))
            .filter(|(_, values)| *values > 0)
            .map(|(field, values)| Emptied { field, values })
            .collect())
    }

    /// How many rows of `c` have a value, field by field.
    async fn filled(&mut self, fields: &[String], rows: &str) -> Result<Vec<i64>, StoreError> {
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let counts: Vec<String> = (fields.iter())
            .map(|field| format!("count(c.{})", quote(field)))
            .collect();
        let counted = sqlx::query(AssertSqlSafe(format!(
            "SELECT ARRAY[{}] FROM {rows}",
            counts.join(", ")
        )))
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(counted.try_get(0)?)
    }
}
