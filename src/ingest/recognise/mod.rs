//! What a delivery is: who knows its files makes feeds of them, or asks what only the contributor
//! can know.
//!
//! Each kind of whole delivery (EDIGEO, CNIG, BAL) has a module with one function,
//! `recognise(Delivered) -> Result<Option<Recognised>, IngestError>`: nothing when the files are not
//! of its kind. What no kind claims is generic: one dataset, one layer, one collection.

pub mod foreign;
pub mod generic;
mod looked;
pub(super) mod malformed;
pub mod words;

use std::path::{Path, PathBuf};

use crate::catalogue::{Catalogue, Territory};
use crate::model::{Finding, LayerId, Question, Wishes};
use crate::ogr::Ogr;
use crate::store::Store;

pub use looked::Looked;

use super::{Feed, IngestError, bal, edigeo, mapping, plu, sup};

/// One file of a delivery, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as in the archive, folders with `/` before it.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// What a recogniser is given.
#[derive(Clone, Copy)]
pub struct Delivered<'a> {
    /// The files, archives unpacked.
    pub files: &'a [Found],
    /// What the contributor says beside them.
    pub wishes: &'a Wishes,
    /// The layers.
    pub catalogue: &'a Catalogue,
    /// The territory.
    pub territory: &'a Territory,
    /// The database, for what is published already.
    pub store: &'a Store,
    /// Opens the files.
    pub ogr: &'a Ogr,
    /// What was found in them so far.
    pub looked: &'a Looked,
    /// A folder of the delivery's own, for files that must be put together.
    pub folder: &'a Path,
}

/// What a recogniser makes of a delivery. With a question or an error nothing is read further.
#[derive(Default)]
pub struct Recognised {
    /// What is read, for which collections.
    pub feeds: Vec<Feed>,
    /// What was recognised, in French, as the head of the report shows it.
    pub reading: Vec<String>,
    /// What is wrong already, with the collection where it concerns one.
    pub findings: Vec<(Option<LayerId>, Finding)>,
    /// What only the contributor can know.
    pub questions: Vec<Question>,
    /// Scopes that are delivered even when no row has them.
    pub scopes: Vec<(LayerId, String)>,
    /// Written pieces to keep, published with the rows, in place of those that are.
    pub pieces: Option<WrittenPieces>,
}

/// The written pieces of a document, all that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPieces {
    /// The document: the `idurba`, the partition.
    pub document: String,
    /// Its pieces.
    pub files: Vec<Piece>,
}

/// A written piece of a delivery: a PDF of a planning document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its file name, as features name it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Recognised {
    /// Whether the delivery can be read: nothing to ask, nothing that refuses it.
    pub fn is_readable(&self) -> bool {
        let refuses = |finding: &Finding| finding.severity == crate::model::Severity::Error;
        self.questions.is_empty() && !self.findings.iter().any(|(_, finding)| refuses(finding))
    }
}

/// Asks each kind in turn whether the delivery is its own.
///
/// # Errors
/// When the machine fails; what is wrong with the files are findings.
pub async fn recognise(given: Delivered<'_>) -> Result<Recognised, IngestError> {
    // Who says how the files are to be read knows them best.
    if let Some(made) = mapping::recognise(given).await? {
        return Ok(made);
    }
    // The surest to recognise first.
    if let Some(made) = edigeo::recognise(given).await? {
        return Ok(made);
    }
    if let Some(made) = sup::recognise(given).await? {
        return Ok(made);
    }
    if let Some(made) = plu::recognise(given).await? {
        return Ok(made);
    }
    if let Some(made) = bal::recognise(given).await? {
        return Ok(made);
    }
    generic::recognise(given).await
}
