//! Reports: sums of the daily aggregates. The detail is never read.

use chrono::NaiveDate;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row as _};

use crate::model::{By, ClientFamily, Figures, Holder, Line, NONE, Operation, Units, UsageQuery};
use crate::store::{Store, StoreError};

type Sql = QueryBuilder<Postgres>;

/// Sums, in the order in which [`figures`] reads them. Sums of bigint are numeric.
const SUMS: &str = "sum(requests)::bigint, sum(units)::bigint, sum(bytes)::bigint, \
                    sum(features)::bigint, sum(aborted)::bigint";

impl Store {
    /// The lines of a report: in the order of time, or else the heaviest first; lines told apart
    /// once more in the order of their two keys.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn usage(&self, query: &UsageQuery) -> Result<Vec<Line>, StoreError> {
        if let Some(split) = query.split {
            let sums = self.usage_apart(query, split).await?;
            let line = |(key, split, figures)| Line {
                key,
                split: Some(split),
                figures,
                holder: None,
            };
            return Ok(sums.into_iter().map(line).collect());
        }
        let rows = lines_sql(query).build().fetch_all(&self.write).await?;
        let lines = rows.iter().map(|row| line(row, query.by));
        let mut lines: Vec<Line> = lines.collect::<Result<_, sqlx::Error>>()?;
        if !query.by.is_time() {
            let weight = |line: &Line| (-line.figures.units.0, -line.figures.requests);
            lines.sort_by(|a, b| weight(a).cmp(&weight(b)).then_with(|| a.key.cmp(&b.key)));
        }
        Ok(lines)
    }

    /// The same sums told apart once more: what a line stands for, then what it is told apart by.
    /// In the order of the first, then of the second.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn usage_apart(
        &self,
        query: &UsageQuery,
        apart: By,
    ) -> Result<Vec<(String, String, Figures)>, StoreError> {
        let rows = apart_sql(query, apart)
            .build()
            .fetch_all(&self.write)
            .await?;
        let read = |row: &PgRow| {
            Ok((
                name(row, 0, query.by)?,
                name(row, 1, apart)?,
                figures(row, 2)?,
            ))
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }
}

/// The column that tells lines apart. Months are made of days once these are summed.
fn column(by: By) -> &'static str {
    match by {
        By::Layer => "layer",
        By::Day | By::Month => "day",
        By::Operation => "operation",
        By::Client => "client",
        By::Key => "key",
        By::Service => "service",
        By::Commune => "commune",
    }
}

/// The same, of days summed already.
fn outer(by: By) -> &'static str {
    match by {
        By::Month => "date_trunc('month', day::timestamp)::date",
        other => column(other),
    }
}

fn lines_sql(query: &UsageQuery) -> Sql {
    let by = query.by;
    if by == By::Key {
        let mut sql = Sql::new("SELECT s.*, k.prefix, k.id, k.label FROM (SELECT key, ");
        sql.push(SUMS);
        push_from(&mut sql, query);
        sql.push(" GROUP BY key) s LEFT JOIN key k ON k.number = s.key");
        return sql;
    }
    let mut sql = Sql::new("SELECT ");
    if by == By::Month {
        sql.push(format!("{} AS month, {SUMS} FROM (SELECT day, ", outer(by)));
        push_named_sums(&mut sql);
        push_from(&mut sql, query);
        sql.push(" GROUP BY day) d GROUP BY 1 ORDER BY 1");
    } else {
        sql.push(format!("{}, {SUMS}", column(by)));
        push_from(&mut sql, query);
        sql.push(" GROUP BY 1 ORDER BY 1");
    }
    sql
}

/// Two levels: the inner one sums by plain columns, which a hash does quickly.
fn apart_sql(query: &UsageQuery, apart: By) -> Sql {
    let mut sql = Sql::new(format!(
        "SELECT {}, {}, {SUMS} FROM (SELECT {}",
        outer(query.by),
        outer(apart),
        column(query.by)
    ));
    if column(apart) != column(query.by) {
        sql.push(format!(", {}", column(apart)));
    }
    sql.push(", ");
    push_named_sums(&mut sql);
    push_from(&mut sql, query);
    sql.push(format!(" GROUP BY {}", column(query.by)));
    if column(apart) != column(query.by) {
        sql.push(format!(", {}", column(apart)));
    }
    sql.push(") d GROUP BY 1, 2 ORDER BY 1, 2");
    sql
}

fn push_named_sums(sql: &mut Sql) {
    let sums = ["requests", "units", "bytes", "features", "aborted"];
    let named = sums.map(|sum| format!("sum({sum})::bigint AS {sum}"));
    sql.push(named.join(", "));
}

fn push_from(sql: &mut Sql, query: &UsageQuery) {
    sql.push(" FROM usage.daily WHERE day BETWEEN ");
    sql.push_bind(query.period.from);
    sql.push(" AND ");
    sql.push_bind(query.period.to);
    if let Some(accounts) = &query.accounts {
        let names: Vec<String> = accounts.iter().map(|a| a.as_str().to_owned()).collect();
        sql.push(" AND commune = ANY(");
        sql.push_bind(names);
        sql.push(")");
    }
}

fn line(row: &PgRow, by: By) -> Result<Line, sqlx::Error> {
    let mut holder = None;
    let key = if by == By::Key {
        let prefix: Option<String> = row.try_get(6)?;
        let number: i32 = row.try_get(0)?;
        if prefix.is_some() {
            holder = Some(Holder {
                id: row.try_get::<uuid::Uuid, _>(7)?.to_string(),
                label: row.try_get(8)?,
            });
        }
        prefix.unwrap_or_else(|| key_name(number))
    } else {
        name(row, 0, by)?
    };
    Ok(Line {
        key,
        split: None,
        figures: figures(row, 1)?,
        holder,
    })
}

/// A key that the table of keys does not hold: none, or one that was deleted from it.
fn key_name(number: i32) -> String {
    if number == 0 {
        NONE.to_owned()
    } else {
        format!("#{number}")
    }
}

fn figures(row: &PgRow, first: usize) -> Result<Figures, sqlx::Error> {
    Ok(Figures {
        requests: row.try_get(first)?,
        units: Units(row.try_get(first + 1)?),
        bytes: row.try_get(first + 2)?,
        features: row.try_get(first + 3)?,
        aborted: row.try_get(first + 4)?,
    })
}

fn name(row: &PgRow, place: usize, by: By) -> Result<String, sqlx::Error> {
    let number = || {
        row.try_get::<i16, _>(place)
            .map(|n| usize::try_from(n).unwrap_or(usize::MAX))
    };
    Ok(match by {
        By::Day => row.try_get::<NaiveDate, _>(place)?.to_string(),
        By::Month => row
            .try_get::<NaiveDate, _>(place)?
            .format("%Y-%m")
            .to_string(),
        By::Operation => Operation::ALL
            .get(number()?)
            .map_or_else(|| NONE.to_owned(), |known| known.as_str().to_owned()),
        By::Client => ClientFamily::ALL
            .get(number()?)
            .map_or_else(|| NONE.to_owned(), |known| known.as_str().to_owned()),
        By::Key => key_name(row.try_get(place)?),
        By::Layer | By::Service | By::Commune => {
            let text: String = row.try_get(place)?;
            if text.is_empty() {
                NONE.to_owned()
            } else {
                text
            }
        }
    })
}
