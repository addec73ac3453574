//! Separated values: every column is text, and nothing beside the file is looked at.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use exchange::{Cell, Column, ColumnKind, Fault, Format, Row, ends};

use crate::open::damaged;

/// Separators known, the likeliest first.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];

/// An open file of separated values.
pub struct Table {
    reader: csv::Reader<File>,
    names: Vec<String>,
    /// Whether the file begins with the mark of UTF-8.
    pub marked: bool,
    line: ByteRecord,
    fid: i64,
}

impl Table {
    /// Opens a file.
    ///
    /// # Errors
    /// When it has no line of headers.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let (head, _) = ends(path).map_err(broken)?;
        let marked = head.starts_with(b"\xef\xbb\xbf");
        let mut file = File::open(path).map_err(broken)?;
        file.seek(SeekFrom::Start(if marked { 3 } else { 0 }))
            .map_err(broken)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator(&head))
            .from_reader(file);
        let mut line = ByteRecord::new();
        reader.read_byte_record(&mut line).map_err(broken)?;
        let names = names(&line);
        if names.is_empty() {
            return Err(damaged(Format::Csv, "no line of headers".to_owned()));
        }
        Ok(Self {
            reader,
            names,
            marked,
            line,
            fid: 0,
        })
    }

    /// Its columns.
    pub fn columns(&self) -> Vec<Column> {
        let column = |name: &String| Column {
            name: name.clone(),
            kind: ColumnKind::Text,
            width: 0,
        };
        self.names.iter().map(column).collect()
    }

    /// The next row; cells that are empty are absent.
    ///
    /// # Errors
    /// When a line has values beyond its last column: a separator stands unquoted in a text.
    pub fn next(&mut self) -> Result<Option<Row>, Fault> {
        if !self
            .reader
            .read_byte_record(&mut self.line)
            .map_err(broken)?
        {
            return Ok(None);
        }
        self.fid += 1;
        let count = self.names.len();
        if self.line.iter().skip(count).any(|cell| !cell.is_empty()) {
            let place = self.line.position().map_or(0, csv::Position::line);
            let found = self.line.len();
            let words = format!("line {place} has {found} values for {count} columns");
            return Err(damaged(Format::Csv, words));
        }
        let mut cells: Vec<Cell> = self.line.iter().take(count).map(cell).collect();
        cells.resize(count, Cell::Null);
        Ok(Some(Row {
            fid: self.fid,
            cells,
            geometry: None,
        }))
    }
}

fn cell(bytes: &[u8]) -> Cell {
    if bytes.is_empty() {
        Cell::Null
    } else {
        Cell::Text(bytes.to_vec())
    }
}

/// The separator: the one that the first line has most of, outside quotes.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [0usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = SEPARATORS.iter().position(|separator| separator == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let at = counts.iter().position(|count| *count == most).unwrap_or(0);
    SEPARATORS[at]
}

/// The names of the columns; those that the first line leaves empty are numbered.
fn names(line: &ByteRecord) -> Vec<String> {
    let mut names: Vec<String> = line
        .iter()
        .enumerate()
        .map(|(index, bytes)| match bytes.trim_ascii() {
            b"" => format!("colonne_{}", index + 1),
            bytes => match std::str::from_utf8(bytes) {
                Ok(name) => name.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
            },
        })
        .collect();
    // A separator at the end of the line makes no column.
    let last = line
        .iter()
        .rposition(|bytes| !bytes.trim_ascii().is_empty());
    names.truncate(last.map_or(0, |last| last + 1));
    names
}

fn broken(error: impl std::fmt::Display) -> Fault {
    damaged(Format::Csv, error.to_string())
}
