//! A file of layers and rows that the server sends.

use std::io::Read;
use std::path::Path;

use exchange::{Fault, NewFile, NewLayer, Tag, decode_rows, read_frame};

use crate::gdal::{NewTable, Sink};

/// Writes what comes; the number of rows written.
///
/// # Errors
/// When the file cannot be written, or what comes makes no sense.
pub fn write(path: &Path, kind: NewFile, input: &mut impl Read) -> Result<u64, Fault> {
    let sink = Sink::create(path, kind).map_err(unwritten)?;
    let mut table: Option<NewTable> = None;
    let mut written = 0;
    loop {
        let frame = read_frame(input).map_err(|error| ours(&error.to_string()))?;
        match frame {
            Some((Tag::Layer, body)) => {
                let new: NewLayer =
                    serde_json::from_slice(&body).map_err(|error| ours(&error.to_string()))?;
                table = Some(sink.layer(&new).map_err(unwritten)?);
            }
            Some((Tag::Rows, body)) => {
                let table = table.as_ref().ok_or_else(|| ours("rows without a layer"))?;
                for row in decode_rows(&body).map_err(|unsound| ours(unsound.0))? {
                    sink.add(table, &row).map_err(unwritten)?;
                    written += 1;
                }
            }
            Some((Tag::End, _)) => break,
            _ => return Err(ours("what to write stopped")),
        }
    }
    sink.close().map_err(unwritten)?;
    Ok(written)
}

fn unwritten(words: String) -> Fault {
    Fault::Unwritten { words }
}

fn ours(words: &str) -> Fault {
    Fault::Ours {
        words: words.to_owned(),
    }
}
