//! A folder of an instance's own, for the files of the contribution that it works on.

use std::fs::{DirBuilder, create_dir_all};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt as _;

use crate::ingest::IngestError;
use crate::model::Contribution;
use crate::store::Store;

/// Where these folders lie under `GEONANTES_HOME`.
const ROOM: &str = "contributions";

/// A folder that nobody else reads, gone with the value.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(home: &Path) -> io::Result<Self> {
        let room = home.join(ROOM);
        create_dir_all(&room)?;
        // Whole: what reads the files works in other folders than this program.
        let room = room.canonicalize()?;
        let name = format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple());
        let path = room.join(name);
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes the files of a contribution into it; their paths.
    ///
    /// # Errors
    /// When the database does not answer, or the disk refuses.
    pub async fn fill(
        &self,
        store: &Store,
        contribution: &Contribution,
    ) -> Result<Vec<PathBuf>, IngestError> {
        let mut paths = Vec::with_capacity(contribution.files.len());
        for file in &contribution.files {
            let path = self.0.join(&file.name);
            let failed = |cause| IngestError::Io {
                what: format!("the file {} cannot be written", file.name),
                cause,
            };
            if let Some(folder) = path.parent() {
                tokio::fs::create_dir_all(folder).await.map_err(failed)?;
            }
            let mut out = tokio::fs::File::create_new(&path).await.map_err(failed)?;
            for part in 0.. {
                let Some(bytes) = store.kept_part(contribution.id, &file.name, part).await? else {
                    break;
                };
                out.write_all(&bytes).await.map_err(failed)?;
            }
            out.flush().await.map_err(failed)?;
            paths.push(path);
        }
        Ok(paths)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the files of a contribution could not be cleared away");
        }
    }
}

/// Clears away the folders of programs that are no more.
pub fn sweep(home: &Path) {
    let Ok(entries) = std::fs::read_dir(home.join(ROOM)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner: Option<i32> = name.split('-').next().and_then(|pid| pid.parse().ok());
        let gone = owner.is_some_and(|pid| kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH));
        if gone && let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::debug!(%error, "the files of a contribution could not be cleared away");
        }
    }
}
