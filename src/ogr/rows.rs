//! Rows of a layer as they come from the child, checked once more.

use exchange::{Bound, Bounds, Cell, Row, Tag, decode_rows, vertices};

use super::OgrError;
use super::child::Child;

/// Rows of a layer; the child ends when this is dropped.
pub struct Rows {
    child: Option<Child>,
    bounds: Bounds,
    read: u64,
}

impl Rows {
    pub(super) fn new(child: Child, bounds: Bounds) -> Self {
        Self {
            child: Some(child),
            bounds,
            read: 0,
        }
    }

    /// The next rows, at most a thousand; none after the last.
    ///
    /// # Errors
    /// When the file is damaged there, or beyond a limit; when the child died.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, OgrError> {
        let Some(child) = &mut self.child else {
            return Ok(None);
        };
        let heard = child.next().await;
        let rows = match heard {
            Ok((Tag::Rows, body)) => self.checked(&body),
            Ok((Tag::End, body)) => {
                self.child = None;
                return if body == self.read.to_le_bytes() {
                    Ok(None)
                } else {
                    Err(OgrError::unsound("rows are missing"))
                };
            }
            Ok(_) => Err(OgrError::unsound("neither rows nor an end")),
            Err(error) => Err(error),
        };
        if rows.is_err() {
            self.child = None;
        }
        rows.map(Some)
    }

    /// The rows of a batch, within the bounds that the child was to keep.
    fn checked(&mut self, body: &[u8]) -> Result<Vec<Row>, OgrError> {
        let rows = decode_rows(body).map_err(|unsound| OgrError::unsound(unsound.0))?;
        // A stream of nothing would never end.
        if rows.is_empty() {
            return Err(OgrError::unsound("no row"));
        }
        self.read += rows.len() as u64;
        if self.read > self.bounds.features {
            return Err(beyond(Bound::Features, rows.last()));
        }
        for row in &rows {
            let long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.len() as u64 > self.bounds.text);
            if row.cells.iter().any(long) {
                return Err(beyond(Bound::Text, Some(row)));
            }
            if let Some(wkb) = &row.geometry {
                let count = vertices(wkb).map_err(|unsound| OgrError::unsound(unsound.0))?;
                if count > self.bounds.vertices {
                    return Err(beyond(Bound::Vertices, Some(row)));
                }
            }
        }
        Ok(rows)
    }
}

fn beyond(bound: Bound, row: Option<&Row>) -> OgrError {
    OgrError::Beyond {
        bound,
        fid: row.map(|row| row.fid),
    }
}
