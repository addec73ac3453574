//! Two lock files beside the data: one owner at a time, any number of users.
//!
//! They are locks of the kernel (flock), which end with the process that holds them, whatever
//! ends it; the number written into the file serves the message only.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::error::ClusterError;

/// Held by the one program that starts, watches and stops PostgreSQL.
pub(super) const OWNER: &str = "cluster.lock";
/// Held in common by every program that uses it, so that none is cut off by another's end.
pub(super) const USERS: &str = "cluster.users";

/// A lock that ends when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The exclusive lock, or `Err(pid of its holder)` inside `Ok` when somebody has it.
pub(super) fn exclusive(path: &Path) -> Result<Result<Lock, Option<i32>>, ClusterError> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {
            write_pid(&mut file).map_err(ClusterError::io("write", path))?;
            Ok(Ok(Lock { _file: file }))
        }
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // Unreadable or not yet written only makes the message poorer.
            let _ = file.read_to_string(&mut text);
            Ok(Err(text.trim().parse().ok()))
        }
        Err(TryLockError::Error(source)) => Err(ClusterError::io("lock", path)(source)),
    }
}

/// A share of the lock, or `None` while somebody holds it exclusively.
pub(super) fn shared(path: &Path) -> Result<Option<Lock>, ClusterError> {
    let file = open(path)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(ClusterError::io("lock", path)(source)),
    }
}

fn open(path: &Path) -> Result<File, ClusterError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(ClusterError::io("open", path))
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
