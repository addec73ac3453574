//! Personal fields that a delivery says nothing of: they stay as they are published.
//!
//! Who may deliver a file does not always see them, so its columns may lack; that is no wish to
//! erase them.

use super::{Delivery, Temporary, content, run};
use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::{personal, quote, table};

impl Delivery {
    /// Leaves personal fields of which the staged rows say nothing as they are published: rows are
    /// found by the layer's key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_personal(
        &mut self,
        layer: &Layer,
        silent: &[String],
    ) -> Result<(), StoreError> {
        let kept: Vec<String> = (layer.personal_fields())
            .filter(|field| silent.contains(&field.name))
            .map(|field| quote(&field.name))
            .collect();
        if kept.is_empty() || layer.key.is_empty() {
            return Ok(());
        }
        let values: Vec<String> = (kept.iter())
            .map(|name| format!("{name} = p.{name}"))
            .collect();
        let staging = Temporary::of(layer).staging;
        let statement = format!(
            "UPDATE {staging} s SET {values} FROM (SELECT _row, {key} AS k FROM {staging}) r \
             JOIN {now} c ON c._key = r.k \
             JOIN {personal} p ON p.fid = c.fid AND p._until IS NULL WHERE s._row = r._row",
            values = values.join(", "),
            key = content::key(layer),
            now = table(layer),
            personal = personal(layer),
        );
        run(self.connection(), statement).await
    }
}
