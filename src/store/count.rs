//! Counting what a filter finds, under a time limit: exact, or left out.

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::items::{meaning, projects, push_filter, push_head};
use super::names::table;
use super::seal::{At, push_after_seal, push_personal};
use super::{Store, StoreError};
use crate::catalogue::View;
use crate::model::{Bbox, ItemsFilter, Scalar};

/// What a reader sees of a layer that is not the same for all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Features.
    pub count: i64,
    /// Their extent in Mercator metres.
    pub extent_3857: Option<Bbox>,
}

impl Store {
    /// How many features inside the reader's reach pass the filter; `None` beyond the time limit.
    ///
    /// `version` is what the caller holds to be current: when the layer has moved on, the count is
    /// left out rather than mixed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count(
        &self,
        view: &View,
        filter: &ItemsFilter,
        version: i64,
    ) -> Result<Option<i64>, StoreError> {
        let summary = self.summarise(view, filter, version, "NULL::box2d").await?;
        Ok(summary.map(|summary| summary.count))
    }

    /// Count and extent of what the reader sees, as [`Store::count`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn summary(&self, view: &View, version: i64) -> Result<Option<Summary>, StoreError> {
        let everything = ItemsFilter::default();
        let extent = "ST_Extent(t.geom_3857)";
        self.summarise(view, &everything, version, extent).await
    }

    async fn summarise(
        &self,
        view: &View,
        filter: &ItemsFilter,
        version: i64,
        extent: &str,
    ) -> Result<Option<Summary>, StoreError> {
        let mut sql = QueryBuilder::<Postgres>::new(
            "SELECT h.version, c.n, ST_XMin(c.e), ST_YMin(c.e), ST_XMax(c.e), ST_YMax(c.e) \
             FROM (SELECT ",
        );
        push_head(&mut sql, view);
        sql.push(format!(
            ") h CROSS JOIN LATERAL (SELECT count(*) AS n, {extent} AS e FROM {} t",
            table(view)
        ));
        let named = |(place, _): &(usize, Scalar)| {
            view.visible()
                .nth(*place)
                .is_some_and(|field| field.personal)
        };
        if filter.equals.iter().any(named) {
            push_personal(&mut sql, view, At::Now);
        }
        sql.push(" WHERE ");
        push_after_seal(&mut sql, view);
        push_filter(&mut sql, view, filter, self.srid);
        sql.push(") c");
        let projected = projects(filter);
        let read = sql.build().fetch_one(self.counter(view)).await;
        match read.map_err(|error| meaning(error, projected)) {
            Ok(row) if row.try_get::<i64, _>(0)? != version => Ok(None),
            Ok(row) => {
                let corner = |place: usize| row.try_get::<Option<f64>, _>(place);
                let corners = (corner(2)?, corner(3)?, corner(4)?, corner(5)?);
                let extent_3857 = match corners {
                    (Some(min_x), Some(min_y), Some(max_x), Some(max_y)) => Some(Bbox {
                        min_x,
                        min_y,
                        max_x,
                        max_y,
                    }),
                    _ => None,
                };
                Ok(Some(Summary {
                    count: row.try_get(1)?,
                    extent_3857,
                }))
            }
            Err(StoreError::Timeout) => Ok(None),
            Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
