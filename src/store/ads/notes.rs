//! Notes on zones. Pages read the owner's database, so that who has just written finds it; sheets
//! read as members do.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::model::Note;
use crate::store::{Store, StoreError};

/// Notes of a list, and revisions of one.
const MOST: i64 = 2000;

const COLUMNS: &str = "number, revision, at, author, key, owner, owner_key, zone, article, text";

impl Store {
    /// Notes as they stand, those withdrawn left out; of a zone, or of all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notes(&self, zone: Option<&str>) -> Result<Vec<Note>, StoreError> {
        let statement = format!(
            "SELECT * FROM (SELECT DISTINCT ON (number) {COLUMNS} FROM ads.note \
               ORDER BY number, revision DESC) n \
             WHERE text IS NOT NULL AND ($1::text IS NULL OR zone = $1) \
             ORDER BY zone, article NULLS FIRST, number LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(zone)
            .bind(MOST)
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The notes on any of these zones, for a member's sheet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notes_on(&self, zones: &[String]) -> Result<Vec<Note>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM ads.note n WHERE zone = ANY ($1) AND text IS NOT NULL \
               AND NOT EXISTS (SELECT FROM ads.note l WHERE l.number = n.number AND l.revision > n.revision) \
             ORDER BY zone, article NULLS FIRST, number LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(zones)
            .bind(MOST)
            .fetch_all(&self.member)
            .await?;
        rows.iter().map(read).collect()
    }

    /// How many revisions there are of all notes, which is another number after each change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_revisions(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM ads.note")
            .fetch_one(&self.member)
            .await?)
    }

    /// Every revision of a note, the last first; nothing when there is no such note.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note(&self, number: i64) -> Result<Vec<Note>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM ads.note WHERE number = $1 ORDER BY revision DESC LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(number)
            .bind(MOST)
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Writes a revision: the first of a new note when its number is 0. The number; none when
    /// another has written that revision meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn write_note(
        &self,
        note: &Note,
        at: DateTime<Utc>,
    ) -> Result<Option<i64>, StoreError> {
        let number = sqlx::query_scalar(
            "INSERT INTO ads.note \
               (number, revision, at, author, key, owner, owner_key, zone, article, text) \
             SELECT CASE WHEN $1 = 0 THEN nextval('ads.note_number') ELSE $1 END, \
               $2, $3, $4, $5, $6, $7, $8, $9, $10 \
             ON CONFLICT (number, revision) DO NOTHING RETURNING number",
        )
        .bind(note.numero)
        .bind(note.revision)
        .bind(at)
        .bind(&note.auteur)
        .bind(note.key)
        .bind(&note.owner.0)
        .bind(note.owner.1)
        .bind(&note.zone)
        .bind(&note.article)
        .bind(&note.texte)
        .fetch_optional(&self.write)
        .await?;
        Ok(number)
    }

    /// The labels and the types of the zones that are published, as the reader sees them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn zone_names(
        &self,
        view: &crate::catalogue::View,
    ) -> Result<Vec<String>, StoreError> {
        let statement = format!(
            "SELECT DISTINCT z.name FROM {} t, LATERAL (VALUES (t.libelle), (t.typezone)) z (name) \
             WHERE z.name <> '' ORDER BY 1 LIMIT $1",
            crate::store::names::table(view)
        );
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .bind(MOST)
            .fetch_all(self.reader(view))
            .await?)
    }
}

fn read(row: &PgRow) -> Result<Note, StoreError> {
    Ok(Note {
        numero: row.try_get("number")?,
        revision: row.try_get("revision")?,
        le: row.try_get("at")?,
        auteur: row.try_get("author")?,
        key: row.try_get("key")?,
        owner: (row.try_get("owner")?, row.try_get("owner_key")?),
        zone: row.try_get("zone")?,
        article: row.try_get("article")?,
        texte: row.try_get("text")?,
    })
}
