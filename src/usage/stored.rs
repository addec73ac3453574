//! What of a journal waits to be shipped.

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::adopt::Folder;
use super::fold::Fold;
use super::segment::Segment;

/// How the journal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Health {
    /// As it should be.
    Good = 0,
    /// Above four fifths of its quota: detail is folded into counts.
    Folding = 1,
    /// Full: what is billed is refused.
    Full = 2,
}

impl Health {
    /// The state in one word, for readiness.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Folding => "folding",
            Self::Full => "full",
        }
    }
}

/// Something that waits to be shipped.
#[derive(Debug, Clone)]
pub enum Stored {
    /// Detail.
    Segment(Arc<Segment>),
    /// Counts that took the place of detail.
    Fold(Arc<Fold>),
}

impl Stored {
    /// The segment's id, which a fold keeps.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Segment(segment) => segment.id,
            Self::Fold(fold) => fold.id,
        }
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Segment(segment) => segment.bytes,
            Self::Fold(fold) => fold.bytes,
        }
    }

    /// Removes the file: the ledger has all of it.
    pub fn remove(&self) {
        let path = match self {
            Self::Segment(segment) => &segment.path,
            Self::Fold(fold) => &fold.path,
        };
        if let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            // It would only be shipped again, which adds nothing.
            tracing::warn!(%error, "a shipped segment cannot be removed");
        }
    }
}

/// What waits, and whose folder it lies in.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The file.
    pub stored: Stored,
    /// Its folder; another's once adopted.
    pub folder: Arc<Folder>,
}
