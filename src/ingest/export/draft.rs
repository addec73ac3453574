//! A file that has its name once it is whole: until then it lies in a folder of its own beside it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A file being written.
#[derive(Debug)]
pub struct Draft {
    folder: TempDir,
    draft: PathBuf,
    target: PathBuf,
}

impl Draft {
    /// A draft of the file at this path, on the same disk.
    ///
    /// # Errors
    /// When the folder is not there or cannot be written in.
    pub fn of(target: &Path) -> io::Result<Self> {
        let nameless = || io::Error::new(io::ErrorKind::InvalidInput, "it has no name");
        let name = target.file_name().ok_or_else(nameless)?;
        let beside = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = tempfile::Builder::new()
            .prefix(".geonantes-")
            .tempdir_in(beside)?;
        Ok(Self {
            draft: folder.path().join(name),
            folder,
            target: target.to_owned(),
        })
    }

    /// Where it is to be written.
    pub fn path(&self) -> &Path {
        &self.draft
    }

    /// Gives it its name, once on the disk. Without `over`, a file that has it stays.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] for such a file; when the disk refuses.
    pub fn keep(self, over: bool) -> io::Result<()> {
        File::open(&self.draft)?.sync_all()?;
        if over {
            std::fs::rename(&self.draft, &self.target)?;
        } else {
            let draft = tempfile::TempPath::try_from_path(self.draft)?;
            draft
                .persist_noclobber(&self.target)
                .map_err(|it| it.error)?;
        }
        self.folder.close()
    }
}
