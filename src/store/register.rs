//! The register of documents. On the owner's pool: no other role has a right on it.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::{Store, StoreError};
use crate::model::{Document, Insee, NewDocument, Reach, Readers};

const HEADS: &str = "SELECT id, body, title, day, name, bytes, sha256, open, communes, published, author \
                     FROM register.document";
/// What a reader sees: $1 tells whether it is of a commune at all, $2 whether of the territory, $3 its
/// communes.
const SEEN: &str =
    "withdrawn IS NULL AND (open OR $1 AND (communes IS NULL OR $2 OR communes && $3))";

/// A reach as the condition's three values.
fn bound(reach: Option<&Reach>) -> (bool, bool, Vec<String>) {
    let codes = match reach {
        Some(Reach::Communes(codes)) => codes.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    (reach.is_some(), reach == Some(&Reach::Territory), codes)
}

impl Store {
    /// Keeps a document and its file; its number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn publish_document(
        &self,
        new: &NewDocument,
        (content, sha256): (&[u8], &str),
        author: &str,
        at: DateTime<Utc>,
    ) -> Result<i32, StoreError> {
        let communes: Option<Vec<String>> = match &new.readers {
            Readers::These(codes) => Some(codes.iter().map(ToString::to_string).collect()),
            Readers::All | Readers::Communes => None,
        };
        let mut transaction = self.write.begin().await?;
        let id: i32 = sqlx::query_scalar(
            "INSERT INTO register.document \
               (body, title, day, name, bytes, sha256, open, communes, published, author) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        )
        .bind(&new.group)
        .bind(&new.title)
        .bind(new.day)
        .bind(&new.name)
        .bind(i64::try_from(content.len()).unwrap_or(i64::MAX))
        .bind(sha256)
        .bind(new.readers == Readers::All)
        .bind(communes)
        .bind(at)
        .bind(author)
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO register.content (document, content) VALUES ($1, $2)")
            .bind(id)
            .bind(content)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Documents that a reach sees, the latest day first: `most` of them, of a group or of all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn documents(
        &self,
        reach: Option<&Reach>,
        group: Option<&str>,
        most: i64,
    ) -> Result<Vec<Document>, StoreError> {
        let statement = format!(
            "{HEADS} WHERE {SEEN} AND ($4::text IS NULL OR body = $4) \
             ORDER BY day DESC, id DESC LIMIT $5"
        );
        let (held, all, codes) = bound(reach);
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(held)
            .bind(all)
            .bind(codes)
            .bind(group)
            .bind(most)
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(|row| Ok(head(row)?)).collect()
    }

    /// The groups of the documents that a reach sees, in the order of their names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn document_groups(&self, reach: Option<&Reach>) -> Result<Vec<String>, StoreError> {
        let statement =
            format!("SELECT DISTINCT body FROM register.document WHERE {SEEN} ORDER BY body");
        let (held, all, codes) = bound(reach);
        let names = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .bind(held)
            .bind(all)
            .bind(codes)
            .fetch_all(&self.write)
            .await?;
        Ok(names)
    }

    /// A document that has not been withdrawn, whomever it is for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn document(&self, id: i32) -> Result<Option<Document>, StoreError> {
        let statement = format!("{HEADS} WHERE withdrawn IS NULL AND id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(id)
            .fetch_optional(&self.write)
            .await?;
        Ok(row.as_ref().map(head).transpose()?)
    }

    /// A document's file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn document_content(&self, id: i32) -> Result<Option<Vec<u8>>, StoreError> {
        let content =
            sqlx::query_scalar("SELECT content FROM register.content WHERE document = $1")
                .bind(id)
                .fetch_optional(&self.write)
                .await?;
        Ok(content)
    }

    /// Takes a document away: its file is gone, and the row says who did it. False when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn withdraw_document(
        &self,
        id: i32,
        author: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write.begin().await?;
        let done = sqlx::query(
            "UPDATE register.document SET withdrawn = $2, withdrawer = $3 \
             WHERE id = $1 AND withdrawn IS NULL",
        )
        .bind(id)
        .bind(at)
        .bind(author)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM register.content WHERE document = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

fn head(row: &PgRow) -> Result<Document, sqlx::Error> {
    let codes: Option<Vec<String>> = row.try_get("communes")?;
    let readers = match codes {
        _ if row.try_get("open")? => Readers::All,
        None => Readers::Communes,
        Some(codes) => {
            let codes = codes
                .into_iter()
                .filter_map(|code| Insee::try_from(code).ok());
            Readers::These(codes.collect())
        }
    };
    Ok(Document {
        id: row.try_get("id")?,
        group: row.try_get("body")?,
        title: row.try_get("title")?,
        day: row.try_get("day")?,
        name: row.try_get("name")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        readers,
        published: row.try_get("published")?,
        author: row.try_get("author")?,
    })
}
