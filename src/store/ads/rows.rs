//! Rows of any layer by the field that identifies them.

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::parcels::key_column;
use crate::catalogue::View;
use crate::store::items::{push_head, visible_columns};
use crate::store::names::table;
use crate::store::row::Row;
use crate::store::seal::{At, push_after_seal, push_personal, push_reach};
use crate::store::{Store, StoreError};

/// Rows found, at a version.
#[derive(Debug)]
pub struct Found {
    /// The layer's version.
    pub version: i64,
    /// The rows, each with the fields that the reader sees.
    pub rows: Vec<Row>,
}

impl Store {
    /// The rows in which the field has one of these values, without their geometry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rows_with(
        &self,
        view: &View,
        field: &str,
        values: &[String],
    ) -> Result<Found, StoreError> {
        let mut sql = QueryBuilder::<Postgres>::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h LEFT JOIN LATERAL (SELECT t.fid, NULL::bytea");
        sql.push(visible_columns(view));
        sql.push(format!(" FROM {} t", table(view)));
        push_personal(&mut sql, view, At::Now);
        sql.push(" WHERE ");
        push_after_seal(&mut sql, view);
        sql.push(format!(" AND t.{} = ANY(", key_column(view, field)));
        sql.push_bind(values.to_vec());
        sql.push(")");
        push_reach(&mut sql, view);
        sql.push(" ORDER BY t.fid) r ON true");
        let rows = sql.build().fetch_all(self.finder(view)).await?;
        let version = match rows.first() {
            Some(row) => row.try_get(0)?,
            None => 0,
        };
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if row.try_get_unchecked::<Option<i64>, _>(1)?.is_some() {
                found.push(Row::new(row, 1));
            }
        }
        Ok(Found {
            version,
            rows: found,
        })
    }
}
