//! Frames: a tag, a length, a body. What one side says to the other is a sequence of them.
//!
//! A request is one frame, followed by layers and rows where it asks to write; an answer is a dataset, or batches of rows, and ends with [`Tag::End`] or
//! a fault. An answer that stops without either is one of a child that died.

use std::io::{self, Read, Write};

/// Longest body that either side accepts, in bytes: a row at all its limits stays below.
pub const LONGEST: usize = 64 << 20;

/// Bytes of a frame before its body.
pub const HEAD: usize = 5;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// [`crate::Request`], as JSON.
    Request = b'Q',
    /// [`crate::Dataset`], as JSON.
    Dataset = b'D',
    /// [`crate::NewLayer`], as JSON: the rows that follow go there.
    Layer = b'L',
    /// A batch of rows ([`crate::encode_rows`]).
    Rows = b'R',
    /// [`crate::Fault`], as JSON; nothing follows.
    Fault = b'F',
    /// All was said: the number of rows, as eight bytes, little end first.
    End = b'E',
}

impl Tag {
    fn of(byte: u8) -> Option<Self> {
        [
            Self::Request,
            Self::Dataset,
            Self::Layer,
            Self::Rows,
            Self::Fault,
            Self::End,
        ]
        .into_iter()
        .find(|tag| *tag as u8 == byte)
    }
}

/// What the other side said makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsound(pub &'static str);

impl std::fmt::Display for Unsound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unsound {}

impl From<Unsound> for io::Error {
    fn from(unsound: Unsound) -> Self {
        Self::new(io::ErrorKind::InvalidData, unsound)
    }
}

/// The head of a frame with that body.
///
/// # Errors
/// When the body is longer than [`LONGEST`].
pub fn frame_head(tag: Tag, body: &[u8]) -> Result<[u8; HEAD], Unsound> {
    let length = u32::try_from(body.len())
        .ok()
        .filter(|length| *length as usize <= LONGEST)
        .ok_or(Unsound("a frame is too long"))?;
    let [a, b, c, d] = length.to_le_bytes();
    Ok([tag as u8, a, b, c, d])
}

/// What a frame's head says: its tag, and the length of its body.
///
/// # Errors
/// When the tag is unknown or the body would be longer than [`LONGEST`].
pub fn parse_head(head: [u8; HEAD]) -> Result<(Tag, usize), Unsound> {
    let [tag, a, b, c, d] = head;
    let tag = Tag::of(tag).ok_or(Unsound("a frame has an unknown tag"))?;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > LONGEST {
        return Err(Unsound("a frame is too long"));
    }
    Ok((tag, length))
}

/// Writes one frame.
///
/// # Errors
/// When the other side no longer listens, or the body is too long.
pub fn write_frame(out: &mut impl Write, tag: Tag, body: &[u8]) -> io::Result<()> {
    out.write_all(&frame_head(tag, body)?)?;
    out.write_all(body)
}

/// Reads one frame; none where the other side ended between two.
///
/// # Errors
/// When it ended within one, or what it said makes no sense.
pub fn read_frame(from: &mut impl Read) -> io::Result<Option<(Tag, Vec<u8>)>> {
    let mut head = [0; HEAD];
    let mut filled = 0;
    while filled < HEAD {
        match from.read(&mut head[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
    }
    let (tag, length) = parse_head(head)?;
    // Grows as the bytes arrive: a length alone takes no memory.
    let mut body = Vec::new();
    if from.take(length as u64).read_to_end(&mut body)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((tag, body)))
}
