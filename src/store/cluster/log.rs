//! PostgreSQL's log: one file in the home, kept within bounds, and its end for messages.
//!
//! The server writes through a descriptor opened here, so that the file may lie where its user
//! has no passage, and so that it outlives the terminal. It is opened to append: the file can be
//! emptied under a running server.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::ClusterError;

/// Size in bytes at which the log is copied to `.1` (the one before is lost) and emptied.
const LIMIT: u64 = 10 * 1024 * 1024;
/// How much of the end of a log a message shows, in bytes and lines.
const TAIL_BYTES: u64 = 8 * 1024;
const TAIL_LINES: usize = 15;

/// The log, opened to append, created when absent, readable by its owner only.
pub(super) fn open(path: &Path) -> Result<File, ClusterError> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(ClusterError::io("open", path))
}

/// Length in bytes, 0 when absent.
pub(super) fn len(path: &Path) -> u64 {
    fs::metadata(path).map(|m| m.len()).unwrap_or(0)
}

/// Keeps the log under [`LIMIT`]; a failure is told and harmless.
pub(super) fn trim(path: &Path) {
    if len(path) < LIMIT {
        return;
    }
    let kept = path.with_extension("log.1");
    let done = fs::copy(path, &kept)
        .and_then(|_| OpenOptions::new().write(true).open(path))
        .and_then(|file| file.set_len(0));
    if let Err(error) = done {
        tracing::warn!(log = %path.display(), %error, "cannot shorten PostgreSQL's log");
    }
}

/// The last lines written after `from` (a length taken before), for a message.
pub(super) fn tail(path: &Path, from: u64) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        let from = if from > end { 0 } else { from };
        file.seek(SeekFrom::Start(from.max(end.saturating_sub(TAIL_BYTES))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_else(|error| format!("(unreadable: {error})"));
    let lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return "(nothing was logged)".into();
    }
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_long_log_is_kept_once_and_emptied() {
        let folder = std::env::temp_dir().join(format!("geonantes-log-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("temp folder");
        let path = folder.join("postgresql.log");
        let mut file = open(&path).expect("log");
        file.write_all(&vec![b'x'; LIMIT as usize]).expect("write");
        trim(&path);
        assert_eq!(len(&path), 0);
        assert_eq!(len(&folder.join("postgresql.log.1")), LIMIT);
        // The descriptor that was open before goes on at the new end.
        file.write_all(b"one\ntwo\n").expect("write");
        assert_eq!(tail(&path, 0), "one\ntwo");
        assert_eq!(tail(&path, 4), "two");
        fs::remove_dir_all(folder).expect("clean");
    }
}
