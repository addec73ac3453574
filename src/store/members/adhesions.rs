//! Adhesions: rows of `adhesion`.

use chrono::NaiveDate;
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::super::{Store, StoreError};
use crate::model::{Adhesion, Insee, Level};

/// What became of a new period.
#[derive(Debug, PartialEq, Eq)]
pub enum Adding {
    /// It stands.
    Added,
    /// It meets one that stands already.
    Overlaps(Adhesion),
}

/// What became of an end.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending {
    /// The period as it stands now.
    Ended(Adhesion),
    /// No period of that commune and service is open on that day.
    NoneOpen,
}

const COLUMNS: &str = "commune, service, level, since, until";

/// Every period, by commune, service and time.
pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<Adhesion>, StoreError> {
    let rows = sqlx::query(
        "SELECT commune, service, level, since, until FROM adhesion \
         ORDER BY service, commune, since",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

impl Store {
    /// Every period, by service, commune and time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn adhesions(&self) -> Result<Vec<Adhesion>, StoreError> {
        let mut connection = self.keepers.acquire().await?;
        all(&mut connection).await
    }

    /// Adds a period, unless it meets another of its commune and service.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_adhesion(&self, adhesion: &Adhesion) -> Result<Adding, StoreError> {
        let mut transaction = self.keepers.begin().await?;
        sqlx::query("LOCK TABLE adhesion IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
        let statement = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM adhesion WHERE commune = $1 AND service = $2 \
             AND daterange(since, until, '[]') && daterange($3, $4, '[]') \
             ORDER BY since LIMIT 1"
        ));
        let met = sqlx::query(statement)
            .bind(adhesion.commune.as_str())
            .bind(&adhesion.service)
            .bind(adhesion.since)
            .bind(adhesion.until)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(row) = met {
            return Ok(Adding::Overlaps(read(&row)?));
        }
        sqlx::query(
            "INSERT INTO adhesion (commune, service, level, since, until) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(adhesion.commune.as_str())
        .bind(&adhesion.service)
        .bind(adhesion.level.map(Level::as_str))
        .bind(adhesion.since)
        .bind(adhesion.until)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Adding::Added)
    }

    /// Ends the period that is in force on a day with that day.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_adhesion(
        &self,
        commune: &Insee,
        service: &str,
        last: NaiveDate,
    ) -> Result<Ending, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!(
            "UPDATE adhesion SET until = $3 WHERE commune = $1 AND service = $2 \
             AND since <= $3 AND (until IS NULL OR until >= $3) RETURNING {COLUMNS}"
        ));
        let ended = sqlx::query(statement)
            .bind(commune.as_str())
            .bind(service)
            .bind(last)
            .fetch_optional(&self.keepers)
            .await?;
        match ended {
            Some(row) => Ok(Ending::Ended(read(&row)?)),
            None => Ok(Ending::NoneOpen),
        }
    }
}

fn read(row: &PgRow) -> Result<Adhesion, StoreError> {
    let broken = |what: String| sqlx::Error::Decode(what.into());
    let commune: String = row.try_get("commune")?;
    let level: Option<String> = row.try_get("level")?;
    Ok(Adhesion {
        commune: commune.parse().map_err(broken)?,
        service: row.try_get("service")?,
        level: level
            .map(|level| level.parse())
            .transpose()
            .map_err(broken)?,
        since: row.try_get("since")?,
        until: row.try_get("until")?,
    })
}
