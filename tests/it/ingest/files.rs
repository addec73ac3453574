//! Files made by ogr2ogr from the published layers of a test's database, and by hand.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Database, Home};

/// A folder for the files of one test.
pub struct Files(Home);

impl Files {
    pub fn new() -> Self {
        Self(Home::new())
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.0.join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Writes the rows of a query on the database with ogr2ogr.
    pub fn export(&self, database: &Database, name: &str, sql: &str, options: &[&str]) -> PathBuf {
        let path = self.path(name);
        let source = database.gdal();
        ogr2ogr(
            &[
                &[path.to_str().expect("ours"), &source, "-sql", sql],
                options,
            ]
            .concat(),
        );
        path
    }

    /// Zips files of the folder.
    pub fn zip(&self, name: &str, members: &[&str]) -> PathBuf {
        use std::io::Write as _;
        let path = self.path(name);
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).expect("an archive"));
        for member in members {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(*member, options).expect("a member");
            let bytes = std::fs::read(self.path(member)).expect("a file of ours");
            archive.write_all(&bytes).expect("room");
        }
        archive.finish().expect("an archive");
        path
    }
}

/// Runs ogr2ogr, which must succeed.
pub fn ogr2ogr(arguments: &[&str]) {
    let output = Command::new("ogr2ogr")
        .args(arguments)
        .output()
        .expect("ogr2ogr: the tests need gdal-bin");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ogr2ogr {arguments:?}: {said}");
}
