//! Whether a file is whole, as far as its own structure says: what GDAL would read as a shorter
//! file without a word, or refuse in words that help nobody.

mod json;
mod mapinfo;
mod shapefile;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use exchange::{Fault, Format, Lack, ends};

/// Refuses a file that lacks something, or does not hold together; whether its features have numbers
/// of their own, each its own.
///
/// # Errors
/// What it lacks.
pub fn check(path: &Path, format: Format) -> Result<bool, Fault> {
    let lack = match format {
        Format::GeoJson => return json::document(path),
        Format::GeoJsonSeq => return json::sequence(path),
        Format::Shapefile => shapefile::lack(path),
        Format::Dbase => shapefile::values(path).map(|values| values.err()),
        Format::MapInfoTab => mapinfo::tab(path),
        Format::MapInfoMif => mapinfo::mif(path),
        Format::Dxf => unless(path, |tail| {
            let lines = tail.split(|byte| matches!(byte, b'\n' | b'\r'));
            lines.rev().take(8).any(|line| line.trim_ascii() == b"EOF")
        }),
        Format::GeoPackage => geopackage(path),
        Format::Gml | Format::Kml => unless(path, |tail| tail.last() == Some(&b'>')),
        Format::Xlsx | Format::Ods | Format::Kmz => unless(path, |tail| {
            tail.windows(4).any(|bytes| bytes == b"PK\x05\x06")
        }),
        Format::Edigeo | Format::Csv | Format::FlatGeobuf => Ok(None),
    };
    match lack {
        Ok(None) => Ok(true),
        Ok(Some(lack)) => Err(Fault::Incomplete { lack }),
        Err(error) => Err(Fault::Ours {
            words: error.to_string(),
        }),
    }
}

/// The end is lacking, unless the last bytes, without blanks, are as they should be.
fn unless(path: &Path, whole: impl Fn(&[u8]) -> bool) -> io::Result<Option<Lack>> {
    let (_, tail) = ends(path)?;
    let bare = tail.trim_ascii_end();
    Ok((!whole(bare)).then_some(Lack::End))
}

/// SQLite's header states pages and their size (<https://www.sqlite.org/fileformat.html>).
fn geopackage(path: &Path) -> io::Result<Option<Lack>> {
    let mut head = [0; 100];
    let mut file = File::open(path)?;
    if file.read_exact(&mut head).is_err() {
        return Ok(Some(Lack::End));
    }
    let number =
        |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    // The number of pages is to be believed when it was written with the last change.
    if number(24) != number(92) {
        return Ok(None);
    }
    let stated = u64::from(number(28)) * page;
    let found = file.metadata()?.len();
    Ok((found < stated).then(|| Lack::Bytes {
        part: "gpkg".to_owned(),
        stated,
        found,
    }))
}

/// A part that is not there.
fn part(extension: &str) -> Lack {
    Lack::Part {
        extension: extension.to_owned(),
    }
}

fn size(path: &Path) -> io::Result<u64> {
    Ok(fs::metadata(path)?.len())
}

#[cfg(test)]
mod tests;
