//! What keeps a delivery from being looked at: faults of the machine, never of the files, which
//! are findings.

use crate::store::StoreError;

/// Why a delivery could not be brought to an outcome.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder in which files are unpacked, or the files themselves.
    #[error("{what}: {cause}")]
    Io {
        /// What was being done, with the file's name.
        what: String,
        /// Why it failed.
        cause: std::io::Error,
    },
    /// The program that reads strangers' files cannot be used.
    #[error("{0}")]
    Reader(String),
    /// What was asked for cannot be: an option names nothing. What, and what would do.
    #[error("{0}")]
    Usage(String),
}
