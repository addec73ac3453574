//! Separated values: every column is text, and nothing beside the file is looked at.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};
use exchange::{Cell, Column, Fault, Format, Heading, Lack, Row, ends};

use crate::gdal::shown;
use crate::heading::{self, LOOKED, Named};
use crate::open::damaged;
use crate::quotes;

/// Separators known, the likeliest first.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];

/// An open file of separated values.
pub struct Table {
    reader: csv::Reader<File>,
    path: PathBuf,
    named: Named,
    /// Whether the file begins with the mark of UTF-8.
    pub marked: bool,
    line: ByteRecord,
    fid: i64,
    /// Bytes before the first line.
    start: u64,
    /// Whether the last line that was read has fewer values than there are columns.
    short: bool,
}

impl Table {
    /// Opens a file.
    ///
    /// # Errors
    /// When it has no line of headers, or a quote is not closed.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let (head, _) = ends(path).map_err(broken)?;
        let marked = head.starts_with(b"\xef\xbb\xbf");
        let start = if marked { 3 } else { 0 };
        let told = told(&head[start..]);
        let start = start as u64 + told.map_or(0, |(_, length)| length);
        let separator = told.map_or_else(|| separator(&head), |(separator, _)| separator);
        if let Some(line) = quotes::open(path, start, separator).map_err(broken)? {
            return Err(Fault::Incomplete {
                lack: Lack::Quote { line },
            });
        }
        let reader = |from: u64| -> Result<csv::Reader<File>, Fault> {
            let mut file = File::open(path).map_err(broken)?;
            file.seek(SeekFrom::Start(from)).map_err(broken)?;
            Ok(ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
                .from_reader(file))
        };
        let mut line = ByteRecord::new();
        let mut first = reader(start)?;
        let mut lines = Vec::new();
        while lines.len() < LOOKED && first.read_byte_record(&mut line).map_err(broken)? {
            lines.push(line.iter().map(shown).collect());
        }
        let named = heading::find(&lines)
            .ok_or_else(|| damaged(Format::Csv, "no line of headers".to_owned()))?;
        let mut reader = reader(start)?;
        for _ in 0..named.before {
            reader.read_byte_record(&mut line).map_err(broken)?;
        }
        Ok(Self {
            reader,
            path: path.to_owned(),
            named,
            marked,
            line,
            fid: 0,
            start,
            short: false,
        })
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        self.named.names.len()
    }

    /// Its columns.
    pub fn columns(&self) -> Vec<Column> {
        self.named.columns()
    }

    /// Where their names are from.
    pub fn heading(&self) -> Heading {
        self.named.heading
    }

    /// The next row; cells that are empty are absent.
    ///
    /// # Errors
    /// When a line has values beyond its last column: a separator stands unquoted in a text; when the
    /// last line is cut.
    pub fn next(&mut self) -> Result<Option<Row>, Fault> {
        if !self
            .reader
            .read_byte_record(&mut self.line)
            .map_err(broken)?
        {
            self.ended()?;
            return Ok(None);
        }
        self.fid += 1;
        let count = self.named.names.len();
        self.short = self.line.len() < count;
        if self.line.iter().skip(count).any(|cell| !cell.is_empty()) {
            return Err(Fault::Malformed {
                line: self.place().map_err(broken)?,
                column: 0,
                feature: None,
                words: format!("values: {} {count}", self.line.len()),
            });
        }
        let mut cells: Vec<Cell> = self.line.iter().take(count).map(cell).collect();
        cells.resize(count, Cell::Null);
        Ok(Some(Row {
            fid: self.fid,
            cells,
            geometry: None,
        }))
    }

    /// The line of the file where the last row begins, from 1.
    fn place(&self) -> std::io::Result<u64> {
        let begin = self.line.position().map_or(0, csv::Position::byte) + self.start;
        let mut file = BufReader::new(File::open(&self.path)?);
        let mut before = quotes::Lines::default();
        let mut read = 0;
        loop {
            let bytes = file.fill_buf()?;
            // What ends a line may stand before the row in the reader's eyes.
            let more = bytes.len().min((begin + 2 - read) as usize);
            if more == 0 {
                return Ok(before.count);
            }
            for (at, byte) in bytes[..more].iter().enumerate() {
                let place = read + at as u64;
                if place < begin || matches!(byte, b'\n' | b'\r') {
                    before.see(*byte);
                } else {
                    return Ok(before.count);
                }
            }
            read += more as u64;
            file.consume(more);
        }
    }

    /// Whether the file ends as it should.
    fn ended(&self) -> Result<(), Fault> {
        let (_, tail) = ends(&self.path).map_err(broken)?;
        let closed = tail
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'));
        if self.short && !closed && self.fid > 1 {
            return Err(Fault::Incomplete { lack: Lack::End });
        }
        Ok(())
    }
}

fn cell(bytes: &[u8]) -> Cell {
    if bytes.is_empty() {
        Cell::Null
    } else {
        Cell::Text(bytes.to_vec())
    }
}

/// The separator that Excel's first line `sep=;` tells, and the length of that line.
fn told(head: &[u8]) -> Option<(u8, u64)> {
    let separator = *head.strip_prefix(b"sep=")?.first()?;
    let rest = &head[5..];
    let end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some((separator, 5 + end))
}

/// The separator: the one that most of the first lines have, then the one that they have most of,
/// outside quotes.
fn separator(head: &[u8]) -> u8 {
    let mut lines = vec![[0_usize; SEPARATORS.len()]];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if lines.len() > LOOKED {
                    break;
                }
                lines.push([0; SEPARATORS.len()]);
            }
            _ if quoted => {}
            _ => {
                let at = SEPARATORS.iter().position(|separator| separator == byte);
                if let (Some(at), Some(line)) = (at, lines.last_mut()) {
                    line[at] += 1;
                }
            }
        }
    }
    let weight = |at: usize| {
        let having = lines.iter().filter(|line| line[at] > 0).count();
        (having, lines.iter().map(|line| line[at]).sum::<usize>())
    };
    let best = (0..SEPARATORS.len()).rev().max_by_key(|at| weight(*at));
    SEPARATORS[best.unwrap_or(0)]
}

fn broken(error: impl std::fmt::Display) -> Fault {
    damaged(Format::Csv, error.to_string())
}
