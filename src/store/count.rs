//! Counting what a filter finds, under a time limit: exact, or left out.

use sqlx::{Postgres, QueryBuilder};

use super::items::{meaning, projects, push_filter};
use super::names::table;
use super::{Store, StoreError};
use crate::catalogue::Layer;
use crate::model::ItemsFilter;

impl Store {
    /// How many features of the layer pass the filter; `None` beyond the time limit.
    ///
    /// `version` is what the caller holds to be current: when the layer has moved on, the count is
    /// left out rather than mixed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count(
        &self,
        layer: &Layer,
        filter: &ItemsFilter,
        version: i64,
    ) -> Result<Option<i64>, StoreError> {
        let mut sql = QueryBuilder::<Postgres>::new(
            "SELECT (SELECT coalesce(max(version), 0) FROM publication WHERE layer = ",
        );
        sql.push_bind(layer.id.as_str().to_owned());
        sql.push("), (SELECT count(*)");
        sql.push(format!(" FROM {} t WHERE true", table(layer)));
        push_filter(&mut sql, layer, filter, self.srid);
        sql.push(")");
        let projected = projects(filter);
        let read: Result<(i64, i64), _> = sql.build_query_as().fetch_one(&self.count).await;
        match read.map_err(|error| meaning(error, projected)) {
            Ok((read, count)) => Ok((read == version).then_some(count)),
            Err(StoreError::Timeout) => Ok(None),
            Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
