//! Names in archives: bytes in some old encoding, which must stay inside the folder.

use std::path::Path;

use crate::ingest::Encoding;

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameFault {
    /// It leads out of the archive.
    Outside,
    /// It is empty, or has characters that no name has.
    Odd,
    /// It, or one of its folders, is too long.
    Long,
}

/// Longest name with its folders, and longest part of one, in bytes.
const LONGEST: usize = 1000;
const PART: usize = 200;
/// Most folders in one another.
const DEEPEST: usize = 30;

/// The name of an entry, its folders before it with `/`; empty for the archive's own folder.
///
/// Bytes that are not UTF-8 are read as Windows of Western Europe does, or, where that gives
/// characters that no French name has, as MS-DOS did.
pub(super) fn entry(bytes: &[u8]) -> Result<String, NameFault> {
    let text = decoded(bytes).replace('\\', "/");
    if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return Err(NameFault::Outside);
    }
    let mut parts = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err(NameFault::Outside),
            part if part.chars().any(char::is_control) => return Err(NameFault::Odd),
            part if part.len() > PART => return Err(NameFault::Long),
            part => parts.push(part),
        }
    }
    let name = parts.join("/");
    if name.len() > LONGEST || parts.len() > DEEPEST {
        return Err(NameFault::Long);
    }
    Ok(name)
}

fn decoded(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let is_western = |byte: u8| matches!(byte, 0xc0..=0xff | 0xb0 | 0xab | 0xbb | 0x92);
    let western = bytes
        .iter()
        .all(|byte| byte.is_ascii() || is_western(*byte));
    if western {
        encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()
    } else {
        let dos = Encoding::named("CP850").map(|dos| dos.decode(bytes).into_owned());
        dos.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }
}

/// The name of a file or folder as it was given.
pub(super) fn own(path: &Path) -> Result<String, NameFault> {
    let name = path.canonicalize().ok().and_then(|path| {
        path.file_name()
            .map(|name| name.as_encoded_bytes().to_vec())
    });
    match name {
        Some(name) => entry(&name),
        None => Err(NameFault::Odd),
    }
}

/// The name of an archive without its extensions, the folder of what it holds.
pub(super) fn stem(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let extensions = [
        ".tar.bz2", ".tar.gz", ".tbz2", ".tgz", ".tbz", ".zip", ".tar", ".gz", ".bz2",
    ];
    let end = extensions
        .iter()
        .find(|extension| lower.ends_with(*extension))
        .map_or(name.len(), |extension| name.len() - extension.len());
    match &name[..end] {
        "" => name.to_owned(),
        stem => stem.to_owned(),
    }
}

/// Whether programs leave such files behind in folders that people pack.
pub(super) fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let known = [".ds_store", "thumbs.db", "desktop.ini"];
    name.split('/').any(|part| part == "__MACOSX")
        || known.contains(&last.to_ascii_lowercase().as_str())
        || last.starts_with("._")
        || last.starts_with(".~lock.")
        || last.starts_with("~$")
}
