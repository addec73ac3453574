//! Written pieces of documents: they follow the versions of their document, and are read in parts.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::{Delivery, Published, Store, StoreError};
use crate::model::LayerId;

/// Bytes of a part.
const PART: usize = 1 << 20;

/// The written pieces with which a document is delivered: all that it has from then on.
#[derive(Debug, Clone)]
pub struct NewPieces<'a> {
    /// The document: the scope of its layers.
    pub document: &'a str,
    /// Its pieces, no two of a name whatever its case.
    pub files: Vec<NewPiece<'a>>,
}

/// A piece of a document that is delivered.
#[derive(Debug, Clone, Copy)]
pub struct NewPiece<'a> {
    /// Its file name.
    pub name: &'a str,
    /// Its media type.
    pub media: &'a str,
    /// Where it is.
    pub path: &'a Path,
}

/// What a document's pieces become with the delivery.
#[derive(Debug, Clone)]
pub(super) struct Brought {
    document: String,
    pieces: Vec<StoredPiece>,
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
    /// Brings a document's pieces: published with its rows, in place of those that it has. Whether
    /// they are others than those.
    ///
    /// # Errors
    /// When a file cannot be read, or the database refuses.
    pub async fn bring_pieces(&mut self, new: &NewPieces<'_>) -> Result<bool, PieceError> {
        let mut pieces = Vec::with_capacity(new.files.len());
        for file in &new.files {
            let (sha256, bytes) = digest(file.path)?;
            pieces.push(StoredPiece {
                name: file.name.to_owned(),
                sha256,
                media: file.media.to_owned(),
                bytes,
            });
        }
        let served = self.pieces_of(new.document, None).await?;
        let differ = !same(&served, &pieces);
        self.brought.push(Brought {
            document: new.document.to_owned(),
            pieces,
        });
        Ok(differ)
    }

    /// Keeps what the pieces that were brought hold, before they are published.
    ///
    /// # Errors
    /// When a file cannot be read, or the database refuses.
    pub async fn keep_pieces(&mut self, new: &NewPieces<'_>) -> Result<(), PieceError> {
        let own = |it: &&Brought| it.document == new.document;
        let Some(brought) = self.brought.iter().find(own).cloned() else {
            return Ok(());
        };
        let served = self.pieces_of(new.document, None).await?;
        for (piece, file) in brought.pieces.iter().zip(&new.files) {
            if !served.iter().any(|it| it.sha256 == piece.sha256) {
                self.keep_content(&piece.sha256, file.path).await?;
            }
        }
        Ok(())
    }

    /// Brings back the pieces that a document had as of a version.
    pub(super) async fn bring_back_pieces(
        &mut self,
        document: &str,
        version: i64,
    ) -> Result<(), StoreError> {
        let pieces = self.pieces_of(document, Some(version)).await?;
        self.brought.push(Brought {
            document: document.to_owned(),
            pieces,
        });
        Ok(())
    }

    /// Documents whose pieces become others; under the locks of their layers.
    pub(super) async fn documents_with_other_pieces(&mut self) -> Result<Vec<String>, StoreError> {
        let mut documents = Vec::new();
        for brought in std::mem::take(&mut self.brought) {
            let served = self.pieces_of(&brought.document, None).await?;
            if !same(&served, &brought.pieces) {
                documents.push(brought.document.clone());
                self.brought.push(brought);
            }
        }
        Ok(documents)
    }

    /// Serves the pieces that were brought, from the first version that their document got.
    pub(super) async fn publish_pieces(
        &mut self,
        published: &[Published],
    ) -> Result<(), StoreError> {
        for brought in std::mem::take(&mut self.brought) {
            let own = published.iter().filter(|it| it.scope == brought.document);
            let Some(version) = own.map(|it| it.version).min() else {
                continue;
            };
            let mut served = self.pieces_of(&brought.document, None).await?;
            served.retain(|it| !brought.pieces.contains(it));
            let names: Vec<&str> = served.iter().map(|it| it.name.as_str()).collect();
            sqlx::query(
                "UPDATE piece SET until = $3 \
                 WHERE document = $1 AND until IS NULL AND name = ANY($2)",
            )
            .bind(&brought.document)
            .bind(names)
            .bind(version)
            .execute(self.connection())
            .await?;
            for piece in &brought.pieces {
                sqlx::query(
                    "INSERT INTO piece (document, name, sha256, media, bytes, version) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                )
                .bind(&brought.document)
                .bind(&piece.name)
                .bind(&piece.sha256)
                .bind(&piece.media)
                .bind(piece.bytes)
                .bind(version)
                .execute(self.connection())
                .await?;
            }
        }
        Ok(())
    }

    /// The pieces of a document, now or as of a version.
    async fn pieces_of(
        &mut self,
        document: &str,
        version: Option<i64>,
    ) -> Result<Vec<StoredPiece>, StoreError> {
        let rows = sqlx::query(
            "SELECT name, sha256, media, bytes FROM piece WHERE document = $1 \
             AND CASE WHEN $2::bigint IS NULL THEN until IS NULL \
                 ELSE version <= $2 AND (until IS NULL OR until > $2) END ORDER BY id",
        )
        .bind(document)
        .bind(version)
        .fetch_all(self.connection())
        .await?;
        Ok(rows.iter().map(stored).collect())
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

/// Whether they are the same pieces, in whatever order.
fn same(some: &[StoredPiece], others: &[StoredPiece]) -> bool {
    some.len() == others.len() && some.iter().all(|piece| others.contains(piece))
}

fn stored(row: &PgRow) -> StoredPiece {
    StoredPiece {
        name: row.get(0),
        sha256: row.get(1),
        media: row.get(2),
        bytes: row.get(3),
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
    /// The piece of that document and name, whatever the name's case, as its version has it.
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
             WHERE document = $1 AND lower(name) = lower($2) AND until IS NULL",
        )
        .bind(document)
        .bind(name)
        .fetch_optional(&self.read)
        .await?;
        Ok(row.as_ref().map(stored))
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
