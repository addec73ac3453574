//! A segment folded into counts: what the journal keeps of its oldest detail when the database
//! has been away for so long that the quota is nearly used up.
//!
//! A fold bears its segment's id, so that the ledger takes either and never both.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::segment::{Reading, Segment};
use crate::store::usage::{Group, Sums, Totals, totals};

/// How long a record that is not settled is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The counts of a segment, in a file.
#[derive(Debug)]
pub struct Fold {
    /// The segment.
    pub id: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// When the segment was made, in microseconds since 1970.
    pub opened_us: i64,
    /// Records that were folded.
    pub records: u64,
    /// Where it lies.
    pub path: PathBuf,
    /// Size of the file.
    pub bytes: u64,
    text: String,
}

/// The file: JSON, which explains itself.
#[derive(Debug, Serialize, Deserialize)]
struct Document<'a> {
    segment: Uuid,
    instance: Uuid,
    opened_us: i64,
    records: u64,
    #[serde(borrow)]
    sums: Vec<(Group<'a>, Sums)>,
}

fn wrong(path: &Path, error: &serde_json::Error) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{} is no fold of the journal: {error}", path.display()),
    )
}

impl Fold {
    /// Folds a segment that is no longer written to, and removes its detail once the counts are on
    /// the disk. None while some record is not settled yet.
    ///
    /// # Errors
    /// When the disk refuses; the detail stays.
    pub fn of(segment: &Segment, now_us: i64) -> io::Result<Option<Self>> {
        let ready = segment.ready(0, usize::MAX, Reading::Live, now_us, PATIENCE);
        if ready.upto < segment.len() {
            return Ok(None);
        }
        let mut sums: Vec<(Group<'_>, Sums)> = totals(&ready.events).into_iter().collect();
        sums.sort_by_key(|(group, _)| *group);
        let document = Document {
            segment: segment.id,
            instance: segment.instance,
            opened_us: segment.opened_us,
            records: u64::from(ready.upto),
            sums,
        };
        let path = segment.path.with_extension("fold");
        let text = serde_json::to_string(&document).map_err(|error| wrong(&path, &error))?;
        let part = segment.path.with_extension("part");
        let mut file = File::create(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&part, &path)?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        segment.remove()?;
        Self::open(&path).map(Some)
    }

    /// Reads a fold.
    ///
    /// # Errors
    /// When the file cannot be read or is no fold.
    pub fn open(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let document: Document<'_> =
            serde_json::from_str(&text).map_err(|error| wrong(path, &error))?;
        Ok(Self {
            id: document.segment,
            instance: document.instance,
            opened_us: document.opened_us,
            records: document.records,
            path: path.to_owned(),
            bytes: text.len() as u64,
            text,
        })
    }

    /// The sums.
    pub fn totals(&self) -> Totals<'_> {
        // It was understood when it was opened.
        serde_json::from_str::<Document<'_>>(&self.text)
            .map(|document| document.sums.into_iter().collect())
            .unwrap_or_default()
    }
}
