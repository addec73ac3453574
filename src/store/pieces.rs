//! Written pieces of documents: kept with the publication that they came with, read in parts.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use super::{Delivery, Store, StoreError};
use crate::model::LayerId;

/// Bytes of a part.
const PART: usize = 1 << 20;

/// A piece, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPiece<'a> {
    /// The document to which it belongs.
    pub document: &'a str,
    /// Its file name.
    pub name: &'a str,
    /// Its media type.
    pub media: &'a str,
    /// Where it is.
    pub path: &'a Path,
}

/// A piece that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPiece {
    /// Its file name, as delivered.
    pub name: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its media type.
    pub media: String,
    /// Its size in bytes.
    pub bytes: i64,
}

/// Why a piece could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PieceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Delivery {
    /// Whether the pieces are kept already, each with that content.
    ///
    /// # Errors
    /// When a file cannot be read, or the database refuses.
    pub async fn holds_pieces(&mut self, pieces: &[NewPiece<'_>]) -> Result<bool, PieceError> {
        for piece in pieces {
            let (sha256, _) = digest(piece.path)?;
            if self.known(piece).await?.as_deref() != Some(sha256.as_str()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Keeps the pieces in the delivery's transaction. A piece whose content is the one that is
    /// kept under its name is left as it is.
    ///
    /// # Errors
    /// When a file cannot be read, or the database refuses.
    pub async fn keep_pieces(
        &mut self,
        pieces: &[NewPiece<'_>],
        contribution: Option<i64>,
    ) -> Result<(), PieceError> {
        for piece in pieces {
            let (sha256, bytes) = digest(piece.path)?;
            if self.known(piece).await?.as_deref() == Some(sha256.as_str()) {
                continue;
            }
            self.keep_content(&sha256, piece.path).await?;
            sqlx::query(
                "INSERT INTO piece (document, name, sha256, media, bytes, contribution) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(piece.document)
            .bind(piece.name)
            .bind(&sha256)
            .bind(piece.media)
            .bind(bytes)
            .bind(contribution)
            .execute(self.connection())
            .await?;
        }
        Ok(())
    }

    /// Hash of the piece that is kept under that name.
    async fn known(&mut self, piece: &NewPiece<'_>) -> Result<Option<String>, PieceError> {
        Ok(sqlx::query_scalar(
            "SELECT sha256 FROM piece WHERE document = $1 AND lower(name) = lower($2) \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(piece.document)
        .bind(piece.name)
        .fetch_optional(self.connection())
        .await?)
    }

    async fn keep_content(&mut self, sha256: &str, path: &Path) -> Result<(), PieceError> {
        let mut file = File::open(path)?;
        for part in 0_i32.. {
            let mut bytes = Vec::with_capacity(PART);
            (&mut file).take(PART as u64).read_to_end(&mut bytes)?;
            if bytes.is_empty() && part > 0 {
                break;
            }
            sqlx::query(
                "INSERT INTO piece_content (sha256, part, bytes) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(sha256)
            .bind(part)
            .bind(bytes)
            .execute(self.connection())
            .await?;
        }
        Ok(())
    }
}

/// SHA-256 and size of a file.
fn digest(path: &Path) -> std::io::Result<(String, i64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                size += read as i64;
            }
        }
    }
    let hash = hash.finalize();
    let hexadecimal = hash.iter().map(|byte| format!("{byte:02x}"));
    Ok((hexadecimal.collect(), size))
}

impl Store {
    /// The piece of that document and name, whatever the name's case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn piece(
        &self,
        document: &str,
        name: &str,
    ) -> Result<Option<StoredPiece>, StoreError> {
        let row = sqlx::query(
            "SELECT name, sha256, media, bytes FROM piece \
             WHERE document = $1 AND lower(name) = lower($2) ORDER BY id DESC LIMIT 1",
        )
        .bind(document)
        .bind(name)
        .fetch_optional(&self.read)
        .await?;
        Ok(row.map(|row| StoredPiece {
            name: row.get(0),
            sha256: row.get(1),
            media: row.get(2),
            bytes: row.get(3),
        }))
    }

    /// A part of a content, the first being 0; nothing behind the last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn piece_part(&self, sha256: &str, part: i32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT bytes FROM piece_content WHERE sha256 = $1 AND part = $2")
                .bind(sha256)
                .bind(part)
                .fetch_optional(&self.read)
                .await?,
        )
    }

    /// Scopes of a layer that hold something and begin so, compared without regard to case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn scopes_beginning(
        &self,
        layer: &LayerId,
        head: &str,
    ) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT scope FROM publication WHERE layer = $1 AND superseded_by IS NULL AND count > 0 \
             AND starts_with(upper(scope), upper($2)) ORDER BY scope",
        )
        .bind(layer.as_str())
        .bind(head)
        .fetch_all(&self.read)
        .await?)
    }
}
