//! What may go wrong with the database, by meaning.

use crate::model::{LayerId, Problem};

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or no connection came free in time.
    #[error("the database cannot be reached: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The statement took longer than it may.
    #[error("the statement took longer than it may")]
    Timeout,
    /// Coordinates lie outside what their reference system can project.
    #[error("coordinates lie outside the domain of their reference system")]
    OutsideCrs,
    /// The version asked for is newer than what this database holds yet.
    #[error("version {0} has not arrived here yet")]
    NotYet(i64),
    /// The database holds the reader to have no right there, whatever the program thought.
    #[error("the database refuses: {0}")]
    Denied(#[source] sqlx::Error),
    /// The database refused or failed; a fault of ours.
    #[error("the database failed: {0}")]
    Failed(#[source] sqlx::Error),
    /// The database is not what this program needs.
    #[error("{0}")]
    Unfit(String),
    /// Two features of a delivery have the same key.
    #[error("layer {layer}: two features of the delivery have the key {key}")]
    Twice {
        /// The layer.
        layer: LayerId,
        /// The key.
        key: String,
    },
    /// A feature of a delivery is published already by a scope that it does not replace.
    #[error(
        "layer {layer}: the feature {key} of {scope} is published already by {holder}, which this \
         delivery does not replace"
    )]
    Taken {
        /// The layer.
        layer: LayerId,
        /// The feature's key.
        key: String,
        /// The scope that delivers it.
        scope: String,
        /// The scope that has it.
        holder: String,
    },
    /// Nothing was published under that number.
    #[error("there is no version {0}: `geonantes ingest history` lists them")]
    NoVersion(i64),
    /// Somebody published the scope after the comparison.
    #[error(
        "layer {layer}: {scope} is at version {current}, the delivery was compared with version \
         {compared}; compare again"
    )]
    Moved {
        /// The layer.
        layer: LayerId,
        /// The scope.
        scope: String,
        /// The version that the delivery was compared with.
        compared: i64,
        /// The version now current.
        current: i64,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = match &error {
            sqlx::Error::Database(database) => database.code().map(|code| code.into_owned()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => return Self::Unavailable(error),
            _ => None,
        };
        match code.as_deref() {
            Some("57014" | "25P03") => Self::Timeout,
            Some("42501") => Self::Denied(error),
            // Connection failures, shutdown in progress, starting up, too many connections.
            Some(code) if code.starts_with("08") => Self::Unavailable(error),
            Some("57P01" | "57P02" | "57P03" | "53300") => Self::Unavailable(error),
            _ => Self::Failed(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database does not answer");
                Self::busy("the database does not answer for the moment", 2)
            }
            StoreError::Timeout => Self::Timeout,
            StoreError::OutsideCrs => Self::bad(
                "the coordinates lie outside the domain of their reference system: check bbox and \
                 bbox-crs",
            ),
            StoreError::NotYet(_) => {
                Self::busy("this page is of a version that has not arrived here yet", 1)
            }
            StoreError::Denied(cause) => {
                tracing::error!(%cause, "the database refused what the program had let through");
                Self::Forbidden("the database refuses this to your credential".to_owned())
            }
            StoreError::Failed(cause) => {
                tracing::error!(%cause, "a statement failed");
                Self::Internal
            }
            StoreError::Unfit(cause) => {
                tracing::error!(%cause, "the database is unfit");
                Self::Internal
            }
            // Deliveries answer these by their reports.
            refused @ (StoreError::Twice { .. }
            | StoreError::Taken { .. }
            | StoreError::NoVersion(_)
            | StoreError::Moved { .. }) => Self::bad(refused.to_string()),
        }
    }
}
