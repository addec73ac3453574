//! What a journal holds, read without taking it from whoever writes it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::adopt::{Folder, folders};
use super::fold::Fold;
use super::record::{Slot, State};
use super::segment::{Reading, Segment};

/// A file of the journal.
#[derive(Debug, Default, Serialize)]
pub struct Inspected {
    /// The segment.
    pub segment: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// Whether that run lives.
    pub live: bool,
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Whether its detail was folded into counts.
    pub folded: bool,
    /// Records, however they ended.
    pub records: u64,
    /// Records of responses that went out whole.
    pub whole: u64,
    /// Records of responses that were cut.
    pub aborted: u64,
    /// Records of which that is not known, or not yet.
    pub in_doubt: u64,
    /// Places before the last record that were never filled: nothing was handed out for them.
    pub holes: u64,
    /// Places before the last record whose checksum does not agree.
    pub damaged: u64,
    /// Places behind the last record that a cut left half written.
    pub torn: u64,
}

/// A file that cannot be read as a part of a journal.
#[derive(Debug, Serialize)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
pub struct Inspection {
    /// The files, oldest first in each folder.
    pub segments: Vec<Inspected>,
    /// What cannot be read.
    pub unreadable: Vec<Unreadable>,
}

impl Inspection {
    /// Whether every checksum agrees.
    pub fn is_sound(&self) -> bool {
        self.unreadable.is_empty() && self.segments.iter().all(|segment| segment.damaged == 0)
    }

    fn read(&mut self, path: &Path, live: bool) {
        let read = match path.extension().and_then(|extension| extension.to_str()) {
            Some("seg") => Segment::open(path).map(|segment| of_segment(&segment, live)),
            Some("fold") => Fold::open(path).map(|fold| of_fold(&fold, live)),
            _ => return,
        };
        match read {
            Ok(inspected) => self.segments.push(inspected),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.unreadable.push(Unreadable {
                path: path.to_owned(),
                reason: error.to_string(),
            }),
        }
    }
}

fn of_segment(segment: &Segment, live: bool) -> Inspected {
    let mut found = Inspected {
        segment: segment.id,
        instance: segment.instance,
        live,
        path: segment.path.clone(),
        bytes: segment.bytes,
        ..Inspected::default()
    };
    for index in 0..segment.len() {
        match segment.slot(index) {
            Slot::Record(_, State::Whole) => found.whole += 1,
            Slot::Record(_, State::Aborted) => found.aborted += 1,
            Slot::Record(_, State::InDoubt) => found.in_doubt += 1,
            Slot::Empty => found.holes += 1,
            Slot::Damaged => found.damaged += 1,
        }
    }
    found.records = found.whole + found.aborted + found.in_doubt;
    // Of a live one, what stands there is being written.
    found.torn = if live { 0 } else { segment.torn() };
    found
}

fn of_fold(fold: &Fold, live: bool) -> Inspected {
    let totals = fold.totals();
    let sum = |of: fn(&crate::store::usage::Sums) -> i64| -> u64 {
        totals.values().map(|sums| of(sums).unsigned_abs()).sum()
    };
    let (aborted, in_doubt) = (sum(|sums| sums.aborted), sum(|sums| sums.in_doubt));
    Inspected {
        segment: fold.id,
        instance: fold.instance,
        live,
        path: fold.path.clone(),
        bytes: fold.bytes,
        folded: true,
        records: fold.records,
        whole: fold.records.saturating_sub(aborted + in_doubt),
        aborted,
        in_doubt,
        ..Inspected::default()
    }
}

/// The files under paths: a journal's top, a folder of one run, or single files.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

/// Reads the journal under a home.
///
/// # Errors
/// When a folder cannot be listed.
pub fn inspect(home: &Path) -> io::Result<Inspection> {
    let mut inspection = Inspection::default();
    for folder in folders(&home.join("journal"))? {
        // The lock is let go again at once.
        let live = matches!(Folder::take(&folder), Ok(None));
        for path in files(&folder)? {
            inspection.read(&path, live);
        }
    }
    Ok(inspection)
}

/// Reads copies of segments, given as files or folders.
///
/// # Errors
/// When a folder cannot be listed.
pub fn inspect_copies(paths: &[PathBuf]) -> io::Result<Inspection> {
    let mut inspection = Inspection::default();
    for path in paths {
        for file in files(path)? {
            inspection.read(&file, false);
        }
    }
    Ok(inspection)
}

/// Copies of segments, given as files or folders, and how to read them: as a live instance's when
/// they may have been copied while it wrote.
///
/// # Errors
/// When one cannot be read.
pub fn copies(paths: &[PathBuf]) -> io::Result<Vec<(Arc<Segment>, Reading)>> {
    let mut found = Vec::new();
    for path in paths {
        for file in files(path)? {
            if file.extension().is_some_and(|extension| extension == "seg") {
                found.push((Arc::new(Segment::open(&file)?), Reading::Copy));
            }
        }
    }
    Ok(found)
}
