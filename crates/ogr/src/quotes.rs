//! Quotes of separated values that are not closed where their value ends. What follows is then no
//! longer told apart, and the next quote closes what it should open.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

/// Lines seen so far, whatever ends them.
pub struct Lines {
    /// The line of the next byte, from 1.
    pub count: u64,
    returned: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            count: 1,
            returned: false,
        }
    }
}

impl Lines {
    /// Counts a byte.
    pub fn see(&mut self, byte: u8) {
        let ends = match byte {
            b'\r' => true,
            b'\n' => !self.returned,
            _ => false,
        };
        self.returned = byte == b'\r';
        self.count += u64::from(ends);
    }
}

/// What a byte stands in.
#[derive(Clone, Copy, PartialEq)]
enum In {
    /// At the beginning of a value.
    Head,
    /// A value without quotes, or behind them.
    Plain,
    /// A quoted value.
    Quoted,
    /// Behind a quote of a quoted value: its end, or the first of two.
    Closing,
}

/// The line where the first quote opens that no quote before a separator or the end of a line
/// closes. `start` are bytes before the first line.
///
/// A quote in a value that spreads over no separator and no line hides nothing: `"Le Chêne" (école)`.
pub fn open(path: &Path, start: u64, separator: u8) -> io::Result<Option<u64>> {
    let mut file = BufReader::with_capacity(256 << 10, File::open(path)?);
    file.seek(SeekFrom::Start(start))?;
    let mut lines = Lines::default();
    let mut state = In::Head;
    let (mut opened, mut spreads) = (0, false);
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok((state == In::Quoted).then_some(opened));
        }
        for byte in bytes {
            let ends = *byte == separator || matches!(byte, b'\n' | b'\r');
            state = match (state, byte) {
                (In::Head, b'"') => {
                    (opened, spreads) = (lines.count, false);
                    In::Quoted
                }
                (In::Quoted, b'"') => In::Closing,
                (In::Closing, b'"') => In::Quoted,
                (In::Quoted, _) => {
                    spreads |= ends;
                    In::Quoted
                }
                (In::Closing, b' ') => In::Closing,
                (In::Closing, _) if !ends && spreads => return Ok(Some(opened)),
                _ if ends => In::Head,
                _ => In::Plain,
            };
            lines.see(*byte);
        }
        let read = bytes.len();
        file.consume(read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quote_that_is_not_closed_is_found_where_it_opens() {
        for (text, line) in [
            ("a;b\n1;\"x\"\n2;y\n", None),
            ("a;b\r\n1;\"x; \"\"y\"\"\r\nz\"\r\n2;\"\"\r\n", None),
            ("a;b\n1;\"Le Chêne\" (école)\n2;5\" y\n", None),
            ("a;b\n1;x\n2;\"y\n3;z\n", Some(3)),
            ("a;b\r\n1;x\r\n2;\"y\r\n3;\"z\"\r\n", Some(3)),
            ("\"a\";\"b\"\r\"1\";\"x;\"c\"\r", Some(2)),
        ] {
            let folder = tempfile::TempDir::new().expect("a folder");
            let path = folder.path().join("a.csv");
            std::fs::write(&path, text).expect("a file");
            assert_eq!(open(&path, 0, b';').expect("read"), line, "{text:?}");
        }
    }
}
