//! Notes that instructors share on zones and articles of the plan.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// A revision of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The note's number.
    pub numero: i64,
    /// Counted from 1.
    pub revision: i32,
    /// When it was written.
    pub le: DateTime<Utc>,
    /// A person's name, or a key's label.
    pub auteur: String,
    /// The author's key; none for single sign-on.
    #[serde(skip)]
    pub key: Option<i32>,
    /// The first revision's author, and that one's key.
    #[serde(skip)]
    pub owner: (String, Option<i32>),
    /// A zone's label, or the type of several.
    pub zone: String,
    /// The article of the written regulation.
    pub article: Option<String>,
    /// What it says; null once it is withdrawn.
    pub texte: Option<String>,
}
