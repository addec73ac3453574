//! Freezing a year: its measures in one transaction, from one snapshot of the aggregates.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use crate::model::{Frozen, Measured, Period, Units};
use crate::store::{Store, StoreError};

/// A year to be frozen.
#[derive(Debug, Clone)]
pub struct Freezing<'a> {
    /// The year.
    pub year: i32,
    /// Its days.
    pub period: Period,
    /// The instant at which it ends in the territory.
    pub end: DateTime<Utc>,
    /// The service commun whose adhesions open the portal.
    pub portal: Option<&'a str>,
    /// Whether it may be frozen before it is over.
    pub provisional: bool,
    /// Who does it.
    pub author: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug)]
pub enum Freeze {
    /// It is frozen now.
    Done(Frozen),
    /// It was frozen before.
    Already(Frozen),
    /// Instances still hold so many of its segments.
    Outstanding(Vec<Outstanding>),
}

/// A journal segment that was not shipped to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// The segment.
    pub id: String,
    /// Who holds it.
    pub instance: String,
    /// Since when.
    pub opened: DateTime<Utc>,
}

/// A commune's use counts as its own on days when it adheres both to the service commun and to the
/// portal; on others it is the public's (DESIGN, the cost model's fine points).
const MEASURE: &str = "\
WITH days AS ( \
  SELECT day, commune, service, sum(units) AS units, sum(requests) AS requests \
  FROM usage.daily WHERE day BETWEEN $1 AND $2 GROUP BY day, commune, service), \
held AS ( \
  SELECT service, units, requests, CASE \
    WHEN commune IN ('metropolis', 'public') THEN commune \
    WHEN EXISTS (SELECT FROM adhesion a WHERE a.commune = d.commune AND a.service = d.service \
                 AND d.day BETWEEN a.since AND coalesce(a.until, 'infinity')) \
     AND ($3::text IS NULL OR EXISTS (SELECT FROM adhesion a \
                 WHERE a.commune = d.commune AND a.service = $3 \
                 AND d.day BETWEEN a.since AND coalesce(a.until, 'infinity'))) \
    THEN commune ELSE 'public' END AS account FROM days d) \
SELECT service, account, sum(units)::bigint, sum(requests)::bigint FROM held \
GROUP BY service, account ORDER BY service COLLATE \"C\", account COLLATE \"C\"";

impl Store {
    /// Freezes a year, unless it is frozen or an instance still holds some of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn freeze(&self, it: &Freezing<'_>) -> Result<Freeze, StoreError> {
        let mut tx = self.write.begin().await?;
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            .execute(&mut *tx)
            .await?;
        // Taken before the snapshot: of two at once, the second finds what the first did.
        sqlx::query("LOCK TABLE usage.frozen IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *tx)
            .await?;
        if let Some(frozen) = read(&mut tx, it.year, false).await? {
            return Ok(Freeze::Already(frozen));
        }
        if !it.provisional {
            let left = outstanding(&mut tx, it.end).await?;
            if !left.is_empty() {
                return Ok(Freeze::Outstanding(left));
            }
        }
        let measured = measure(&mut tx, it.period, it.portal).await?;
        let frozen = Frozen {
            year: it.year,
            provisional: it.provisional,
            at: it.at,
            author: it.author.to_owned(),
            sha256: Frozen::digest(it.year, it.provisional, &measured),
            measured,
        };
        insert(&mut tx, &frozen).await?;
        tx.commit().await?;
        Ok(Freeze::Done(frozen))
    }

    /// The final measures of a year, or else the last provisional ones.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn frozen(&self, year: i32) -> Result<Option<Frozen>, StoreError> {
        let mut connection = self.write.acquire().await?;
        Ok(match read(&mut connection, year, false).await? {
            Some(last) => Some(last),
            None => read(&mut connection, year, true).await?,
        })
    }

    /// What freezing the days would measure now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn measure(
        &self,
        period: Period,
        portal: Option<&str>,
    ) -> Result<Vec<Measured>, StoreError> {
        let mut connection = self.write.acquire().await?;
        Ok(measure(&mut connection, period, portal).await?)
    }
}

/// Segments begun before an instant that were not shipped to their end.
async fn outstanding(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
) -> Result<Vec<Outstanding>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id::text, instance::text, opened FROM usage.segment \
         WHERE NOT done AND opened < $1 ORDER BY opened, id",
    )
    .bind(before)
    .fetch_all(connection)
    .await?;
    let segment = |row: &PgRow| {
        Ok(Outstanding {
            id: row.try_get(0)?,
            instance: row.try_get(1)?,
            opened: row.try_get(2)?,
        })
    };
    rows.iter().map(segment).collect()
}

async fn measure(
    connection: &mut PgConnection,
    period: Period,
    portal: Option<&str>,
) -> Result<Vec<Measured>, sqlx::Error> {
    let rows = sqlx::query(MEASURE)
        .bind(period.from)
        .bind(period.to)
        .bind(portal)
        .fetch_all(connection)
        .await?;
    rows.iter().map(measured).collect()
}

fn measured(row: &PgRow) -> Result<Measured, sqlx::Error> {
    Ok(Measured {
        service: row.try_get(0)?,
        account: row.try_get(1)?,
        units: Units(row.try_get(2)?),
        requests: row.try_get(3)?,
    })
}

async fn read(
    connection: &mut PgConnection,
    year: i32,
    provisional: bool,
) -> Result<Option<Frozen>, sqlx::Error> {
    let head = sqlx::query(
        "SELECT id, at, author, sha256 FROM usage.frozen \
         WHERE year = $1 AND provisional = $2 ORDER BY id DESC LIMIT 1",
    )
    .bind(year)
    .bind(provisional)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query(
        "SELECT service, account, units, requests FROM usage.measured WHERE frozen = $1 \
         ORDER BY service COLLATE \"C\", account COLLATE \"C\"",
    )
    .bind(head.try_get::<i32, _>(0)?)
    .fetch_all(connection)
    .await?;
    Ok(Some(Frozen {
        year,
        provisional,
        at: head.try_get(1)?,
        author: head.try_get(2)?,
        sha256: head.try_get(3)?,
        measured: rows.iter().map(measured).collect::<Result<_, _>>()?,
    }))
}

async fn insert(connection: &mut PgConnection, frozen: &Frozen) -> Result<(), sqlx::Error> {
    let id: i32 = sqlx::query_scalar(
        "INSERT INTO usage.frozen (year, provisional, at, author, sha256) \
         VALUES ($1::int, $2, $3, $4, $5) RETURNING id",
    )
    .bind(frozen.year)
    .bind(frozen.provisional)
    .bind(frozen.at)
    .bind(&frozen.author)
    .bind(&frozen.sha256)
    .fetch_one(&mut *connection)
    .await?;
    let column = |read: fn(&Measured) -> &String| -> Vec<String> {
        frozen.measured.iter().map(|it| read(it).clone()).collect()
    };
    let number =
        |read: fn(&Measured) -> i64| -> Vec<i64> { frozen.measured.iter().map(read).collect() };
    sqlx::query(
        "INSERT INTO usage.measured (frozen, service, account, units, requests) \
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])",
    )
    .bind(id)
    .bind(column(|it| &it.service))
    .bind(column(|it| &it.account))
    .bind(number(|it| it.units.0))
    .bind(number(|it| it.requests))
    .execute(connection)
    .await?;
    Ok(())
}
