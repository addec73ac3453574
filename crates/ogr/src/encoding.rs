//! What files state of their texts' encoding.

use std::fs;
use std::path::{Path, PathBuf};

use exchange::{Format, ends};

/// The encoding that a file states, as written there; none when it states none.
///
/// `utf8`: whether GDAL says that the texts which it hands out are UTF-8.
pub fn stated(path: &Path, format: Format, utf8: bool) -> Option<String> {
    match format {
        Format::Shapefile | Format::Dbase => dbase(path),
        Format::Dxf => drawing(path),
        Format::Csv => None,
        // What the driver recoded is UTF-8; what it left alone states nothing, but in a note of the
        // server's, which has it left alone.
        Format::MapInfoTab | Format::MapInfoMif if utf8 => Some("UTF-8".to_owned()),
        Format::MapInfoTab | Format::MapInfoMif => declared(path),
        _ => Some("UTF-8".to_owned()),
    }
}

/// The `.cpg` beside a Shapefile, else the mark in its `.dbf`.
fn dbase(path: &Path) -> Option<String> {
    if let Some(bytes) = beside(path, "cpg").and_then(|path| fs::read(path).ok()) {
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        if !text.is_empty() && text.len() <= 64 {
            return Some(text.to_owned());
        }
    }
    let (head, _) = ends(&beside(path, "dbf")?).ok()?;
    let name = match head.get(29)? {
        0x01 => "CP437",
        0x02 | 0x37 => "CP850",
        0x03 | 0x57..=0x59 => "CP1252",
        0x04 => "macintosh",
        0x64 => "CP852",
        0x65 => "CP866",
        0xc8 => "CP1250",
        0xc9 => "CP1251",
        0xca => "CP1254",
        0xcb => "CP1253",
        _ => return None,
    };
    Some(name.to_owned())
}

/// What a MapInfo file declared, as the server noted beside it.
fn declared(path: &Path) -> Option<String> {
    let mut note = path.as_os_str().to_owned();
    note.push(".charset");
    let name = fs::read_to_string(note).ok()?;
    Some(match name.strip_prefix("CodePage") {
        Some(page) => format!("CP{page}"),
        None if name.eq_ignore_ascii_case("WindowsLatin1") => "CP1252".to_owned(),
        None => name,
    })
}

/// The code page of a drawing; from AutoCAD 2007 on drawings are UTF-8.
fn drawing(path: &Path) -> Option<String> {
    let (head, _) = ends(path).ok()?;
    let head = String::from_utf8_lossy(&head);
    let lines: Vec<&str> = head.lines().map(str::trim).collect();
    let variable = |name: &str| {
        let at = lines.iter().position(|line| *line == name)?;
        lines.get(at + 2).copied()
    };
    match variable("$ACADVER").and_then(|version| version.strip_prefix("AC")) {
        Some(version) if version >= "1021" => Some("UTF-8".to_owned()),
        _ => variable("$DWGCODEPAGE").map(str::to_owned),
    }
}

/// The file of the same name with that extension, whatever its case.
pub fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    let stem = path.file_stem()?;
    let folder = path.parent()?;
    let entries = fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|other| {
        other
            .file_stem()
            .is_some_and(|name| name.eq_ignore_ascii_case(stem))
            && other
                .extension()
                .is_some_and(|found| found.eq_ignore_ascii_case(extension))
    })
}
