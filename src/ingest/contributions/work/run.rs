//! One run over the files of a contribution: looked at, or published.

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::ingest::IngestError;
use crate::model::{LayerId, OutcomeReport, Progress, Wishes, Writer};

/// A scope, and the version with which its contributor saw it compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The layer.
    pub layer: LayerId,
    /// The scope.
    pub scope: String,
    /// The version; 0 when it had never been published.
    pub version: i64,
}

/// What a run is told.
pub struct Run {
    /// The files, in a folder of their own.
    pub files: Vec<PathBuf>,
    /// What the contributor says beside them.
    pub wishes: Wishes,
    /// Who writes, as this credential stands now.
    pub writer: Writer,
    /// The contribution's number.
    pub contribution: i64,
    /// What is expected to be published, for a run that publishes; none for one that looks.
    pub expected: Option<Vec<Seen>>,
    /// Is told how far the run is.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
}

/// Brings the files of a contribution to an outcome.
pub type Deliver =
    Arc<dyn Fn(Run) -> BoxFuture<'static, Result<Vec<OutcomeReport>, IngestError>> + Send + Sync>;
