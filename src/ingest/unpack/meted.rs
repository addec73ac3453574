//! What an archive may have us read and keep in memory before it has given a single file: the list of
//! its entries, long names, extended headers.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// Bytes of the list of a zip's entries.
pub(super) const LIST: u64 = 16 << 20;
/// Bytes of the headers of one entry of a tar.
pub(super) const HEADERS: u64 = 1 << 20;

/// A source of which no more is read than was granted.
pub(super) struct Meted<R> {
    from: R,
    left: Rc<Cell<u64>>,
}

/// Grants more.
pub(super) struct Meter(Rc<Cell<u64>>);

impl Meter {
    /// From now on, so many bytes.
    pub fn grant(&self, bytes: u64) {
        self.0.set(bytes);
    }

    /// From now on, whatever is asked for: it is counted elsewhere.
    pub fn open(&self) {
        self.grant(u64::MAX);
    }
}

/// A source, and what metes it.
pub(super) fn meted<R>(from: R, bytes: u64) -> (Meted<R>, Meter) {
    let left = Rc::new(Cell::new(bytes));
    let meter = Meter(left.clone());
    (Meted { from, left }, meter)
}

impl<R: Read> Read for Meted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::other("headers without end"));
        }
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let read = self.from.read(&mut buffer[..most])?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Meted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.from.seek(to)
    }
}
