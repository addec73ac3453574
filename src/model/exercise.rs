//! Exercises of shared costs as the database keeps them.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// What is known of a kept exercise without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptExercise {
    /// Its number.
    pub id: i32,
    /// The calendar year.
    pub year: i32,
    /// `forecast` or `final`.
    pub state: String,
    /// What documents call it.
    pub title: String,
    /// Whether its amounts are a demonstration's.
    pub demonstration: bool,
    /// When and by whom it was loaded.
    pub loaded: Act,
    /// When and by whom it was sealed, and the sum.
    pub sealed: Option<SealMark>,
}

/// Something that was done with an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub author: String,
    /// `loaded`, `computed`, `sealed` or `verified`.
    pub kind: String,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A seal without its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealMark {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub author: String,
    /// The sum of the sealed document.
    pub sha256: String,
}

/// An exercise to keep.
#[derive(Debug, Clone)]
pub struct NewExercise<'a> {
    /// The calendar year.
    pub year: i32,
    /// `forecast` or `final`.
    pub state: &'a str,
    /// What documents call it.
    pub title: &'a str,
    /// JSON of the contract's form.
    pub document: &'a str,
    /// The name of the file that it was read from.
    pub source: &'a str,
    /// The sum of that file.
    pub source_sha256: &'a str,
    /// Whether its amounts are a demonstration's.
    pub demonstration: bool,
}
