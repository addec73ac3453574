//! Which segments the ledger has.

use uuid::Uuid;

use crate::store::{Store, StoreError};

impl Store {
    /// Those of the segments that the ledger has wholly.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shipped_segments(&self, segments: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT id FROM usage.segment WHERE id = ANY($1) AND done")
                .bind(segments)
                .fetch_all(&self.write)
                .await?,
        )
    }
}
