//! Whether the aggregates equal the detail, and which segments are not wholly shipped.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::Row as _;
use uuid::Uuid;

use crate::store::{Store, StoreError};

/// An hour or a day of which the aggregates say other than the detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `hour` or `day`.
    pub kind: String,
    /// The hour (UTC) or the day of the territory's time zone.
    pub at: String,
    /// Rows of the aggregates that differ, lack or are too many.
    pub rows: i64,
    /// Responses that the aggregates count.
    pub aggregated: i64,
    /// Responses that the detail has.
    pub detailed: i64,
}

/// A segment that is not marked as wholly shipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenSegment {
    /// The segment.
    pub id: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// Records that the instance said it had written.
    pub written: i64,
    /// Records that the ledger has.
    pub watermark: i64,
    /// When the instance last said anything.
    pub seen: DateTime<Utc>,
}

/// Most differences that are told.
const MOST: i64 = 20;

/// The detail is summed once by quarter of an hour; hours and days are made of these.
const DIFFERENCES: &str = "WITH quarter AS MATERIALIZED ( \
   SELECT date_bin('15 minutes', at, 'epoch'::timestamptz) AS at, commune, \
     coalesce(key, 0) AS key, service, layer, operation, client, \
     count(*) AS requests, sum(units::bigint) AS units, sum(bytes) AS bytes, \
     sum(features::bigint) AS features, sum(database_us::bigint) AS database_us, \
     count(*) FILTER (WHERE outcome = 1) AS aborted, \
     count(*) FILTER (WHERE outcome = 2) AS in_doubt, \
     count(*) FILTER (WHERE status >= 400) AS errors \
   FROM usage.event, usage.detail WHERE at >= since GROUP BY 1, 2, 3, 4, 5, 6, 7 \
   UNION ALL SELECT quarter, commune, key, service, layer, operation, client, requests, units, \
     bytes, features, database_us, aborted, in_doubt, errors \
   FROM usage.folded, usage.detail WHERE quarter >= since), \
 told AS ( \
   SELECT 'hour' AS kind, hour::timestamp AS at, c.* FROM ( \
     SELECT hour AT TIME ZONE 'UTC' AS hour, commune, key, service, layer, operation, client, \
       requests, units, bytes, features, database_us, aborted, in_doubt, errors \
     FROM usage.hourly, usage.detail WHERE hour >= since) c \
   UNION ALL SELECT 'day', day::timestamp, c.* FROM ( \
     SELECT day::timestamp AS day, commune, key, service, layer, operation, client, requests, \
       units, bytes, features, database_us, aborted, in_doubt, errors \
     FROM usage.daily, usage.detail WHERE day::timestamp AT TIME ZONE $1 >= since) c), \
 found AS ( \
   SELECT 'hour' AS kind, date_trunc('hour', q.at, 'UTC') AT TIME ZONE 'UTC' AS at, q.commune, \
     q.key, q.service, q.layer, q.operation, q.client, sum(q.requests) AS requests, \
     sum(q.units) AS units, sum(q.bytes) AS bytes, sum(q.features) AS features, \
     sum(q.database_us) AS database_us, sum(q.aborted) AS aborted, \
     sum(q.in_doubt) AS in_doubt, sum(q.errors) AS errors \
   FROM quarter q GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 \
   UNION ALL SELECT 'day', date_trunc('day', q.at AT TIME ZONE $1), q.commune, q.key, q.service, \
     q.layer, q.operation, q.client, sum(q.requests), sum(q.units), sum(q.bytes), \
     sum(q.features), sum(q.database_us), sum(q.aborted), sum(q.in_doubt), sum(q.errors) \
   FROM quarter q, usage.detail \
   WHERE date_trunc('day', q.at AT TIME ZONE $1) AT TIME ZONE $1 >= since \
   GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) \
 SELECT kind, to_char(at, CASE kind WHEN 'day' THEN 'YYYY-MM-DD' \
     ELSE 'YYYY-MM-DD\"T\"HH24:MI\"Z\"' END), \
   count(*), coalesce(sum(told.requests), 0)::bigint, coalesce(sum(found.requests), 0)::bigint \
 FROM told FULL JOIN found USING (kind, at, commune, key, service, layer, operation, client) \
 WHERE (told.requests, told.units, told.bytes, told.features, told.database_us, told.aborted, \
     told.in_doubt, told.errors) IS DISTINCT FROM \
   (found.requests, found.units, found.bytes, found.features, found.database_us, found.aborted, \
     found.in_doubt, found.errors) \
 GROUP BY kind, at ORDER BY kind DESC, at LIMIT $2";

impl Store {
    /// The hours and days, over the period whose detail is kept, of which the aggregates do not
    /// equal the detail: 20 at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn usage_differences(&self, timezone: &str) -> Result<Vec<Difference>, StoreError> {
        // One statement: one snapshot, whatever is shipped meanwhile.
        let rows = sqlx::query(DIFFERENCES)
            .bind(timezone)
            .bind(MOST)
            .fetch_all(&self.write)
            .await?;
        let read = |row: &sqlx::postgres::PgRow| {
            Ok(Difference {
                kind: row.try_get(0)?,
                at: row.try_get(1)?,
                rows: row.try_get(2)?,
                aggregated: row.try_get(3)?,
                detailed: row.try_get(4)?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// The segments that are not marked as wholly shipped, and the database's clock.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_segments(&self) -> Result<(DateTime<Utc>, Vec<OpenSegment>), StoreError> {
        let now = sqlx::query_scalar("SELECT now()")
            .fetch_one(&self.write)
            .await?;
        let rows = sqlx::query(
            "SELECT id, instance, written, watermark, seen FROM usage.segment WHERE NOT done \
             ORDER BY opened",
        )
        .fetch_all(&self.write)
        .await?;
        let read = |row: &sqlx::postgres::PgRow| {
            Ok(OpenSegment {
                id: row.try_get(0)?,
                instance: row.try_get(1)?,
                written: row.try_get(2)?,
                watermark: row.try_get(3)?,
                seen: row.try_get(4)?,
            })
        };
        let open = rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?;
        Ok((now, open))
    }

    /// How much of the given segments the ledger has; nothing is said of one that it has not
    /// heard of.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watermarks(
        &self,
        segments: &[Uuid],
    ) -> Result<Vec<(Uuid, i64, bool)>, StoreError> {
        Ok(
            sqlx::query_as("SELECT id, watermark, done FROM usage.segment WHERE id = ANY($1)")
                .bind(segments)
                .fetch_all(&self.write)
                .await?,
        )
    }
}
