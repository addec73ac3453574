//! Exercises of shared costs, their seals and their trail.
//!
//! On the owner's pool: no other role has a right on them, and triggers refuse every change.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::{Store, StoreError};
use crate::model::{Act, KeptExercise, NewExercise, SealMark};

const HEADS: &str = "\
SELECT e.id, e.year, e.state, e.title, e.demonstration, a.at, a.author, s.at, s.author, s.sha256 \
FROM costs.exercise e \
JOIN costs.act a ON a.exercise = e.id AND a.kind = 'loaded' \
LEFT JOIN costs.seal s ON s.exercise = e.id";

impl Store {
    /// Keeps an exercise; its number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_exercise(
        &self,
        new: &NewExercise<'_>,
        author: &str,
        at: DateTime<Utc>,
    ) -> Result<i32, StoreError> {
        let mut transaction = self.write.begin().await?;
        let id: i32 = sqlx::query_scalar(
            "INSERT INTO costs.exercise \
               (year, state, title, document, source, source_sha256, demonstration) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(new.year)
        .bind(new.state)
        .bind(new.title)
        .bind(new.document)
        .bind(new.source)
        .bind(new.source_sha256)
        .bind(new.demonstration)
        .fetch_one(&mut *transaction)
        .await?;
        note(
            &mut transaction,
            id,
            ("loaded", Some(new.source)),
            author,
            at,
        )
        .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Every exercise, the last year first, in a year the last loaded first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kept_exercises(&self) -> Result<Vec<KeptExercise>, StoreError> {
        let statement = format!("{HEADS} ORDER BY e.year DESC, e.id DESC");
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(|row| Ok(head(row)?)).collect()
    }

    /// An exercise's document: JSON of the contract's form.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn exercise_document(&self, id: i32) -> Result<Option<String>, StoreError> {
        let row = sqlx::query_scalar("SELECT document FROM costs.exercise WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.write)
            .await?;
        Ok(row)
    }

    /// The name and the sum of the file that an exercise was read from.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn exercise_source(&self, id: i32) -> Result<Option<(String, String)>, StoreError> {
        let row = sqlx::query_as("SELECT source, source_sha256 FROM costs.exercise WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.write)
            .await?;
        Ok(row)
    }

    /// Seals an exercise; whether it was not sealed before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_seal(
        &self,
        exercise: i32,
        mark: &SealMark,
        document: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write.begin().await?;
        let done = sqlx::query(
            "INSERT INTO costs.seal (exercise, at, author, sha256, document) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (exercise) DO NOTHING",
        )
        .bind(exercise)
        .bind(mark.at)
        .bind(&mark.author)
        .bind(&mark.sha256)
        .bind(document)
        .execute(&mut *transaction)
        .await?;
        let fresh = done.rows_affected() > 0;
        if fresh {
            let act = ("sealed", Some(mark.sha256.as_str()));
            note(&mut transaction, exercise, act, &mark.author, mark.at).await?;
        }
        transaction.commit().await?;
        Ok(fresh)
    }

    /// The document of an exercise's seal.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seal_document(&self, exercise: i32) -> Result<Option<String>, StoreError> {
        let row = sqlx::query_scalar("SELECT document FROM costs.seal WHERE exercise = $1")
            .bind(exercise)
            .fetch_optional(&self.write)
            .await?;
        Ok(row)
    }

    /// Notes what somebody did with an exercise.
    ///
    /// # Errors
    /// When the database refuses, such as for an exercise that is not there.
    pub async fn note_act(
        &self,
        exercise: i32,
        act: (&str, Option<&str>),
        author: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut connection = self.write.acquire().await?;
        Ok(note(&mut connection, exercise, act, author, at).await?)
    }

    /// What was done with an exercise, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn acts(&self, exercise: i32) -> Result<Vec<Act>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, author, kind, note FROM costs.act WHERE exercise = $1 ORDER BY id",
        )
        .bind(exercise)
        .fetch_all(&self.write)
        .await?;
        let act = |row: &PgRow| {
            Ok(Act {
                at: row.try_get(0)?,
                author: row.try_get(1)?,
                kind: row.try_get(2)?,
                note: row.try_get(3)?,
            })
        };
        rows.iter().map(act).collect()
    }
}

async fn note(
    connection: &mut PgConnection,
    exercise: i32,
    (kind, words): (&str, Option<&str>),
    author: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO costs.act (at, author, exercise, kind, note) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(at)
    .bind(author)
    .bind(exercise)
    .bind(kind)
    .bind(words)
    .execute(connection)
    .await?;
    Ok(())
}

fn head(row: &PgRow) -> Result<KeptExercise, sqlx::Error> {
    let sealed_at: Option<DateTime<Utc>> = row.try_get(7)?;
    let sealed = match sealed_at {
        Some(at) => Some(SealMark {
            at,
            author: row.try_get(8)?,
            sha256: row.try_get(9)?,
        }),
        None => None,
    };
    Ok(KeptExercise {
        id: row.try_get(0)?,
        year: row.try_get(1)?,
        state: row.try_get(2)?,
        title: row.try_get(3)?,
        demonstration: row.try_get(4)?,
        loaded: Act {
            at: row.try_get(5)?,
            author: row.try_get(6)?,
            kind: "loaded".to_owned(),
            note: None,
        },
        sealed,
    })
}
