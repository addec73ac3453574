//! What the server and its child, which alone links GDAL, say to each other.
//!
//! The server asks one thing of a child; the child answers with one dataset or with a stream of
//! rows, and ends. Nothing that the child says is trusted: lengths are bounded, texts are bytes
//! until their encoding is known.

mod dataset;
mod foreign;
mod format;
mod frame;
mod request;
mod row;
mod rows;
mod wkb;

pub use dataset::{Column, ColumnKind, Dataset, Heading, Reference, SourceLayer};
pub use foreign::Foreign;
pub use format::{Format, Sniffed, ends, sniff};
pub use frame::{HEAD, LONGEST, Tag, Unsound, frame_head, parse_head, read_frame, write_frame};
pub use request::{
    Bound, Bounds, Fault, Lack, NewColumn, NewFile, NewKind, NewLayer, NewShape, Request, Task,
};
pub use row::{Cell, Row};
pub use rows::{BATCH, close_rows, decode_rows, encode_row, encode_rows, start_rows};
pub use wkb::{first_point, vertices};
