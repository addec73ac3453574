//! What was published of layers at an instant.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use crate::store::{Store, StoreError};

/// The state of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Its version.
    pub version: i64,
    /// When that was published.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The last publication of each layer before an instant, or until now; nothing of a layer that
    /// had none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn published(
        &self,
        layers: &[&str],
        before: Option<DateTime<Utc>>,
    ) -> Result<HashMap<String, State>, StoreError> {
        let rows = sqlx::query(
            "SELECT l.layer, p.version, p.at FROM unnest($1::text[]) AS l (layer), \
             LATERAL (SELECT version, at FROM publication p WHERE p.layer = l.layer \
             AND ($2::timestamptz IS NULL OR p.at < $2) ORDER BY version DESC LIMIT 1) p",
        )
        .bind(layers)
        .bind(before)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| {
                let state = State {
                    version: row.try_get(1)?,
                    at: row.try_get(2)?,
                };
                Ok((row.try_get(0)?, state))
            })
            .collect()
    }
}
