//! Rows of one source layer on their way to one collection.
//!
//! A generic file makes one feed, a whole delivery (EDIGEO, CNIG) several, over several
//! collections: all are read, checked, compared and published together.

use std::path::PathBuf;

use chrono::NaiveDate;
use exchange::{Cell, Row};

use super::Encoding;
use crate::model::{Finding, LayerId, Srid};

/// Rows of one source layer, for one collection.
pub struct Feed {
    /// The collection.
    pub layer: LayerId,
    /// The file that GDAL opens.
    pub path: PathBuf,
    /// The layer in it.
    pub source: String,
    /// Encoding of the texts.
    pub encoding: Encoding,
    /// Reference system of the coordinates that the shape hands on.
    pub crs: Srid,
    /// How people know it: `ZONE_URBA`, `edigeo-…AB01`; empty where a delivery has one feed alone.
    pub title: String,
    /// Rows of the source, when it knows how many.
    pub count: Option<i64>,
    /// Makes the collection's rows of the source's.
    pub shape: Box<dyn Shape>,
}

/// Makes a collection's rows of a source's.
pub trait Shape: Send {
    /// What one row of the source becomes: none, one or several rows, and what is to be said.
    ///
    /// Texts of `row` are the file's bytes; `text` decodes them.
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped);

    /// Fields of the collection of which the source says nothing at all.
    fn silent(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a row of the source becomes.
#[derive(Debug, Default)]
pub struct Shaped {
    /// Rows of the collection.
    pub rows: Vec<ShapedRow>,
    /// What is to be said; the feature's number is filled in by the reader.
    pub findings: Vec<Finding>,
}

/// One row of a collection, before its values are checked against the fields' rules.
#[derive(Debug, Default)]
pub struct ShapedRow {
    /// The scope to which it belongs; the rule of the layer finds it among the values when absent.
    pub scope: Option<String>,
    /// The values, in the order of the catalogue's fields.
    pub values: Vec<Given>,
    /// ISO WKB in the feed's reference system.
    pub geometry: Option<Vec<u8>>,
}

/// A value as given: the reader makes it what the field wants, or says why it cannot.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Given {
    /// Absent.
    #[default]
    Absent,
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
}

impl Given {
    /// A cell of the source, its text decoded by `text`.
    pub fn of(cell: Option<&Cell>, text: &dyn Fn(&[u8]) -> String) -> Self {
        match cell {
            None | Some(Cell::Null) => Self::Absent,
            Some(Cell::Integer(number)) => Self::Integer(*number),
            Some(Cell::Real(number)) => Self::Real(*number),
            Some(Cell::Text(bytes)) => Self::Text(text(bytes)),
        }
    }
}
