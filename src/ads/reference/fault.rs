//! What is wrong with a text, for the person who typed it.

use serde::Serialize;

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("« {part} » : {message}")]
pub struct Fault {
    /// The part that is wrong, as it was typed.
    pub part: String,
    /// Why, and what to do, in French.
    pub message: String,
    /// What kind of fault, for the program.
    #[serde(skip)]
    pub kind: FaultKind,
}

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A part is not what it should be.
    Wrong,
    /// A word may be a commune's name, which is not known.
    UnknownName,
    /// Nothing says which commune.
    MissingCommune,
    /// It looks like an address.
    Address,
}

impl Fault {
    pub(super) fn wrong(part: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(FaultKind::Wrong, part, message)
    }

    pub(super) fn of(kind: FaultKind, part: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            part: part.into(),
            message: message.into(),
            kind,
        }
    }
}
