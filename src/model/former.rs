//! Parcels of the past: what became of them.

use chrono::{DateTime, Utc};

/// A parcel that the cadastre had once and has no more.
#[derive(Debug, Clone, PartialEq)]
pub struct FormerParcel {
    /// Its identifier.
    pub idu: String,
    /// When the cadastre without it was published.
    pub until: Option<DateTime<Utc>>,
    /// Its drawn area, in m².
    pub area: f64,
    /// The parcels that cover its ground today, the largest piece first.
    pub parcels: Vec<Piece>,
}

/// Ground that two parcels, of today and of the past, have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The parcel of today.
    pub idu: String,
    /// m² in common.
    pub area: f64,
}
