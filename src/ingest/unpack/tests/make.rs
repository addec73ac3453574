//! Archives as a hostile hand writes them.

use std::io::Write;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};

/// One entry of a zip, written as a hostile hand would.
pub struct Entry<'a> {
    pub name: &'a [u8],
    pub bytes: &'a [u8],
    pub deflated: bool,
    pub flags: u16,
    pub mode: u32,
}

pub fn entry<'a>(name: &'a [u8], bytes: &'a [u8]) -> Entry<'a> {
    Entry {
        name,
        bytes,
        deflated: false,
        flags: 0,
        mode: 0o100_644,
    }
}

/// A zip of these entries, names untouched.
pub fn zip(entries: &[Entry<'_>]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let mut crc = Crc::new();
        crc.update(entry.bytes);
        let packed = if entry.deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(entry.bytes).expect("memory");
            encoder.finish().expect("memory")
        } else {
            entry.bytes.to_vec()
        };
        let mut common = Vec::new();
        common.extend([20, 0]);
        common.extend(entry.flags.to_le_bytes());
        common.extend([if entry.deflated { 8 } else { 0 }, 0, 0, 0, 0x21, 0]);
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((entry.bytes.len() as u32).to_le_bytes());
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend((zip.len() as u32).to_le_bytes());
        directory.extend(entry.name);
        zip.extend(b"PK\x03\x04");
        zip.extend(&common);
        zip.extend(entry.name);
        zip.extend(packed);
    }
    let (start, length) = (zip.len() as u32, directory.len() as u32);
    let count = (entries.len() as u16).to_le_bytes();
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count, count].concat());
    zip.extend(length.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

/// A tar of one entry of that kind, its name untouched.
pub fn tar(name: &str, kind: tar::EntryType, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(bytes.len() as u64);
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, bytes).expect("memory");
    builder.into_inner().expect("memory")
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub fn bz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
