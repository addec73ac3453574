//! Where GDAL opens a file: where it is, unless its name or what lies beside it will not do.

use std::path::{Path, PathBuf};

use exchange::Format;

/// Where GDAL opens a file.
pub struct Place {
    path: PathBuf,
}

impl Place {
    /// The path that GDAL is given.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Where to open that file.
///
/// # Errors
/// When it cannot be read.
pub fn place(path: &Path, _format: Format) -> std::io::Result<Place> {
    Ok(Place {
        path: path.to_owned(),
    })
}
