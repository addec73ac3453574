//! A contribution: files that somebody sent, and how far they have come.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{OutcomeReport, Wishes, Writer};

/// How far a contribution has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Its files are here; it waits for an instance, or one reads it.
    Received,
    /// Its rows are checked, and are being compared with what is published.
    Checked,
    /// Sound and compared: it waits for its contributor to publish it.
    Compared,
    /// Published.
    Published,
    /// What is published already: nothing was done.
    Unchanged,
    /// Refused: the report says why.
    Rejected,
    /// A question awaits its contributor's answer.
    Asked,
    /// Taken away by its contributor.
    Withdrawn,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Checked,
        Self::Compared,
        Self::Published,
        Self::Unchanged,
        Self::Rejected,
        Self::Asked,
        Self::Withdrawn,
    ];

    /// The word of JSON and of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Checked => "checked",
            Self::Compared => "compared",
            Self::Published => "published",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
            Self::Asked => "asked",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing becomes of it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Published | Self::Unchanged | Self::Withdrawn)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or_else(|| format!("« {text} » is no state of a contribution"))
    }
}

/// A file that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Its name, with `/` between the folders of one that was sent with them.
    pub name: String,
    /// Its bytes.
    pub bytes: i64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// How far the work under way is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, in French.
    pub phase: String,
    /// How much of it is done: rows, bytes.
    pub done: i64,
    /// Of how much, when that is known.
    pub total: Option<i64>,
}

/// A version that a contribution published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContributedVersion {
    /// The collection.
    pub collection: String,
    /// The scope.
    pub scope: String,
    /// The version.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it is what is served today.
    pub current: bool,
}

/// A contribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Its number.
    pub id: i64,
    /// How far it has come.
    pub stage: Stage,
    /// Who sent it.
    pub author: Writer,
    /// The files' names, in a word.
    pub title: String,
    /// What the contributor says beside the files.
    pub wishes: Wishes,
    /// The files.
    pub files: Vec<SentFile>,
    /// SHA-256 of the one file, or of the list of several as `sha256sum` writes it.
    pub sha256: String,
    /// Bytes of the files.
    pub bytes: i64,
    /// Whether the files are still kept.
    pub kept: bool,
    /// When it was sent.
    pub received: DateTime<Utc>,
    /// When it last changed.
    pub changed: DateTime<Utc>,
    /// What became of it, a report a collection.
    pub outcomes: Vec<OutcomeReport>,
    /// One more with each change.
    pub revision: i32,
    /// Who asked for the publication under way.
    pub publisher: Option<Writer>,
    /// What is to be said beside the outcomes, in French.
    pub message: String,
    /// How far the work under way is.
    pub progress: Option<Progress>,
}

impl Contribution {
    /// Whether an instance is at work on it, or will be.
    pub fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Received | Stage::Checked) || self.publisher.is_some()
    }
}
