//! A batch of the journal into the ledger: detail, aggregates and watermark in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Datelike as _, Utc};
use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Row as _, Transaction};
use uuid::Uuid;

use super::sums::{Group, Sums, Totals, totals};
use crate::model::Event;
use crate::store::{Store, StoreError};

/// The lock that whoever changes the ledger takes first (see the migration).
pub const LEDGER_LOCK: i64 = 7165;

/// Microseconds between 1970 and 2000, from which PostgreSQL counts.
const POSTGRES_EPOCH_US: i64 = 946_684_800_000_000;

/// A segment as the ledger names it.
#[derive(Debug, Clone, Copy)]
pub struct SegmentId {
    /// The segment.
    pub id: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// When it was made, in microseconds since 1970.
    pub opened_us: i64,
}

/// A transaction that holds a segment's row.
#[derive(Debug)]
pub struct Shipment {
    transaction: Transaction<'static, Postgres>,
    segment: SegmentId,
    /// Records of the segment that the ledger has.
    pub watermark: i64,
    /// Whether all of it was shipped already.
    pub done: bool,
    detail_since_us: i64,
    /// Keys whose use up to an instant is booked without them.
    erased: HashMap<i32, i64>,
}

fn instant(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

impl Store {
    /// Begins to ship a segment: locks its row, which is made if need be.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shipment(&self, segment: SegmentId) -> Result<Shipment, StoreError> {
        let mut transaction = self.write.begin().await?;
        // A program that was stopped in the middle must not stop the others.
        sqlx::query(
            "SELECT set_config('lock_timeout', '10s', true), \
               set_config('idle_in_transaction_session_timeout', '30s', true)",
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(LEDGER_LOCK)
            .execute(&mut *transaction)
            .await?;
        // Against erasures: see the table.
        sqlx::query("LOCK TABLE usage.erased IN ROW SHARE MODE")
            .execute(&mut *transaction)
            .await?;
        let erased: Vec<(i32, i64)> = sqlx::query_as(
            "SELECT key, (extract(epoch FROM at) * 1000000)::bigint FROM usage.erased",
        )
        .fetch_all(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO usage.segment (id, instance, opened) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(segment.id)
        .bind(segment.instance)
        .bind(instant(segment.opened_us))
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query(
            "SELECT watermark, done, CASE WHEN isfinite(since) \
               THEN (extract(epoch FROM since) * 1000000)::bigint END \
             FROM usage.segment, usage.detail WHERE id = $1 FOR UPDATE OF segment",
        )
        .bind(segment.id)
        .fetch_one(&mut *transaction)
        .await?;
        Ok(Shipment {
            watermark: row.try_get(0)?,
            done: row.try_get(1)?,
            detail_since_us: row.try_get::<Option<i64>, _>(2)?.unwrap_or(i64::MIN),
            erased: erased.into_iter().collect(),
            transaction,
            segment,
        })
    }

    /// Tells the ledger that an instance lives, and how much it has written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tell_segments(&self, segments: &[(SegmentId, i64)]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = segments.iter().map(|(segment, _)| segment.id).collect();
        let instances: Vec<Uuid> = segments.iter().map(|(s, _)| s.instance).collect();
        let opened: Vec<DateTime<Utc>> =
            segments.iter().map(|(s, _)| instant(s.opened_us)).collect();
        let written: Vec<i64> = segments.iter().map(|(_, written)| *written).collect();
        sqlx::query(
            "INSERT INTO usage.segment AS s (id, instance, opened, written) \
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[]) \
               AS t (id, instance, opened, written) ORDER BY id \
             ON CONFLICT (id) DO UPDATE SET seen = now(), \
               written = greatest(s.written, excluded.written)",
        )
        .bind(ids)
        .bind(instances)
        .bind(opened)
        .bind(written)
        .execute(&self.write)
        .await?;
        Ok(())
    }
}

impl Shipment {
    fn is_erased(&self, key: i32, at_us: i64) -> bool {
        self.erased.get(&key).is_some_and(|upto| at_us <= *upto)
    }

    /// Adds events to the detail and to the aggregates, by days of the time zone.
    ///
    /// # Errors
    /// When the database refuses; the transaction is lost, and nothing was added.
    pub async fn add(&mut self, events: &[Event<'_>], timezone: &str) -> Result<(), StoreError> {
        let anonymous: Vec<Event<'_>> = events
            .iter()
            .map(|event| Event {
                key: event.key.filter(|key| !self.is_erased(*key, event.at_us)),
                ..*event
            })
            .collect();
        let events = &anonymous[..];
        let connection = &mut *self.transaction;
        let kept = events
            .iter()
            .filter(|event| event.at_us >= self.detail_since_us);
        let months: BTreeSet<(i32, u32)> = kept
            .clone()
            .map(|event| instant(event.at_us))
            .map(|at| (at.year(), at.month()))
            .collect();
        for (year, month) in months {
            sqlx::query("SELECT usage.make_month(make_timestamptz($1, $2, 1, 0, 0, 0, 'UTC'))")
                .bind(year)
                .bind(month as i32)
                .execute(&mut *connection)
                .await?;
        }
        let rows = copy_rows(kept);
        let mut copy = connection
            .copy_in_raw(
                "COPY usage.event (at, commune, key, service, layer, operation, client, status, \
                 outcome, bytes, features, database_us, units) FROM STDIN (FORMAT binary)",
            )
            .await?;
        copy.send(rows).await?;
        copy.finish().await?;
        add_totals(connection, &totals(events), timezone).await?;
        mark_keys(connection, events).await?;
        Ok(())
    }

    /// Adds the sums of a segment whose detail was folded.
    ///
    /// # Errors
    /// As [`Shipment::add`].
    pub async fn add_folded(
        &mut self,
        totals: &Totals<'_>,
        timezone: &str,
    ) -> Result<(), StoreError> {
        let mut anonymous = Totals::new();
        for (group, sums) in totals {
            let erased = self.is_erased(group.key, group.quarter_us);
            let key = if erased { 0 } else { group.key };
            *anonymous.entry(Group { key, ..*group }).or_default() += *sums;
        }
        let totals = &anonymous;
        let connection = &mut *self.transaction;
        bind_totals(
            sqlx::query(
                "INSERT INTO usage.folded SELECT $16::uuid, t.* FROM unnest($1::timestamptz[], \
                   $2::text[], $3::int[], $4::text[], $5::text[], $6::smallint[], \
                   $7::smallint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], \
                   $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]) t",
            ),
            totals,
        )
        .bind(self.segment.id)
        .execute(&mut *connection)
        .await?;
        add_totals(connection, totals, timezone).await
    }

    /// Moves the watermark and commits: from now on the ledger has what was added.
    ///
    /// # Errors
    /// When the database does not confirm it; whether it did is told by the next shipment.
    pub async fn commit(
        mut self,
        watermark: i64,
        written: i64,
        done: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE usage.segment SET watermark = $2, written = greatest(written, $3), \
               done = $4, seen = now() WHERE id = $1",
        )
        .bind(self.segment.id)
        .bind(watermark)
        .bind(written)
        .bind(done)
        .execute(&mut *self.transaction)
        .await?;
        self.transaction.commit().await?;
        Ok(())
    }
}

/// The rows in PostgreSQL's binary form of COPY: parsing text would cost more than writing them.
fn copy_rows<'e>(events: impl Iterator<Item = &'e Event<'e>>) -> Vec<u8> {
    fn field(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend((bytes.len() as u32).to_be_bytes());
        out.extend(bytes);
    }
    let narrow = |number: u32| i32::try_from(number).unwrap_or(i32::MAX).to_be_bytes();
    let mut out = Vec::with_capacity(events.size_hint().1.unwrap_or(0) * 128 + 32);
    out.extend(b"PGCOPY\n\xff\r\n\0");
    out.extend([0; 8]);
    for event in events {
        out.extend(13_u16.to_be_bytes());
        field(&mut out, &(event.at_us - POSTGRES_EPOCH_US).to_be_bytes());
        field(&mut out, event.account.as_str().as_bytes());
        match event.key {
            Some(key) => field(&mut out, &key.to_be_bytes()),
            None => out.extend((-1_i32).to_be_bytes()),
        }
        field(&mut out, event.service.as_bytes());
        field(&mut out, event.layer.as_bytes());
        field(&mut out, &(event.operation as i16).to_be_bytes());
        field(&mut out, &(event.client as i16).to_be_bytes());
        field(&mut out, &(event.status as i16).to_be_bytes());
        field(&mut out, &(event.outcome as i16).to_be_bytes());
        let bytes = i64::try_from(event.bytes).unwrap_or(i64::MAX);
        field(&mut out, &bytes.to_be_bytes());
        field(&mut out, &narrow(event.features));
        field(&mut out, &narrow(event.database_us));
        field(&mut out, &narrow(event.units));
    }
    out.extend((-1_i16).to_be_bytes());
    out
}

type Query<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

/// Binds the columns of the sums: $1 to $15.
fn bind_totals<'q>(query: Query<'q>, totals: &Totals<'_>) -> Query<'q> {
    let mut rows: Vec<(&Group<'_>, &Sums)> = totals.iter().collect();
    rows.sort_by_key(|(group, _)| **group);
    let text = |of: fn(&Group<'_>) -> String| -> Vec<String> {
        rows.iter().map(|(group, _)| of(group)).collect()
    };
    let sum = |of: fn(&Sums) -> i64| -> Vec<i64> { rows.iter().map(|(_, s)| of(s)).collect() };
    let small = |of: fn(&Group<'_>) -> i16| -> Vec<i16> {
        rows.iter().map(|(group, _)| of(group)).collect()
    };
    let quarters: Vec<DateTime<Utc>> = rows.iter().map(|(g, _)| instant(g.quarter_us)).collect();
    let keys: Vec<i32> = rows.iter().map(|(group, _)| group.key).collect();
    query
        .bind(quarters)
        .bind(text(|group| group.commune.to_owned()))
        .bind(keys)
        .bind(text(|group| group.service.to_owned()))
        .bind(text(|group| group.layer.to_owned()))
        .bind(small(|group| group.operation))
        .bind(small(|group| group.client))
        .bind(sum(|sums| sums.requests))
        .bind(sum(|sums| sums.units))
        .bind(sum(|sums| sums.bytes))
        .bind(sum(|sums| sums.features))
        .bind(sum(|sums| sums.database_us))
        .bind(sum(|sums| sums.aborted))
        .bind(sum(|sums| sums.in_doubt))
        .bind(sum(|sums| sums.errors))
}

/// Hours and days from the same rows, so that they agree.
const AGGREGATES: &str = "WITH batch AS MATERIALIZED ( \
   SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::int[], $4::text[], $5::text[], \
     $6::smallint[], $7::smallint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], \
     $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]) \
   AS t (at, commune, key, service, layer, operation, client, requests, units, bytes, features, \
     database_us, aborted, in_doubt, errors)), \
 hours AS (INSERT INTO usage.hourly AS h \
   SELECT date_trunc('hour', at, 'UTC'), commune, key, service, layer, operation, client, \
     sum(requests), sum(units), sum(bytes), sum(features), sum(database_us), sum(aborted), \
     sum(in_doubt), sum(errors) \
   FROM batch GROUP BY 1, 2, 3, 4, 5, 6, 7 \
   ON CONFLICT (hour, commune, key, service, layer, operation, client) DO UPDATE SET \
     requests = h.requests + excluded.requests, units = h.units + excluded.units, \
     bytes = h.bytes + excluded.bytes, features = h.features + excluded.features, \
     database_us = h.database_us + excluded.database_us, aborted = h.aborted + excluded.aborted, \
     in_doubt = h.in_doubt + excluded.in_doubt, errors = h.errors + excluded.errors) \
 INSERT INTO usage.daily AS d \
   SELECT (at AT TIME ZONE $16)::date, commune, key, service, layer, operation, client, \
     sum(requests), sum(units), sum(bytes), sum(features), sum(database_us), sum(aborted), \
     sum(in_doubt), sum(errors) \
   FROM batch GROUP BY 1, 2, 3, 4, 5, 6, 7 \
   ON CONFLICT (commune, day, key, service, layer, operation, client) DO UPDATE SET \
     requests = d.requests + excluded.requests, units = d.units + excluded.units, \
     bytes = d.bytes + excluded.bytes, features = d.features + excluded.features, \
     database_us = d.database_us + excluded.database_us, aborted = d.aborted + excluded.aborted, \
     in_doubt = d.in_doubt + excluded.in_doubt, errors = d.errors + excluded.errors";

async fn add_totals(
    connection: &mut PgConnection,
    totals: &Totals<'_>,
    timezone: &str,
) -> Result<(), StoreError> {
    bind_totals(sqlx::query(AGGREGATES), totals)
        .bind(timezone)
        .execute(connection)
        .await?;
    Ok(())
}

/// When each key was last used.
async fn mark_keys(connection: &mut PgConnection, events: &[Event<'_>]) -> Result<(), StoreError> {
    let mut last: BTreeMap<i32, i64> = BTreeMap::new();
    for event in events {
        if let Some(key) = event.key {
            let at = last.entry(key).or_insert(event.at_us);
            *at = (*at).max(event.at_us);
        }
    }
    if last.is_empty() {
        return Ok(());
    }
    let instants: Vec<DateTime<Utc>> = last.values().map(|us| instant(*us)).collect();
    sqlx::query(
        "UPDATE key SET used = greatest(used, t.at) \
         FROM unnest($1::int[], $2::timestamptz[]) AS t (number, at) WHERE key.number = t.number",
    )
    .bind(last.into_keys().collect::<Vec<i32>>())
    .bind(instants)
    .execute(connection)
    .await?;
    Ok(())
}
