//! Files on their way into the database, and out of it to the instance that reads them: in parts,
//! so that no more than one of them is in memory.

use sqlx::types::Json;

use super::super::{Store, StoreError};
use crate::model::{SentFile, TERRITORY, Wishes, Writer};

/// What a contribution is, once all of its files are here.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The files' names, in a word.
    pub title: &'a str,
    /// What its contributor says beside them.
    pub wishes: &'a Wishes,
    /// The files.
    pub files: &'a [SentFile],
    /// SHA-256 of them.
    pub sha256: &'a str,
}

impl Store {
    /// Makes room for a contribution of so many bytes at most, which nobody sees yet; nothing when
    /// all that is kept would be more than `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_contribution(
        &self,
        writer: &Writer,
        bytes: i64,
        limit: i64,
    ) -> Result<Option<i64>, StoreError> {
        let communes = super::communes(&writer.reach);
        let roles: Vec<&str> = writer.roles.iter().map(|role| role.as_str()).collect();
        Ok(sqlx::query_scalar(
            "INSERT INTO contribution (state, author, key, communes, roles, title, wishes, sha256, \
               bytes, kept) \
             SELECT 'arriving', $1, $2, $3, $4, '', '{}', '', $5, true \
             WHERE (SELECT coalesce(sum(bytes), 0) FROM contribution WHERE kept) + $5 <= $6 \
             RETURNING id",
        )
        .bind(&writer.label)
        .bind(writer.key.map(i64::from))
        .bind(communes.unwrap_or_else(|| vec![TERRITORY.to_owned()]))
        .bind(roles)
        .bind(bytes)
        .bind(limit)
        .fetch_optional(&self.write)
        .await?)
    }

    /// Keeps a part of a file of a contribution that is arriving.
    ///
    /// # Errors
    /// When the database refuses, or the contribution was given up.
    pub async fn keep_part(
        &self,
        id: i64,
        name: &str,
        part: i32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO contribution_file VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(name)
            .bind(part)
            .bind(bytes)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Says that all of a contribution is here: from now on it is seen, and waits for an instance.
    /// Whether it was still arriving.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn receive_contribution(
        &self,
        id: i64,
        arrival: Arrival<'_>,
    ) -> Result<bool, StoreError> {
        let bytes: i64 = arrival.files.iter().map(|file| file.bytes).sum();
        self.change(
            sqlx::query(
                "UPDATE contribution SET state = 'received', title = $2, comment = $3, \
                   wishes = $4, files = $5, sha256 = $6, bytes = $7, received = now(), \
                   changed = now() \
                 WHERE id = $1 AND state = 'arriving'",
            )
            .bind(id)
            .bind(arrival.title)
            .bind(&arrival.wishes.comment)
            .bind(Json(arrival.wishes))
            .bind(Json(arrival.files))
            .bind(arrival.sha256)
            .bind(bytes),
        )
        .await
    }

    /// Forgets a contribution that did not arrive whole.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn discard_contribution(&self, id: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM contribution WHERE id = $1 AND state = 'arriving'")
            .bind(id)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// A part of a file; nothing after the last one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kept_part(
        &self,
        id: i64,
        name: &str,
        part: i32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT bytes FROM contribution_file WHERE contribution = $1 AND name = $2 AND part = $3",
        )
        .bind(id)
        .bind(name)
        .bind(part)
        .fetch_optional(&self.write)
        .await?)
    }
}
