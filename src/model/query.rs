//! What a reader asks of a layer, parsed and bounded: past this point nothing is user's text.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Bbox, Crs};

/// A page of features.
#[derive(Debug, Clone)]
pub struct ItemsQuery {
    /// System of the coordinates answered.
    pub crs: Crs,
    /// Which features.
    pub filter: ItemsFilter,
    /// Only features whose `fid` is greater.
    pub after: i64,
    /// How many at most.
    pub limit: u32,
    /// The layer's version to read; the current one when absent.
    pub version: Option<i64>,
    /// Where all the rows lie that this reader sees, when that is known.
    pub bound: Option<Bound>,
}

/// A box that holds every row that one reader sees at one version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The box, in Mercator metres.
    pub bbox: Bbox,
    /// The version.
    pub version: i64,
}

/// Which features; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemsFilter {
    /// Features that meet one of these boxes (two when one crosses the antimeridian).
    pub bbox: Option<BboxFilter>,
    /// Features whose date lies in this interval.
    pub datetime: Option<Interval>,
    /// Equality of fields, by their place among those that the reader sees.
    pub equals: Vec<(usize, Scalar)>,
}

impl ItemsFilter {
    /// Whether every feature passes.
    pub fn is_empty(&self) -> bool {
        self.bbox.is_none() && self.datetime.is_none() && self.equals.is_empty()
    }
}

/// A box, or the two halves of one that crosses the antimeridian.
#[derive(Debug, Clone, PartialEq)]
pub struct BboxFilter {
    /// System of the boxes' coordinates.
    pub crs: Crs,
    /// The boxes, easting first whatever the system; without any, no feature passes.
    pub boxes: Vec<Bbox>,
}

/// A typed constant to compare a field with.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text.
    Text(String),
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

/// An interval of instants, inclusive; open-ended where absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// First instant.
    pub from: Option<DateTime<Utc>>,
    /// Last instant.
    pub until: Option<DateTime<Utc>>,
}

/// A tile of WebMercatorQuad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    /// Zoom, 0 to 22.
    pub z: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

impl TileId {
    /// The tile, when its numbers lie inside the grid of its zoom.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= 22 && x < (1 << z) && y < (1 << z)).then_some(Self { z, x, y })
    }
}
