//! The end of what is kept for a time.

use sqlx::AssertSqlSafe;

use super::ship::LEDGER_LOCK;
use crate::store::names::quote;
use crate::store::{Store, StoreError};

impl Store {
    /// Drops the detail of months that ended more than so many months ago, and sums by hour that
    /// are older than they are kept. Partitions dropped.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_retention(
        &self,
        detail_months: u32,
        hourly_months: u32,
    ) -> Result<usize, StoreError> {
        let mut transaction = self.write.begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(LEDGER_LOCK)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("LOCK TABLE usage.erased IN ROW SHARE MODE")
            .execute(&mut *transaction)
            .await?;
        // The instant only ever moves on: detail that was dropped does not come back when the
        // configuration asks for more.
        let old: Vec<String> = sqlx::query_scalar(
            "WITH moved AS (UPDATE usage.detail SET since = greatest(since, (date_trunc('month', \
               now() AT TIME ZONE 'UTC') - make_interval(months => $1)) AT TIME ZONE 'UTC') \
               RETURNING since) \
             SELECT c.relname::text FROM moved, pg_inherits i \
             JOIN pg_class c ON c.oid = i.inhrelid \
             WHERE i.inhparent = 'usage.event'::regclass \
               AND c.relname < 'event_' || to_char(since AT TIME ZONE 'UTC', 'YYYY_MM')",
        )
        .bind(detail_months as i32)
        .fetch_all(&mut *transaction)
        .await?;
        for partition in &old {
            let statement = format!("DROP TABLE usage.{}", quote(partition));
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("DELETE FROM usage.folded USING usage.detail WHERE quarter < since")
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM usage.hourly USING usage.detail WHERE hour < least(since, \
               (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => $1)) \
               AT TIME ZONE 'UTC')",
        )
        .bind(hourly_months.max(detail_months) as i32)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(old.len())
    }
}
