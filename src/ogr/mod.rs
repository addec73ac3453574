//! Strangers' files, opened by a child process that alone links GDAL.
//!
//! A child does one thing and ends: [`Ogr::inspect`] says what a file holds, [`Ogr::read`] streams the
//! rows of a layer. What a file does to GDAL (a crash, a loop, a leak) ends one child and nothing else.

mod child;
mod error;
mod rows;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::{Bound, Bounds, Dataset, NewFile, SourceLayer, Tag, Task};

use crate::config::Ingest;

pub use error::OgrError;
pub use rows::Rows;
pub use writer::Writer;

use child::Child;

/// Name of the child's program.
const PROGRAM: &str = "geonantes-ogr";

/// Opens strangers' files.
#[derive(Debug, Clone)]
pub struct Ogr {
    program: Arc<Path>,
    bounds: Bounds,
}

/// Seconds that looking at a file of so many bytes may take at most: its layers, columns and first
/// rows. A view without end shall not hold a delivery for as long as reading all of a large file may.
fn look(bytes: u64) -> u64 {
    const LEAST: u64 = 20;
    const MOST: u64 = 120;
    // Twenty times slower than a laptop reads GeoJSON, the slowest to open.
    const BYTES_A_SECOND: u64 = 2 << 20;
    (LEAST + bytes / BYTES_A_SECOND).min(MOST)
}

impl Ogr {
    /// With those limits; the child is the configured one, else the one beside the running program.
    pub fn new(limits: &Ingest) -> Self {
        Self {
            program: limits.child.clone().unwrap_or_else(beside).into(),
            bounds: Bounds {
                features: limits.features,
                vertices: limits.vertices,
                columns: limits.columns,
                text: limits.text as u64,
                memory: limits.memory,
                seconds: limits.seconds,
            },
        }
    }

    /// Says what a file holds: layers, columns, reference system, encoding, first rows.
    ///
    /// # Errors
    /// When the file is of no format that we read, damaged, or beyond a limit; when the child died.
    pub async fn inspect(&self, path: &Path) -> Result<Dataset, OgrError> {
        let path = absolute(path)?;
        let bytes = path.metadata().map_or(0, |file| file.len());
        let bounds = Bounds {
            seconds: self.bounds.seconds.min(look(bytes)),
            ..self.bounds
        };
        let mut child = Child::spawn(&self.program, Task::Inspect { path }, bounds).await?;
        let dataset = match child.next().await? {
            (Tag::Dataset, body) => {
                serde_json::from_slice(&body).map_err(|_| OgrError::unsound("a dataset"))?
            }
            _ => return Err(OgrError::unsound("a dataset")),
        };
        child.finished().await?;
        within(&dataset, &bounds)?;
        Ok(dataset)
    }

    /// Reads the rows of one layer.
    ///
    /// # Errors
    /// When the child cannot be started; what is wrong with the file is said by [`Rows::next`].
    pub async fn read(&self, path: &Path, layer: &str) -> Result<Rows, OgrError> {
        let task = Task::Read {
            path: absolute(path)?,
            layer: layer.to_owned(),
        };
        let child = Child::spawn(&self.program, task, self.bounds).await?;
        Ok(Rows::new(child, self.bounds))
    }

    /// Writes a new file, alone in its folder or among files that the child may read.
    ///
    /// # Errors
    /// When the child cannot be started.
    pub async fn write(&self, path: &Path, kind: NewFile) -> Result<Writer, OgrError> {
        // A bare name has an empty parent.
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default();
        let path = absolute(folder)?.join(name);
        let task = Task::Write { path, kind };
        let child = Child::spawn(&self.program, task, self.bounds).await?;
        Ok(Writer::new(child))
    }
}

/// Whether a dataset is within the bounds that the child was to keep.
fn within(dataset: &Dataset, bounds: &Bounds) -> Result<(), OgrError> {
    let wide = |layer: &SourceLayer| layer.columns.len() as u64 > bounds.columns;
    if dataset.layers.len() as u64 > bounds.columns || dataset.layers.iter().any(wide) {
        return Err(OgrError::Beyond {
            bound: Bound::Columns,
            fid: None,
        });
    }
    Ok(())
}

/// The child runs in a folder of its own: it is told whole paths.
fn absolute(path: &Path) -> Result<PathBuf, OgrError> {
    path.canonicalize().map_err(|cause| OgrError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}

/// The child beside the running program, or one folder up: Cargo keeps test programs in `deps`.
fn beside() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let folders = own.ancestors().skip(1).take(2);
    folders
        .map(|folder| folder.join(PROGRAM))
        .find(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(PROGRAM))
}

#[cfg(test)]
mod tests {
    use super::look;

    #[test]
    fn a_small_file_is_not_looked_at_for_long() {
        for (bytes, seconds) in [(0, 20), (100_000, 20), (64 << 20, 52), (4 << 30, 120)] {
            assert_eq!(look(bytes), seconds, "{bytes}");
        }
    }
}
