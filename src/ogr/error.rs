//! Why a file could not be read, by what it means for whoever delivered it.

use std::io;
use std::path::PathBuf;

use exchange::{Bound, Fault, Foreign, Lack};

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OgrError {
    /// It is of no format that we read.
    #[error("the file is of no format that is read here{}", likeness(*.looks_like))]
    NotOurs {
        /// What it looks like, where that is known.
        looks_like: Option<Foreign>,
    },
    /// It is of that format, but cannot be read.
    #[error("the file cannot be read as {driver}: {words}")]
    Damaged {
        /// GDAL's driver.
        driver: String,
        /// GDAL's own words.
        words: String,
    },
    /// It breaks the rules of its format.
    #[error("line {line}, column {column}: {words}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// The character of the line, from 1; 0 where only the line is known.
        column: u64,
        /// The feature's rank, from 1, where it is one that does.
        feature: Option<u64>,
        /// What is wrong, in the reader's words.
        words: String,
    },
    /// It is of that format, but not whole.
    #[error("the file is not whole: {lack:?}")]
    Incomplete {
        /// What it lacks.
        lack: Lack,
    },
    /// It has no layer of that name.
    #[error("the file has no such layer; it has: {}", .layers.join(", "))]
    NoLayer {
        /// The layers that it has.
        layers: Vec<String>,
    },
    /// It goes beyond a limit.
    #[error("the file goes beyond a limit: {bound:?}")]
    Beyond {
        /// Which.
        bound: Bound,
        /// The row where it does, where there is one.
        fid: Option<i64>,
    },
    /// The child that read it died: a fault of GDAL's, met on this file.
    #[error("the program that read the file died ({how})")]
    Died {
        /// How: the signal's name, or the code.
        how: String,
    },
    /// The child said what it may not: it is not to be trusted with this file.
    #[error("the program that read the file said what it may not ({what})")]
    Unsound {
        /// What was wrong.
        what: String,
    },
    /// The file could not be written.
    #[error("the file could not be written: {words}")]
    Unwritten {
        /// GDAL's own words.
        words: String,
    },
    /// The file is not there, or may not be read by us.
    #[error("{} cannot be read: {cause}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The child's program is not there, or does not start.
    #[error(
        "{} does not start: {cause}; it belongs beside geonantes (or name it in [ingest] child)",
        .program.display()
    )]
    NoProgram {
        /// The program.
        program: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The machine failed, not the file.
    #[error("the program that reads files failed: {words}")]
    Ours {
        /// What failed.
        words: String,
    },
}

fn likeness(what: Option<Foreign>) -> String {
    what.map(|what| format!(" ({what})")).unwrap_or_default()
}

impl OgrError {
    /// The child said something else than that.
    pub(super) fn unsound(what: &str) -> Self {
        Self::Unsound {
            what: what.to_owned(),
        }
    }

    /// Whether the file is to blame, or at least the one to be refused; otherwise the service is.
    pub fn blames_the_file(&self) -> bool {
        !matches!(
            self,
            Self::NoProgram { .. } | Self::Ours { .. } | Self::Unwritten { .. }
        )
    }
}

/// Letters kept of what a child says, and layers of which it says the names.
const LONGEST: usize = 4_000;
const NAMED: usize = 100;

/// A text of a child's, as long as people read.
fn short(words: String) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

impl From<Fault> for OgrError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotOurs { looks_like } => Self::NotOurs { looks_like },
            Fault::Damaged { driver, words } => Self::Damaged {
                driver: short(driver),
                words: short(words),
            },
            Fault::Malformed {
                line,
                column,
                feature,
                words,
            } => Self::Malformed {
                line,
                column,
                feature,
                words: short(words),
            },
            Fault::Incomplete { lack } => Self::Incomplete { lack },
            Fault::NoLayer { layers } => Self::NoLayer {
                layers: layers.into_iter().take(NAMED).map(short).collect(),
            },
            Fault::Beyond { bound, fid } => Self::Beyond { bound, fid },
            Fault::Unwritten { words } => Self::Unwritten {
                words: short(words),
            },
            Fault::Ours { words } => Self::Ours {
                words: short(words),
            },
        }
    }
}
