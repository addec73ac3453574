//! Unpacking beside the tasks that answer requests, given up with whoever waits for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::{Unpacked, unpack};
use crate::config::Ingest;
use crate::ingest::IngestError;

/// Unpacks as [`unpack`] does, on a thread of its own. Dropped (Ctrl-C), the thread soon stops, and
/// takes the folder away when it was the last to need it.
///
/// # Errors
/// As [`unpack`].
pub async fn unpack_apart(
    files: &[PathBuf],
    into: &Arc<TempDir>,
    limits: &Ingest,
) -> Result<Unpacked, IngestError> {
    let (files, limits, into) = (files.to_vec(), limits.clone(), into.clone());
    let waiting = Waiting::default();
    let given_up = waiting.0.clone();
    tokio::task::spawn_blocking(move || unpack(&files, into.path(), &limits, given_up))
        .await
        .map_err(|error| IngestError::Reader(error.to_string()))?
}

/// Whoever waits; sets its flag when it no longer does.
#[derive(Default)]
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
