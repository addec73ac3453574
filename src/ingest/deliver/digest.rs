//! What the files of a delivery are, for its record: name, size, hash. They are hashed beside the
//! reading, since nobody waits for it before publication.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use crate::ingest::IngestError;

/// What the record says of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Digest {
    /// Their names, in a word.
    pub title: String,
    /// SHA-256 of the one file, or of the list of several as `sha256sum` writes it.
    pub sha256: String,
    /// Bytes of all.
    pub bytes: i64,
}

/// Hashing, under way.
pub(super) struct Underway(JoinHandle<std::io::Result<Digest>>);

impl Underway {
    /// Waits for its end.
    pub(super) async fn finish(self) -> Result<Digest, IngestError> {
        let failed = |cause| IngestError::Io {
            what: "the files of the delivery".to_owned(),
            cause,
        };
        let joined = self
            .0
            .await
            .map_err(|error| failed(std::io::Error::other(error)))?;
        joined.map_err(failed)
    }
}

/// Begins to hash.
pub(super) fn begin(paths: &[PathBuf]) -> Underway {
    let paths = paths.to_vec();
    Underway(tokio::task::spawn_blocking(move || all(&paths)))
}

/// A file as it was delivered.
struct Sent {
    path: PathBuf,
    name: String,
    size: u64,
}

fn all(paths: &[PathBuf]) -> std::io::Result<Digest> {
    let mut files = Vec::new();
    for path in paths {
        walk(path, path.parent().unwrap_or(Path::new("")), &mut files)?;
    }
    let mut list = String::new();
    let mut only = String::new();
    for file in &files {
        only = one(file)?;
        list.push_str(&format!("{only}  {}\n", file.name));
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    Ok(Digest {
        title: match names[..] {
            [one] => one.to_owned(),
            [first, ..] => format!("{first} et {} autres fichiers", names.len() - 1),
            [] => String::new(),
        },
        sha256: match files[..] {
            [_] => only,
            _ => hex(&Sha256::digest(&list)),
        },
        bytes: files.iter().map(|file| file.size as i64).sum(),
    })
}

fn one(file: &Sent) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut from = File::open(&file.path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn walk(path: &Path, root: &Path, found: &mut Vec<Sent>) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
            .flatten()
            .map(|entry| entry.path())
            // What a link leads to is not delivered.
            .filter(|entry| !entry.is_symlink())
            .collect();
        entries.sort();
        for entry in entries {
            walk(&entry, root, found)?;
        }
        return Ok(());
    }
    // Pipes and devices have no end.
    if !path.is_file() {
        return Ok(());
    }
    found.push(Sent {
        name: path
            .strip_prefix(root)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned(),
        size: std::fs::metadata(path)?.len(),
        path: path.to_owned(),
    });
    Ok(())
}
