//! Rows as bytes.
//!
//! A batch: the number of rows (u32), then each: fid (i64), number of cells (u32), the cells (a
//! byte of kind, then nothing, a length (u32) and bytes, an i64 or an f64), and the geometry's
//! length (u32, all ones when absent) and bytes. Little end first throughout.

use crate::{Cell, Row, Unsound};

/// Most rows of one batch.
pub const BATCH: usize = 1000;

/// Length that stands for «no geometry».
const ABSENT: u32 = u32::MAX;

/// Adds one row to a batch that [`start_rows`] began.
pub fn encode_row(row: &Row, into: &mut Vec<u8>) {
    into.extend_from_slice(&row.fid.to_le_bytes());
    put_length(row.cells.len(), into);
    for cell in &row.cells {
        match cell {
            Cell::Null => into.push(0),
            Cell::Text(text) => {
                into.push(1);
                put_length(text.len(), into);
                into.extend_from_slice(text);
            }
            Cell::Integer(value) => {
                into.push(2);
                into.extend_from_slice(&value.to_le_bytes());
            }
            Cell::Real(value) => {
                into.push(3);
                into.extend_from_slice(&value.to_le_bytes());
            }
        }
    }
    match &row.geometry {
        None => into.extend_from_slice(&ABSENT.to_le_bytes()),
        Some(wkb) => {
            put_length(wkb.len(), into);
            into.extend_from_slice(wkb);
        }
    }
}

/// Begins a batch, whose rows [`close_rows`] counts.
pub fn start_rows(into: &mut Vec<u8>) {
    into.clear();
    put_length(0, into);
}

/// Closes a batch of that many rows.
pub fn close_rows(count: usize, batch: &mut [u8]) {
    if let (Some(head), Ok(count)) = (batch.first_chunk_mut(), u32::try_from(count)) {
        *head = count.to_le_bytes();
    }
}

/// A batch as bytes.
pub fn encode_rows(rows: &[Row], into: &mut Vec<u8>) {
    start_rows(into);
    for row in rows {
        encode_row(row, into);
    }
    close_rows(rows.len(), into);
}

/// Lengths are below [`crate::LONGEST`], which the frame checks: what is longer is cut off there.
fn put_length(length: usize, into: &mut Vec<u8>) {
    into.extend_from_slice(&u32::try_from(length).unwrap_or(ABSENT - 1).to_le_bytes());
}

/// The rows of a batch. Takes no more memory than the bytes warrant, whatever they say.
///
/// # Errors
/// When the bytes are not a batch.
pub fn decode_rows(bytes: &[u8]) -> Result<Vec<Row>, Unsound> {
    let mut reader = Reader(bytes);
    let count = reader.length()?;
    if count > BATCH {
        return Err(Unsound("a batch has too many rows"));
    }
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push(reader.row()?);
    }
    if reader.0.is_empty() {
        Ok(rows)
    } else {
        Err(Unsound("a batch is longer than its rows"))
    }
}

const SHORT: Unsound = Unsound("a batch is shorter than it says");

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Unsound> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(SHORT)?;
        self.0 = rest;
        Ok(head)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Unsound> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(SHORT)?;
        self.0 = rest;
        Ok(*head)
    }

    fn length(&mut self) -> Result<usize, Unsound> {
        Ok(u32::from_le_bytes(self.fixed()?) as usize)
    }

    fn row(&mut self) -> Result<Row, Unsound> {
        let fid = i64::from_le_bytes(self.fixed()?);
        let count = self.length()?;
        // A cell takes a byte at least.
        if count > self.0.len() {
            return Err(SHORT);
        }
        let mut cells = Vec::with_capacity(count.min(4096));
        for _ in 0..count {
            cells.push(self.cell()?);
        }
        let geometry = match u32::from_le_bytes(self.fixed()?) {
            ABSENT => None,
            length => Some(self.bytes(length as usize)?.to_vec()),
        };
        Ok(Row {
            fid,
            cells,
            geometry,
        })
    }

    fn cell(&mut self) -> Result<Cell, Unsound> {
        let [kind] = self.fixed()?;
        Ok(match kind {
            0 => Cell::Null,
            1 => {
                let length = self.length()?;
                Cell::Text(self.bytes(length)?.to_vec())
            }
            2 => Cell::Integer(i64::from_le_bytes(self.fixed()?)),
            3 => Cell::Real(f64::from_le_bytes(self.fixed()?)),
            _ => return Err(Unsound("a cell has an unknown kind")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let cells = vec![
            Cell::Null,
            Cell::Text(b"Nant\xe9s".to_vec()),
            Cell::Integer(-3),
            Cell::Real(0.1),
        ];
        vec![
            Row {
                fid: -1,
                cells,
                geometry: Some(vec![1, 2, 3]),
            },
            Row {
                fid: i64::MAX,
                cells: Vec::new(),
                geometry: None,
            },
        ]
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let mut bytes = Vec::new();
        encode_rows(&rows(), &mut bytes);
        assert_eq!(decode_rows(&bytes), Ok(rows()));
    }

    /// Each prefix of a batch, and each batch with one byte turned, is read or refused; none panics.
    #[test]
    fn a_batch_that_lies_is_refused() {
        let mut bytes = Vec::new();
        encode_rows(&rows(), &mut bytes);
        for end in 0..bytes.len() {
            assert!(decode_rows(&bytes[..end]).is_err(), "cut at {end}");
        }
        for place in 0..bytes.len() {
            for value in [0, 1, 2, 3, 127, 255] {
                let mut lie = bytes.clone();
                lie[place] = value;
                let _ = decode_rows(&lie);
            }
        }
        bytes.push(0);
        assert!(decode_rows(&bytes).is_err(), "a byte too many");
    }
}
