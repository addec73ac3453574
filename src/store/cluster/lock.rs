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
    file: File,
}

impl Drop for Lock {
    /// Closing would not do: a child that is being started has a copy of every descriptor until it runs
    /// its program, and the kernel keeps the lock as long as any of them is open.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "a lock of the cluster is not given back");
        }
    }
}

/// The exclusive lock, or `Err(pid of its holder)` inside `Ok` when somebody has it.
pub(super) fn exclusive(path: &Path) -> Result<Result<Lock, Option<i32>>, ClusterError> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {
            write_pid(&mut file).map_err(ClusterError::io("write", path))?;
            Ok(Ok(Lock { file }))
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
        Ok(()) => Ok(Some(Lock { file })),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_though_a_child_being_started_has_a_copy_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(USERS);
        let lock = shared(&path).expect("a file").expect("a share");
        let copy = lock.file.try_clone().expect("a copy");
        drop(lock);
        let alone = exclusive(&path).expect("a file").expect("nobody has it");
        assert!(shared(&path).expect("a file").is_none());
        drop((copy, alone));
        assert!(shared(&path).expect("a file").is_some());
    }
}
