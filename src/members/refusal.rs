//! Why a credential is not accepted.

use crate::model::Problem;

/// Why a credential is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a key, or not a whole one.
    Malformed,
    /// Nobody was given it, or it was revoked long ago.
    Unknown,
    /// Its last day is over.
    Expired,
    /// It was revoked.
    Revoked,
    /// None of its communes adheres today.
    NoAdhesion,
    /// The database has been away for too long to tell.
    Away,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let bad = |detail: &str| Self::BadCredential(detail.to_owned());
        match refusal {
            Refusal::Malformed => bad(
                "what was presented is not a key: a key begins with gn_ and has 50 characters, \
                 check that it was copied whole",
            ),
            Refusal::Unknown => bad("this key is not known; ask the administrator for another"),
            Refusal::Expired => bad("this key has expired; ask the administrator for another"),
            Refusal::Revoked => bad("this key was revoked; ask the administrator for another"),
            Refusal::NoAdhesion => Self::Forbidden(
                "no commune of this credential adheres to the portal today".to_owned(),
            ),
            Refusal::Away => Self::busy(
                "the database does not answer for the moment, so that this credential cannot be \
                 checked",
                5,
            ),
        }
    }
}
