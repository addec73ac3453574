//! Files as they are named on a command line: folders walked, companions brought along.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::budget::Budget;
use super::{IngestError, Stop, machine, words};

/// Extensions of what belongs to a file of the same name.
const OF: [(&str, &[&str]); 4] = [
    ("shp", &["shx", "dbf", "prj", "cpg", "cst"]),
    ("tab", &["dat", "map", "id", "ind"]),
    ("mif", &["mid"]),
    ("gml", &["xsd", "gfs"]),
];
/// What lies beside the `.THF` of an EDIGEO exchange, under other names.
const EXCHANGE: [&str; 6] = ["gen", "geo", "dic", "scd", "qal", "vec"];
/// Deepest folder of a folder given.
const DEEPEST: usize = 30;

/// Extensions of what belongs to a file of that one, under the same name.
pub(super) fn of(extension: &str) -> &'static [&'static str] {
    let known = OF.iter().find(|(known, _)| *known == extension);
    known.map_or(&[], |(_, companions)| companions)
}

/// The files and folders given, and what belongs to the files: each once.
pub(super) fn with_companions(files: &[PathBuf]) -> Result<Vec<PathBuf>, IngestError> {
    let mut all: Vec<PathBuf> = Vec::new();
    let mut add = |path: PathBuf| {
        if !all.contains(&path) {
            all.push(path);
        }
    };
    for file in files {
        let whole = file.canonicalize().map_err(|cause| IngestError::Io {
            what: file.display().to_string(),
            cause,
        })?;
        let wanted = companions(&whole);
        let folder = whole.parent().map(Path::to_path_buf);
        add(whole.clone());
        let Some(folder) = folder.filter(|_| !wanted.is_empty()) else {
            continue;
        };
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_file() && belongs(&path, &whole, &wanted) {
                add(path);
            }
        }
    }
    Ok(all)
}

fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

/// The extensions of what belongs to a file.
fn companions(file: &Path) -> Vec<&'static str> {
    let own = extension(file);
    if own == "thf" {
        return EXCHANGE.to_vec();
    }
    let mut wanted = of(&own).to_vec();
    if own == "gpkg" {
        // What a program that has it open has not written into it yet.
        wanted.push("gpkg-wal");
    }
    wanted
}

fn belongs(path: &Path, file: &Path, wanted: &[&str]) -> bool {
    let same = || match (path.file_stem(), file.file_stem()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    wanted.contains(&extension(path).as_str()) && (extension(file) == "thf" || same())
}

/// The files under a folder, with their names from there, `/` between, in order.
pub(super) fn walk(folder: &Path, budget: &Budget) -> Result<Vec<(PathBuf, String)>, Stop> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((place, inside, depth)) = folders.pop() {
        let shown = place.display().to_string();
        let entries: Vec<fs::DirEntry> = fs::read_dir(&place)
            .and_then(Iterator::collect::<io::Result<_>>)
            .map_err(machine(shown.as_str()))?;
        for entry in entries {
            let raw = entry.file_name();
            let part = super::names::entry(raw.as_encoded_bytes())
                .map_err(|fault| words::name(&raw.to_string_lossy(), fault))?;
            let name = if inside.is_empty() {
                part
            } else {
                format!("{inside}/{part}")
            };
            let kind = entry.file_type().map_err(machine(name.as_str()))?;
            if kind.is_dir() && depth < DEEPEST {
                folders.push((entry.path(), name, depth + 1));
            } else if kind.is_file() {
                files.push((entry.path(), name));
            } else {
                return Err(words::link(&name).into());
            }
            if files.len() + folders.len() > budget.most_files().saturating_mul(2) {
                return Err(words::too_many(budget.most_files()).into());
            }
        }
    }
    files.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(files)
}
