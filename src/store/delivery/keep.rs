//! Fields that a delivery says nothing of: they stay as they are published.
//!
//! Who may deliver a file does not always see its personal fields, and a list of another application
//! has the columns that it has: a column that lacks is no wish to erase.

use super::{Delivery, Temporary, content, run};
use crate::catalogue::{Field, Layer};
use crate::store::StoreError;
use crate::store::indexes::PARCELS;
use crate::store::names::{personal, quote, table};

impl Delivery {
    /// Leaves the fields of which the staged rows say nothing as they are published: rows are found
    /// by the layer's key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_unsaid(
        &mut self,
        layer: &Layer,
        silent: &[String],
    ) -> Result<(), StoreError> {
        if layer.key.is_empty() {
            return Ok(());
        }
        let kept = |fields: &mut dyn Iterator<Item = &Field>, alias: &str| -> Vec<String> {
            fields
                .filter(|field| silent.contains(&field.name) && !layer.key.contains(&field.name))
                .map(|field| format!("{name} = {alias}.{name}", name = quote(&field.name)))
                .collect()
        };
        let hidden = kept(&mut layer.personal_fields(), "p");
        let mut values = kept(&mut layer.public_fields(), "c");
        let beside = match hidden.is_empty() {
            true => String::new(),
            false => format!(
                " LEFT JOIN {} p ON p.fid = c.fid AND p._until IS NULL",
                personal(layer)
            ),
        };
        values.extend(hidden);
        // A row that names parcels lies where they lie.
        let placed = &layer.checks.references;
        if (placed.iter()).any(|it| it.layer.as_str() == PARCELS && silent.contains(&it.field)) {
            values.push(
                "geom = CASE WHEN s.geom IS NULL OR ST_IsEmpty(s.geom) THEN c.geom ELSE s.geom END"
                    .to_owned(),
            );
        }
        if values.is_empty() {
            return Ok(());
        }
        let staging = Temporary::of(layer).staging;
        let statement = format!(
            "UPDATE {staging} s SET {values} FROM (SELECT _row, {key} AS k FROM {staging}) r \
             JOIN {now} c ON c._key = r.k{beside} WHERE s._row = r._row",
            values = values.join(", "),
            key = content::key(layer),
            now = table(layer),
        );
        run(self.connection(), statement).await
    }
}
