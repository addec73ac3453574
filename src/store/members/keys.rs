//! Keys: rows of `key`.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::super::{Store, StoreError};
use crate::model::{Insee, Reach, Roles};

/// A key as it is held: everything but the key itself.
#[derive(Debug, Clone)]
pub struct HeldKey {
    /// Its identifier in commands.
    pub id: Uuid,
    /// Its number in the ledger.
    pub number: i32,
    /// Its first characters, for display.
    pub prefix: String,
    /// SHA-256 of the whole key.
    pub hash: [u8; 32],
    /// Who holds it and what for.
    pub label: String,
    /// What it allows.
    pub roles: Roles,
    /// Where it allows that, adhesions aside.
    pub reach: Reach,
    /// Units that it may use in a month.
    pub quota: Option<i64>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// From when it is no longer accepted.
    pub expires: Option<DateTime<Utc>>,
    /// Since when it is no longer accepted.
    pub revoked: Option<DateTime<Utc>>,
    /// Last use, to the minute.
    pub used: Option<DateTime<Utc>>,
}

/// A key to be made.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// Its first characters, for display.
    pub prefix: &'a str,
    /// SHA-256 of the whole key.
    pub hash: [u8; 32],
    /// Who holds it and what for.
    pub label: &'a str,
    /// What it allows.
    pub roles: Roles,
    /// Where it allows that.
    pub reach: &'a Reach,
    /// Units that it may use in a month.
    pub quota: Option<i64>,
    /// From when it is no longer accepted.
    pub expires: Option<DateTime<Utc>>,
}

/// What became of a revocation.
#[derive(Debug)]
pub enum Revoking {
    /// It is revoked from now on.
    Revoked(HeldKey),
    /// It was revoked before; since when.
    Before(DateTime<Utc>),
    /// There is no such key.
    Unknown,
    /// Several keys begin so.
    Several,
}

const COLUMNS: &str =
    "id, number, prefix, hash, label, roles, communes, quota, created, expires, revoked, used";

/// Keys that instances need to know: those revoked a month ago are unknown keys.
pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<HeldKey>, StoreError> {
    let statement = format!(
        "SELECT {COLUMNS} FROM key WHERE revoked IS NULL OR revoked > now() - interval '1 month'"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

impl Store {
    /// Makes a key; returns its identifier and its number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_key(&self, key: &NewKey<'_>) -> Result<(Uuid, i32), StoreError> {
        let id = Uuid::now_v7();
        let roles: Vec<&str> = key.roles.iter().map(|role| role.as_str()).collect();
        let communes: Option<Vec<&str>> = match key.reach {
            Reach::Territory => None,
            Reach::Communes(codes) => Some(codes.iter().map(Insee::as_str).collect()),
        };
        let number = sqlx::query_scalar(
            "INSERT INTO key (id, prefix, hash, label, roles, communes, quota, expires) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING number",
        )
        .bind(id)
        .bind(key.prefix)
        .bind(&key.hash[..])
        .bind(key.label)
        .bind(roles)
        .bind(communes)
        .bind(key.quota)
        .bind(key.expires)
        .fetch_one(&self.keepers)
        .await?;
        Ok((id, number))
    }

    /// Every key ever made, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys(&self) -> Result<Vec<HeldKey>, StoreError> {
        let statement = format!("SELECT {COLUMNS} FROM key ORDER BY number");
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.keepers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Revokes the key of that identifier or that prefix, from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_key(&self, name: &str) -> Result<Revoking, StoreError> {
        let mut transaction = self.keepers.begin().await?;
        let statement = format!(
            "SELECT {COLUMNS} FROM key WHERE id::text = lower($1) OR prefix = $1 FOR UPDATE LIMIT 2"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(name)
            .fetch_all(&mut *transaction)
            .await?;
        let key = match &rows[..] {
            [] => return Ok(Revoking::Unknown),
            [row] => read(row)?,
            _ => return Ok(Revoking::Several),
        };
        if let Some(since) = key.revoked {
            return Ok(Revoking::Before(since));
        }
        sqlx::query("UPDATE key SET revoked = now() WHERE id = $1")
            .bind(key.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Revoking::Revoked(key))
    }

    /// Notes when keys were last used; an earlier use than the one known changes nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_uses(&self, uses: &[(i32, DateTime<Utc>)]) -> Result<(), StoreError> {
        let (numbers, instants): (Vec<i32>, Vec<DateTime<Utc>>) = uses.iter().copied().unzip();
        sqlx::query(
            "UPDATE key SET used = at FROM unnest($1::int[], $2::timestamptz[]) use (n, at) \
             WHERE number = n AND (used IS NULL OR used < at)",
        )
        .bind(numbers)
        .bind(instants)
        .execute(&self.keepers)
        .await?;
        Ok(())
    }

    /// Thousandths of units that keys used since a day, as the ledger knows it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn units_since(
        &self,
        keys: &[i32],
        day: NaiveDate,
    ) -> Result<Vec<(i32, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT key, sum(units)::bigint FROM usage.daily \
             WHERE key = ANY($1) AND day >= $2 GROUP BY key",
        )
        .bind(keys)
        .bind(day)
        .fetch_all(&self.keepers)
        .await?)
    }
}

fn read(row: &PgRow) -> Result<HeldKey, StoreError> {
    let broken = |what: String| sqlx::Error::Decode(what.into());
    let roles: Vec<String> = row.try_get("roles")?;
    let communes: Option<Vec<String>> = row.try_get("communes")?;
    let hash: Vec<u8> = row.try_get("hash")?;
    let reach = match communes {
        None => Reach::Territory,
        Some(codes) => codes.join(",").parse().map_err(broken)?,
    };
    Ok(HeldKey {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        prefix: row.try_get("prefix")?,
        hash: hash
            .try_into()
            .map_err(|_| broken("a key's hash is not one of SHA-256".to_owned()))?,
        label: row.try_get("label")?,
        roles: roles
            .iter()
            .map(|role| role.parse())
            .collect::<Result<_, String>>()
            .map_err(broken)?,
        reach,
        quota: row.try_get("quota")?,
        created: row.try_get("created")?,
        expires: row.try_get("expires")?,
        revoked: row.try_get("revoked")?,
        used: row.try_get("used")?,
    })
}
