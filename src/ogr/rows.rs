//! Rows of a layer as they come from the child, checked once more.

use exchange::{Bound, Bounds, Cell, Row, Tag, decode_rows, vertices};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::OgrError;
use super::child::Child;

/// Batches that are heard before they are asked for: a pipe holds a part of one, and the child would
/// wait while its last one is worked on.
const AHEAD: usize = 2;

/// What the child said, or why it says nothing more.
type Frame = Result<(Tag, Vec<u8>), OgrError>;

/// Rows of a layer; the child ends when this is dropped.
pub struct Rows {
    heard: Option<mpsc::Receiver<Frame>>,
    _listener: AbortOnDropHandle<()>,
    bounds: Bounds,
    read: u64,
}

impl Rows {
    pub(super) fn new(mut child: Child, bounds: Bounds) -> Self {
        let (sender, heard) = mpsc::channel(AHEAD);
        let listener = tokio::spawn(async move {
            loop {
                let frame = child.next().await;
                let is_last = !matches!(frame, Ok((Tag::Rows, _)));
                if sender.send(frame).await.is_err() || is_last {
                    return;
                }
            }
        });
        Self {
            heard: Some(heard),
            _listener: AbortOnDropHandle::new(listener),
            bounds,
            read: 0,
        }
    }

    /// The next rows, at most a thousand; none after the last.
    ///
    /// # Errors
    /// When the file is damaged there, or beyond a limit; when the child died.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, OgrError> {
        let Some(heard) = &mut self.heard else {
            return Ok(None);
        };
        let frame = heard.recv().await;
        let rows = match frame.unwrap_or_else(|| Err(OgrError::unsound("nothing"))) {
            Ok((Tag::Rows, body)) => self.checked(&body),
            Ok((Tag::End, body)) => {
                self.heard = None;
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
            self.heard = None;
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
