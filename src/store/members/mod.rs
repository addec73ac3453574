//! Keys and adhesions. Readers' roles have no right on these tables: they are read as the owner.

mod adhesions;
mod keys;

pub use adhesions::{Adding, Ending};
pub use keys::{HeldKey, NewKey, Revoking};

use sqlx::Connection as _;

use super::wake::each_second;
use super::{Store, StoreError};
use crate::model::Adhesion;

/// What notifications of changed keys and adhesions are called.
const CHANNEL: &str = "geonantes_members";

/// Keys and adhesions as they stood at one instant.
#[derive(Debug, Default)]
pub struct Members {
    /// Number of the change that this reading saw.
    pub change: i64,
    /// Keys, but for those revoked long ago.
    pub keys: Vec<HeldKey>,
    /// Every period of adhesion.
    pub adhesions: Vec<Adhesion>,
}

impl Store {
    /// Runs `round` at once, then each second, sooner when keys or adhesions change.
    pub async fn watch_members<F: Future<Output = ()>>(&self, round: impl FnMut() -> F) {
        each_second(self.keepers.clone(), CHANNEL, round).await;
    }

    /// Number of the last change of keys and adhesions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn member_change(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT number FROM member_change")
            .fetch_one(&self.keepers)
            .await?)
    }

    /// Keys and adhesions, all of one instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn members(&self) -> Result<Members, StoreError> {
        let mut connection = self.keepers.acquire().await?;
        let mut transaction = connection
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        let change = sqlx::query_scalar("SELECT number FROM member_change")
            .fetch_one(&mut *transaction)
            .await?;
        let keys = keys::all(&mut transaction).await?;
        let adhesions = adhesions::all(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Members {
            change,
            keys,
            adhesions,
        })
    }
}
