//! What the server and its child, which alone links GDAL, say to each other.
//!
//! The server asks one thing of a child, in JSON; the child answers with one JSON document or with
//! a stream of rows, and ends. Nothing that the child says is trusted: lengths are bounded, texts
//! are bytes until their encoding is known.

mod dataset;
mod row;

pub use dataset::{Column, ColumnKind, Dataset, Reference, SourceLayer};
pub use row::{Cell, Row};
