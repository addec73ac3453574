//! Files that a hostile hand made: each is refused in words, within bounds, and the next deposit works.
//! Archives stand in `src/ingest/unpack/tests.rs`, the walls around the child in
//! `crates/ogr/src/sandbox/tests.rs`.

mod children;
mod deposits;
mod formats;
mod make;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use geonantes::config::Ingest;
use geonantes::ogr::{Ogr, OgrError};

use crate::ingest::files::Files;

/// Limits under which a hostile file fails soon.
fn limits() -> Ingest {
    Ingest {
        child: Some(env!("CARGO_BIN_EXE_geonantes-ogr").into()),
        memory: 256 << 20,
        seconds: 20,
        ..Ingest::default()
    }
}

/// Reads all of a file, every layer, and how many texts of it hold `sign`.
async fn read(ogr: &Ogr, path: &Path, sign: &str) -> Result<usize, OgrError> {
    let dataset = ogr.inspect(path).await?;
    let mut found = 0;
    for layer in dataset.layers {
        let mut rows = ogr.read(path, &layer.name).await?;
        while let Some(batch) = rows.next().await? {
            let cells = batch.iter().flat_map(|row| &row.cells);
            found += cells
                .filter(|cell| match cell {
                    exchange::Cell::Text(text) => String::from_utf8_lossy(text).contains(sign),
                    _ => false,
                })
                .count();
        }
    }
    Ok(found)
}

/// A program that answers in the child's place: a script of the shell.
fn script(files: &Files, name: &str, text: &str) -> PathBuf {
    let path = files.write(name, format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("ours");
    path
}
