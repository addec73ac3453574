//! What a file holds, before its rows are read.

use serde::{Deserialize, Serialize};

/// One dataset, as GDAL sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// Short name of GDAL's driver: `ESRI Shapefile`, `GPKG`, `EDIGEO`…
    pub driver: String,
    /// Its layers.
    pub layers: Vec<SourceLayer>,
}

/// One layer of a dataset.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SourceLayer {
    /// Its name.
    pub name: String,
    /// Rows, where the driver knows without reading them all.
    pub count: Option<i64>,
    /// GDAL's name of the geometries' type (`Multi Polygon`…); absent for a table without any.
    pub geometry: Option<String>,
    /// The reference system that the file states.
    pub reference: Option<Reference>,
    /// xmin, ymin, xmax, ymax in that system, where there is a row.
    pub extent: Option<[f64; 4]>,
    /// The encoding that the file states of its texts (`.cpg`, LDID, charset…), as written there;
    /// absent when it states none. Texts come as the file's own bytes.
    pub encoding: Option<String>,
    /// Where its columns have their names from, in a table or a sheet.
    #[serde(default)]
    pub heading: Option<Heading>,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The first rows, for whoever must recognise the columns; at most twenty.
    pub sample: Vec<crate::Row>,
    /// Where the geometries of these rows begin.
    #[serde(default)]
    pub starts: Vec<(f64, f64)>,
}

/// Where the columns of a table have their names from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Heading {
    /// A line of it, counted from 1; those before it are a title, or empty.
    Line(u32),
    /// Nowhere: its first line holds values. Columns are numbered.
    Missing,
}

/// A reference system that a file states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its name: `RGF93 / Lambert-93`.
    pub name: String,
    /// Its EPSG code: stated, or found by comparing the definition with EPSG's.
    pub epsg: Option<i32>,
    /// Whether the code was found by comparison, not stated.
    pub matched: bool,
    /// The definition, as WKT.
    pub wkt: String,
}

/// One column of attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, as the file spells it.
    pub name: String,
    /// The type of its values.
    pub kind: ColumnKind,
    /// Characters that the file allows for a value; 0 when it states none.
    pub width: u32,
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Integers of at most 64 bits, truth values included (0 and 1).
    Integer,
    /// Doubles.
    Real,
    /// Calendar days.
    Date,
    /// Instants or times, as ISO 8601 text.
    Time,
    /// Anything else (lists, bytes), as text where GDAL writes one.
    Other,
}
