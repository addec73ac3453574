//! Referents of the animation networks.
//!
//! On the owner's pool: no other role has a right on professional contact details.

use chrono::{Days, NaiveDate};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::{Store, StoreError};
use crate::model::{Entered, Entry, Insee, Post, Referent};

const COLUMNS: &str =
    "id, network, commune, post, name, function, email, phone, since, until, demonstration";

/// Referents before deputies, deputies before elected members.
const ORDER: &str =
    "network, commune, array_position(ARRAY['referent','suppleant','elu'], post), since, id";

impl Store {
    /// The referents in place; with `past`, those who left too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn referents(&self, past: bool) -> Result<Vec<Referent>, StoreError> {
        let statement =
            format!("SELECT {COLUMNS} FROM referent WHERE $1 OR until IS NULL ORDER BY {ORDER}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(past)
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(|row| Ok(referent(row)?)).collect()
    }

    /// Enters referents in one transaction. Whoever holds a post under another name leaves it the
    /// day before the new one begins. With `complete`, whoever is in place in a network that the
    /// entries name, and is not named, leaves today. With `dry` all of it is undone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enter_referents(
        &self,
        entries: &[Entry],
        today: NaiveDate,
        complete: bool,
        dry: bool,
    ) -> Result<Entered, StoreError> {
        let mut transaction = self.write.begin().await?;
        // Two imports at once would each see the posts as the other found them.
        sqlx::query("LOCK TABLE referent IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
        let mut entered = Entered::default();
        for entry in entries {
            enter(&mut transaction, entry, today, &mut entered).await?;
        }
        if complete {
            entered.ended += end_others(&mut transaction, entries, today).await?;
        }
        if dry {
            transaction.rollback().await?;
        } else {
            transaction.commit().await?;
        }
        Ok(entered)
    }

    /// Notes that a referent left on that day, and forgets how to reach them.
    ///
    /// Whether there was one of that number, in place since that day or before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_referent(&self, id: i32, day: NaiveDate) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE referent SET until = $2, email = NULL, phone = NULL \
             WHERE id = $1 AND until IS NULL AND since <= $2",
        )
        .bind(id)
        .bind(day)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Erases a referent, in place or past; whether there was one of that number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_referent(&self, id: i32) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM referent WHERE id = $1")
            .bind(id)
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Erases the invented referents of a demonstration.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_demonstration_referents(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM referent WHERE demonstration")
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

async fn enter(
    connection: &mut PgConnection,
    entry: &Entry,
    today: NaiveDate,
    entered: &mut Entered,
) -> Result<(), sqlx::Error> {
    let new = &entry.referent;
    let statement = format!(
        "SELECT {COLUMNS} FROM referent \
         WHERE network = $1 AND commune = $2 AND post = $3 AND until IS NULL"
    );
    let held = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(&new.network)
        .bind(new.commune.as_str())
        .bind(new.post.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let held = held.as_ref().map(referent).transpose()?;
    match (held, new.until) {
        (Some(held), None) if held.name == new.name => {
            let mut wanted = Referent {
                id: held.id,
                ..new.clone()
            };
            if !entry.dated {
                wanted.since = held.since;
            }
            if wanted == held {
                entered.unchanged += 1;
            } else {
                update(connection, &wanted).await?;
                entered.changed += 1;
            }
        }
        (Some(held), None) => {
            let eve = new.since.checked_sub_days(Days::new(1));
            let last = eve.unwrap_or(new.since).min(today).max(held.since);
            end(connection, held.id, last).await?;
            insert(connection, new).await?;
            entered.ended += 1;
            entered.added += 1;
        }
        (Some(held), Some(last)) if held.name == new.name && held.since <= last => {
            end(connection, held.id, last).await?;
            entered.ended += 1;
        }
        (_, None) => {
            insert(connection, new).await?;
            entered.added += 1;
        }
        (_, Some(_)) => {
            if is_history(connection, new).await? {
                entered.unchanged += 1;
            } else {
                insert(connection, new).await?;
                entered.added += 1;
            }
        }
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, new: &Referent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO referent (network, commune, post, name, function, email, phone, since, until, \
         demonstration) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&new.network)
    .bind(new.commune.as_str())
    .bind(new.post.as_str())
    .bind(&new.name)
    .bind(&new.function)
    .bind(&new.email)
    .bind(&new.phone)
    .bind(new.since)
    .bind(new.until)
    .bind(new.demonstration)
    .execute(connection)
    .await?;
    Ok(())
}

async fn update(connection: &mut PgConnection, new: &Referent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE referent SET function = $2, email = $3, phone = $4, since = $5, demonstration = $6 \
         WHERE id = $1",
    )
    .bind(new.id)
    .bind(&new.function)
    .bind(&new.email)
    .bind(&new.phone)
    .bind(new.since)
    .bind(new.demonstration)
    .execute(connection)
    .await?;
    Ok(())
}

async fn end(connection: &mut PgConnection, id: i32, last: NaiveDate) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE referent SET until = $2, email = NULL, phone = NULL WHERE id = $1")
        .bind(id)
        .bind(last)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the history has this period of this person already.
async fn is_history(connection: &mut PgConnection, new: &Referent) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM referent WHERE network = $1 AND commune = $2 AND post = $3 \
         AND name = $4 AND until = $5)",
    )
    .bind(&new.network)
    .bind(new.commune.as_str())
    .bind(new.post.as_str())
    .bind(&new.name)
    .bind(new.until)
    .fetch_one(connection)
    .await
}

/// Ends whoever is in place in the networks of the entries and is in none of them.
async fn end_others(
    connection: &mut PgConnection,
    entries: &[Entry],
    today: NaiveDate,
) -> Result<usize, sqlx::Error> {
    let column = |value: fn(&Referent) -> String| -> Vec<String> {
        entries.iter().map(|entry| value(&entry.referent)).collect()
    };
    let done = sqlx::query(
        "UPDATE referent r SET until = greatest(r.since, $1), email = NULL, phone = NULL \
         WHERE r.until IS NULL AND r.network = ANY($2) AND NOT EXISTS \
         (SELECT FROM unnest($2, $3::text[], $4::text[], $5::text[]) AS e (network, commune, post, name) \
          WHERE e.network = r.network AND e.commune = r.commune AND e.post = r.post \
          AND e.name = r.name)",
    )
    .bind(today)
    .bind(column(|referent| referent.network.clone()))
    .bind(column(|referent| referent.commune.to_string()))
    .bind(column(|referent| referent.post.as_str().to_owned()))
    .bind(column(|referent| referent.name.clone()))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() as usize)
}

fn referent(row: &PgRow) -> Result<Referent, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let parsed = |error: String| sqlx::Error::Decode(error.into());
    Ok(Referent {
        id: row.try_get("id")?,
        network: text("network")?,
        commune: Insee::try_from(text("commune")?).map_err(parsed)?,
        post: text("post")?.parse::<Post>().map_err(parsed)?,
        name: text("name")?,
        function: row.try_get("function")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        since: row.try_get("since")?,
        until: row.try_get("until")?,
        demonstration: row.try_get("demonstration")?,
    })
}
