//! The head of a segment: what its records point to, so that it explains itself.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use uuid::Uuid;

use super::record::{BYTES, Names};

/// First bytes of a segment's file.
const MAGIC: &[u8; 8] = b"GNUSAGE1";
/// The head before the names: magic, ids, instant, capacity, length of the names, checksum.
const FIXED: usize = 128;
/// Where the checksum stands, and what it covers: all before it, and the names.
const CHECKSUM: usize = 60;
/// Word of the head that is not 0 once a shipment has begun; outside the checksum.
pub const ATTEMPTED: usize = 8;

/// What the head of a segment says.
#[derive(Debug)]
pub struct Head {
    /// Where the records begin.
    pub first: usize,
    /// How many there may be.
    pub capacity: usize,
    /// The segment.
    pub id: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// When it was made, in microseconds since 1970.
    pub opened_us: i64,
    /// What records point to.
    pub names: Arc<Names>,
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Head {
    /// Bytes that a head with these names takes.
    pub fn room(names: &Names) -> usize {
        FIXED + names.to_bytes().len()
    }

    /// The head as it stands in the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let list = self.names.to_bytes();
        let mut head = Vec::with_capacity(FIXED + list.len());
        head.extend(MAGIC);
        head.extend((self.first as u32).to_le_bytes());
        head.extend((self.capacity as u32).to_le_bytes());
        head.extend(self.id.as_bytes());
        head.extend(self.instance.as_bytes());
        head.extend(self.opened_us.to_le_bytes());
        head.extend((list.len() as u32).to_le_bytes());
        let sum = crc32c::crc32c_append(crc32c::crc32c(&head), &list);
        head.extend(sum.to_le_bytes());
        head.resize(FIXED, 0);
        head.extend(list);
        head
    }

    /// Reads the head of a file of so many bytes.
    ///
    /// # Errors
    /// When it is no segment, was cut or is damaged.
    pub fn read(file: &File, bytes: u64) -> io::Result<Self> {
        if bytes < FIXED as u64 {
            return Err(wrong("it is too short"));
        }
        let mut head = [0; FIXED];
        file.read_exact_at(&mut head, 0)?;
        if &head[..MAGIC.len()] != MAGIC {
            return Err(wrong("its first bytes are others"));
        }
        let number =
            |at: usize| u32::from_le_bytes(std::array::from_fn(|place| head[at + place])) as usize;
        let uuid = |at: usize| Uuid::from_bytes(std::array::from_fn(|place| head[at + place]));
        let (first, capacity, length) = (number(8), number(12), number(56));
        if first < FIXED + length || (first + capacity * BYTES) as u64 > bytes {
            return Err(wrong("it was cut"));
        }
        let mut list = vec![0; length];
        file.read_exact_at(&mut list, FIXED as u64)?;
        let sum = crc32c::crc32c_append(crc32c::crc32c(&head[..CHECKSUM]), &list);
        if number(CHECKSUM) != sum as usize {
            return Err(wrong("the checksum of its head does not agree"));
        }
        let names = Names::from_bytes(&list).ok_or_else(|| wrong("its names cannot be read"))?;
        Ok(Self {
            first,
            capacity,
            id: uuid(16),
            instance: uuid(32),
            opened_us: i64::from_le_bytes(std::array::from_fn(|place| head[48 + place])),
            names: Arc::new(names),
        })
    }
}
