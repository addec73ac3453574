//! The folders of a journal: one a run of the program, locked while it lives.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::fold::Fold;
use super::segment::Segment;
use super::stored::{Stored, Waiting};

const LOCK: &str = "lock";

/// A folder whose lock this process holds. The lock is the kernel's: it ends with the process,
/// however that ends.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes a folder for a new run, and locks it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(top: &Path) -> io::Result<(Uuid, Self)> {
        std::fs::create_dir_all(top)?;
        loop {
            let instance = Uuid::now_v7();
            let path = top.join(instance.to_string());
            std::fs::create_dir(&path)?;
            // Another run that adopts may have taken, and removed, the folder before it was locked.
            match Self::take(&path) {
                Ok(Some(folder)) => {
                    File::open(top)?.sync_all()?;
                    return Ok((instance, folder));
                }
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Locks a folder; none while a run holds it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK))?;
        match lock.try_lock() {
            // The lock of a folder that was removed meanwhile is worth nothing.
            Ok(()) => Ok(path.join(LOCK).exists().then(|| Self {
                path: path.to_owned(),
                _lock: lock,
            })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder, when nothing but the lock is left in it.
    pub fn remove(&self) {
        let rest = std::fs::read_dir(&self.path).map_or(1, |entries| {
            entries
                .flatten()
                .filter(|entry| entry.file_name() != LOCK)
                .count()
        });
        if rest == 0 {
            let _ = std::fs::remove_file(self.path.join(LOCK));
            let _ = std::fs::remove_dir(&self.path);
        }
    }

    /// What waits in it, oldest first: a fold prevails over the segment that it was made of, which
    /// a cut may have left beside it.
    ///
    /// # Errors
    /// When the folder cannot be read; a single file that cannot be is logged and left alone.
    pub fn stored(&self) -> io::Result<Vec<Stored>> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&self.path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        paths.sort();
        let mut found = Vec::new();
        for path in paths {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("fold") => push(
                    &mut found,
                    &path,
                    Fold::open(&path).map(Arc::new).map(Stored::Fold),
                ),
                Some("seg") if path.with_extension("fold").exists() => {
                    let _ = std::fs::remove_file(&path);
                }
                Some("seg") => push(
                    &mut found,
                    &path,
                    segment(&path).map(Arc::new).map(Stored::Segment),
                ),
                Some("part") => {
                    let _ = std::fs::remove_file(&path);
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

fn push(found: &mut Vec<Stored>, path: &Path, read: io::Result<Stored>) {
    match read {
        Ok(stored) => found.push(stored),
        Err(error) => {
            tracing::error!(%error, path = %path.display(), "a file of the journal cannot be read; it stays");
        }
    }
}

/// Opens what a dead run left and repairs its torn tail.
fn segment(path: &Path) -> io::Result<Segment> {
    let segment = Segment::open(path)?;
    let torn = segment.repair()?;
    if torn > 0 {
        tracing::warn!(torn, path = %path.display(), "the torn tail of a segment was removed");
    }
    Ok(segment)
}

/// The folders under `top`.
///
/// # Errors
/// When they cannot be listed; no journal at all is an empty list.
pub fn folders(top: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(top) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if name
            .to_str()
            .is_some_and(|name| Uuid::try_parse(name).is_ok())
        {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// What runs that have ended left, each folder locked by the first who takes it.
pub fn orphans(top: &Path) -> Vec<Waiting> {
    let mut found = Vec::new();
    let folders = folders(top).unwrap_or_else(|error| {
        tracing::error!(%error, "the journal cannot be listed");
        Vec::new()
    });
    for path in folders {
        let taken = Folder::take(&path).and_then(|folder| {
            let Some(folder) = folder else {
                return Ok(());
            };
            let folder = Arc::new(folder);
            let stored = folder.stored()?;
            if stored.is_empty() {
                folder.remove();
            }
            found.extend(stored.into_iter().map(|stored| Waiting {
                stored,
                folder: folder.clone(),
            }));
            Ok(())
        });
        if let Err(error) = taken {
            tracing::error!(%error, path = %path.display(), "a journal that was left cannot be adopted");
        }
    }
    found
}
