//! What the server asks of the child, and what the child says when it cannot.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One thing to do; the child does it and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to do.
    pub task: Task,
    /// How far the child may go.
    pub bounds: Bounds,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Says what a file holds.
    Inspect {
        /// The file.
        path: PathBuf,
    },
    /// Reads the rows of one layer.
    Read {
        /// The file.
        path: PathBuf,
        /// The layer.
        layer: String,
    },
    /// Writes a file: layers and their rows follow the request.
    Write {
        /// The file, which must not exist; its folder is the child's to write in.
        path: PathBuf,
        /// What it becomes.
        kind: NewFile,
    },
}

impl Task {
    /// The file that the task is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Inspect { path } | Self::Read { path, .. } | Self::Write { path, .. } => path,
        }
    }
}

/// A file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewFile {
    /// A GeoPackage, written in one transaction; rows keep their numbers where they have one.
    GeoPackage,
    /// Shapefiles, one a layer, in the folder of the path; names and texts are cut to what dBase
    /// holds.
    Shapefiles,
}

/// A layer to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLayer {
    /// Its name.
    pub name: String,
    /// What people call it, where the format holds that.
    pub title: Option<String>,
    /// What it holds, where the format holds that.
    pub description: Option<String>,
    /// Geometries of its rows; absent for a table without any.
    pub shape: Option<NewShape>,
    /// EPSG code of its coordinates, x before y.
    pub epsg: Option<i32>,
    /// Its columns.
    pub columns: Vec<NewColumn>,
}

/// Geometries of a new layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewShape {
    /// Of any kind, in formats that take several.
    Any,
    /// Points.
    Point,
    /// Points, several a row.
    MultiPoint,
    /// Lines, several a row.
    MultiLineString,
    /// Areas, several a row.
    MultiPolygon,
}

/// A column of a new layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewColumn {
    /// Its name.
    pub name: String,
    /// What people call it, where the format holds that.
    pub title: Option<String>,
    /// The type of its values.
    pub kind: NewKind,
}

/// Type of a new column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewKind {
    /// Text.
    Text,
    /// Integers of 64 bits.
    Integer,
    /// Doubles.
    Real,
    /// Truth values, sent as 0 and 1.
    Boolean,
    /// Calendar days, sent as ISO 8601 text.
    Date,
    /// Instants, sent as ISO 8601 text.
    Time,
}

/// How far the child may go; beyond, it says so and ends, or is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Rows of a layer.
    pub features: u64,
    /// Vertices of one geometry.
    pub vertices: u64,
    /// Columns of one layer, and layers of one file.
    pub columns: u64,
    /// Bytes of one text.
    pub text: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// Seconds, of the clock and of the processor.
    pub seconds: u64,
}

/// Why the child could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The file is of no format that we read.
    NotOurs {
        /// What it looks like, where that is known.
        looks_like: Option<crate::Foreign>,
    },
    /// The file is of that format, but cannot be read.
    Damaged {
        /// GDAL's driver.
        driver: String,
        /// GDAL's own words.
        words: String,
    },
    /// The file is text that breaks the rules of its format.
    Malformed {
        /// The line, from 1.
        line: u64,
        /// The character of the line, from 1; 0 where only the line is known.
        column: u64,
        /// The feature's rank, from 1, where it is one that does.
        feature: Option<u64>,
        /// What is wrong, in the reader's words.
        words: String,
    },
    /// The file is of that format, but not whole.
    Incomplete {
        /// What it lacks.
        lack: Lack,
    },
    /// The file has no layer of that name.
    NoLayer {
        /// The layers that it has.
        layers: Vec<String>,
    },
    /// The file goes beyond a bound.
    Beyond {
        /// Which.
        bound: Bound,
        /// The row where it does, where there is one.
        fid: Option<i64>,
    },
    /// The file could not be written.
    Unwritten {
        /// GDAL's own words.
        words: String,
    },
    /// The request made no sense, or the machine failed: no fault of the file's.
    Ours {
        /// What failed.
        words: String,
    },
}

/// What a file lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lack {
    /// Its end: writing or sending it was broken off.
    End,
    /// Bytes: it states more than it has.
    Bytes {
        /// The file's extension, where it is not the one that was opened.
        part: String,
        /// Bytes that it states.
        stated: u64,
        /// Bytes that it has.
        found: u64,
    },
    /// A file that belongs beside it.
    Part {
        /// Its extension: `dbf`.
        extension: String,
    },
    /// Shapes or values: there are not as many of one as of the other.
    Rows {
        /// Shapes.
        shapes: u64,
        /// Rows of values.
        values: u64,
    },
    /// Rows: it states more than it has.
    Features {
        /// Rows that it states.
        stated: u64,
        /// Rows that it has.
        found: u64,
    },
    /// A quote that ends a text: what follows is no longer told apart.
    Quote {
        /// The line where the text begins.
        line: u64,
    },
}

/// A bound of [`Bounds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// Rows of a layer.
    Features,
    /// Vertices of one geometry.
    Vertices,
    /// Columns of one layer, or layers of one file.
    Columns,
    /// Bytes of one text.
    Text,
    /// Bytes of one row, all values together.
    Row,
    /// Bytes of memory.
    Memory,
    /// Seconds.
    Time,
}
