//! Values and features as they travel from the store to the encoders, borrowed from the row.

use chrono::{DateTime, NaiveDate, Utc};

/// One attribute's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Absent.
    Null,
    /// Text.
    Text(&'a str),
    /// Integer.
    Integer(i64),
    /// Double.
    Real(f64),
    /// Truth value.
    Boolean(bool),
    /// Calendar day.
    Date(NaiveDate),
    /// Instant.
    Timestamp(DateTime<Utc>),
}

/// One feature of a layer.
#[derive(Debug, Clone)]
pub struct Feature<'a> {
    /// Stable number of the feature, the same from one publication to the next.
    pub fid: i64,
    /// Geometry as ISO WKB, little endian, in the geometry column that the query chose.
    pub wkb: &'a [u8],
    /// Values of the fields that the reader sees, in the catalogue's order.
    pub values: Vec<Value<'a>>,
}
