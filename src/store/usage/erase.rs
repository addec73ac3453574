//! Erasing which key asked for what: the sums stay, the key goes.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use crate::model::Units;
use crate::store::{Store, StoreError};

/// A key, as it is found to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasable {
    /// Its identifier.
    pub id: String,
    /// The number that books its use.
    pub number: i32,
    /// What lists show of it.
    pub prefix: String,
    /// What it was named.
    pub label: String,
}

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Events that no longer say their key.
    pub events: u64,
    /// Responses and units of the daily sums that were moved to « no key ».
    pub requests: i64,
    /// See `requests`.
    pub units: Units,
}

/// Columns that tell sums apart beside the key, and the sums.
const APART: &str = "commune, service, layer, operation, client";
const SUMS: [&str; 8] = [
    "requests",
    "units",
    "bytes",
    "features",
    "database_us",
    "aborted",
    "in_doubt",
    "errors",
];

impl Store {
    /// Keys of that identifier or prefix, with or without its `gn_`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn erasable(&self, name: &str) -> Result<Vec<Erasable>, StoreError> {
        let rows = sqlx::query(
            "SELECT id::text, number, prefix, label FROM key \
             WHERE id::text = $1 OR prefix IN ($1, 'gn_' || $1) ORDER BY created",
        )
        .bind(name)
        .fetch_all(&self.write)
        .await?;
        let key = |row: &sqlx::postgres::PgRow| {
            Ok(Erasable {
                id: row.try_get(0)?,
                number: row.try_get(1)?,
                prefix: row.try_get(2)?,
                label: row.try_get(3)?,
            })
        };
        Ok(rows.iter().map(key).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Takes the key out of every event and sum up to an instant, in one transaction, and has what
    /// the journals still hold of before it booked without a key.
    ///
    /// # Errors
    /// When the database does not answer; nothing is changed then.
    pub async fn erase(&self, key: i32, at: DateTime<Utc>) -> Result<Erased, StoreError> {
        let mut tx = self.write.begin().await?;
        // Waits for shipments under way and holds back others: see the table.
        sqlx::query("LOCK TABLE usage.erased IN EXCLUSIVE MODE")
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO usage.erased (key, at) VALUES ($1, $2) \
             ON CONFLICT (key) DO UPDATE SET at = greatest(erased.at, EXCLUDED.at)",
        )
        .bind(key)
        .bind(at)
        .execute(&mut *tx)
        .await?;
        let events = sqlx::query("UPDATE usage.event SET key = NULL WHERE key = $1")
            .bind(key)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        sqlx::query("UPDATE usage.folded SET key = 0 WHERE key = $1")
            .bind(key)
            .execute(&mut *tx)
            .await?;
        move_sums("hourly", "hour", key, &mut tx).await?;
        let (requests, units) = move_sums("daily", "day", key, &mut tx).await?;
        tx.commit().await?;
        Ok(Erased {
            events,
            requests,
            units: Units(units),
        })
    }
}

/// Adds a key's sums to those of no key; gives its responses and units.
async fn move_sums(
    table: &'static str,
    time: &'static str,
    key: i32,
    connection: &mut sqlx::PgConnection,
) -> Result<(i64, i64), sqlx::Error> {
    let sums = SUMS.join(", ");
    let added = SUMS
        .map(|sum| format!("{sum} = t.{sum} + EXCLUDED.{sum}"))
        .join(", ");
    let statement = format!(
        "WITH gone AS (DELETE FROM usage.{table} WHERE key = $1 RETURNING *), \
         kept AS (INSERT INTO usage.{table} AS t ({time}, key, {APART}, {sums}) \
           SELECT {time}, 0, {APART}, {sums} FROM gone \
           ON CONFLICT (commune, {time}, key, service, layer, operation, client) DO UPDATE SET {added}) \
         SELECT coalesce(sum(requests), 0)::bigint, coalesce(sum(units), 0)::bigint FROM gone"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(key)
        .fetch_one(connection)
        .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}
