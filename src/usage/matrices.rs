//! Everybody's use, kept for some seconds: medians and the overview read the same sums.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::compare::Matrix;
use crate::model::{By, Period, Problem, UsageQuery};
use crate::store::{Store, StoreError};

/// Periods kept, and how long.
const MOST: u64 = 32;
const LIFE: Duration = Duration::from_secs(15);

/// The use of periods that somebody looks at.
#[derive(Debug, Clone)]
pub struct Matrices(Cache<Period, Arc<Matrix>>);

impl Default for Matrices {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(MOST).time_to_live(LIFE);
        Self(cache.build())
    }
}

impl Matrices {
    /// A period's: one reading of the ledger, however many ask for it at once.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn of(&self, store: &Store, period: Period) -> Result<Arc<Matrix>, Problem> {
        let query = UsageQuery {
            period,
            accounts: None,
            by: By::Day,
            split: None,
        };
        let read = async {
            let sums = store.usage_apart(&query, By::Commune).await?;
            Ok::<_, StoreError>(Arc::new(Matrix::new(period, &sums)))
        };
        self.0.try_get_with(period, read).await.map_err(|error| {
            tracing::warn!(%error, "the use of everybody could not be read");
            Problem::busy("the figures of use cannot be read for the moment", 2)
        })
    }
}
