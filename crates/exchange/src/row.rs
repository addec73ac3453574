//! One row of a source layer.

use serde::{Deserialize, Serialize};

/// One row, as read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Row {
    /// The source's own number of the row (GDAL's FID).
    pub fid: i64,
    /// The values, in the order of the layer's columns.
    pub cells: Vec<Cell>,
    /// The geometry as ISO WKB, curves made into lines; absent when there is none.
    #[serde(skip)]
    pub geometry: Option<Vec<u8>>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Cell {
    /// Absent.
    #[default]
    Null,
    /// Text, as the file's own bytes.
    Text(Vec<u8>),
    /// Integer.
    Integer(i64),
    /// Double.
    Real(f64),
}
