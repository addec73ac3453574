//! What a file is, by its first bytes: its name is only believed where the content cannot tell.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Foreign;

/// Formats that the child reads; each is opened by one driver of GDAL and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// `.shp`, with `.dbf`, `.shx`, `.prj`, `.cpg` beside it.
    Shapefile,
    /// `.dbf` alone: a table.
    Dbase,
    /// GeoPackage.
    GeoPackage,
    /// EDIGEO: the `.THF` of an exchange.
    Edigeo,
    /// Separated values.
    Csv,
    /// GeoJSON.
    GeoJson,
    /// One GeoJSON feature a line.
    GeoJsonSeq,
    /// FlatGeobuf.
    FlatGeobuf,
    /// GML.
    Gml,
    /// KML.
    Kml,
    /// KML in a zip.
    Kmz,
    /// MapInfo `.tab`, with `.dat`, `.map`, `.id` beside it.
    MapInfoTab,
    /// MapInfo interchange `.mif`, with its `.mid`.
    MapInfoMif,
    /// Spreadsheet of Excel 2007 and later.
    Xlsx,
    /// Spreadsheet of OpenDocument.
    Ods,
    /// Drawing exchange, as text.
    Dxf,
}

impl Format {
    /// The name that GDAL's driver goes by.
    pub fn driver(self) -> &'static str {
        match self {
            Self::Shapefile | Self::Dbase => "ESRI Shapefile",
            Self::GeoPackage => "GPKG",
            Self::Edigeo => "EDIGEO",
            Self::Csv => "CSV",
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonSeq => "GeoJSONSeq",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::Gml => "GML",
            Self::Kml | Self::Kmz => "LIBKML",
            Self::MapInfoTab | Self::MapInfoMif => "MapInfo File",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::Dxf => "DXF",
        }
    }

    /// The extension that the driver expects, which a file of that content may not have.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Shapefile => "shp",
            Self::Dbase => "dbf",
            Self::GeoPackage => "gpkg",
            Self::Edigeo => "thf",
            Self::Csv => "csv",
            Self::GeoJson => "geojson",
            Self::GeoJsonSeq => "geojsonl",
            Self::FlatGeobuf => "fgb",
            Self::Gml => "gml",
            Self::Kml => "kml",
            Self::Kmz => "kmz",
            Self::MapInfoTab => "tab",
            Self::MapInfoMif => "mif",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Dxf => "dxf",
        }
    }
}

/// What a file's bytes say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// A file that the child reads.
    Format(Format),
    /// A part of a file that is read with it (`.shx`, `.prj`, `.mid`, `.VEC`…), or what such files
    /// leave behind.
    Companion,
    /// Known, and not read.
    Other(Foreign),
    /// Nothing that we know.
    Unknown,
}

/// Extensions of what is read with another file, or left behind by programs.
const COMPANIONS: [&str; 33] = [
    "shx", "prj", "cpg", "cst", "qpj", "qix", "qmd", "sbn", "sbx", "idx", "ain", "aih", "atx",
    "qml", "sld", "qgs", "qgz", "mid", "dat", "map", "id", "ind", "vec", "geo", "dic", "gen",
    "qal", "scd", "gfs", "xsd", "csvt", "lyr", "txt",
];

/// Bytes looked at, at either end of a file, to know what it is.
const LOOK: u64 = 64 << 10;

/// The first and the last bytes of a file, for [`sniff`].
///
/// # Errors
/// When it cannot be read.
pub fn ends(path: &Path) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    Read::by_ref(&mut file).take(LOOK).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(length.saturating_sub(LOOK)))?;
    file.take(LOOK).read_to_end(&mut tail)?;
    Ok((head, tail))
}

/// What a file is, by its name, its first bytes (64 kB are plenty) and its last ones (64 kB too; the
/// same bytes where the file is short).
pub fn sniff(name: &Path, head: &[u8], tail: &[u8]) -> Sniffed {
    let extension = name
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    if let Some(found) = binary(&extension, head, tail) {
        return found;
    }
    // What belongs to another file is known by its name alone: anything may stand in it.
    if COMPANIONS.contains(&extension.as_str()) && extension != "txt" {
        return Sniffed::Companion;
    }
    if head.is_empty() {
        return Sniffed::Other(Foreign::Empty);
    }
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    if let Some(found) = text_format(text) {
        return found;
    }
    if looks_like_table(&extension, text) {
        return Sniffed::Format(Format::Csv);
    }
    if extension == "txt" {
        return Sniffed::Companion;
    }
    Sniffed::Unknown
}

/// Formats with a magic number.
fn binary(extension: &str, head: &[u8], tail: &[u8]) -> Option<Sniffed> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    Some(match () {
        () if starts(b"SQLite format 3\0") => sqlite(extension, head),
        () if starts(b"fgb\x03fgb") => Sniffed::Format(Format::FlatGeobuf),
        () if starts(&[0, 0, 0x27, 0x0a]) && extension == "shx" => Sniffed::Companion,
        () if starts(&[0, 0, 0x27, 0x0a]) => Sniffed::Format(Format::Shapefile),
        () if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") => zip(head, tail),
        () if starts(b"PAR1") => Sniffed::Other(Foreign::Parquet),
        () if head.get(4..19) == Some(b"Standard Jet DB")
            || head.get(4..19) == Some(b"Standard ACE DB") =>
        {
            Sniffed::Other(Foreign::Access)
        }
        () if GEODATABASE.contains(&extension) => Sniffed::Other(Foreign::FileGeodatabase),
        () if starts(b"\x1f\x8b") => Sniffed::Other(Foreign::Gzip),
        () if starts(b"BZh") => Sniffed::Other(Foreign::Bzip2),
        () if starts(b"7z\xbc\xaf\x27\x1c") => Sniffed::Other(Foreign::SevenZip),
        () if starts(b"Rar!") => Sniffed::Other(Foreign::Rar),
        () if starts(b"\xfd7zXZ\0") => Sniffed::Other(Foreign::Xz),
        () if starts(b"%PDF-") => Sniffed::Other(Foreign::Pdf),
        () if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => Sniffed::Other(Foreign::Office97),
        () if starts(b"AC10") => Sniffed::Other(Foreign::Dwg),
        () if starts(b"AutoCAD Binary DXF") => Sniffed::Other(Foreign::BinaryDxf),
        () if starts(b"\x89PNG") || starts(b"\xff\xd8\xff") || starts(b"II*\0") => {
            Sniffed::Other(Foreign::Image)
        }
        () if head.get(257..262) == Some(b"ustar") => Sniffed::Other(Foreign::Tar),
        () if is_utf16(head) => Sniffed::Other(Foreign::Utf16),
        () if extension == "dbf" && dbase(head) => Sniffed::Format(Format::Dbase),
        () => return None,
    })
}

/// Extensions of the files of an ESRI File Geodatabase.
const GEODATABASE: [&str; 3] = ["gdbtable", "gdbtablx", "gdbindexes"];

/// A database of SQLite: a GeoPackage by its application identifier (OGC 12-128), or by its name
/// where its writer forgot that.
fn sqlite(extension: &str, head: &[u8]) -> Sniffed {
    let stated = head.get(68..71);
    if stated == Some(b"GPK") || stated == Some(b"GP1") || extension == "gpkg" {
        Sniffed::Format(Format::GeoPackage)
    } else {
        Sniffed::Other(Foreign::Sqlite)
    }
}

/// Whether bytes are UTF-16: its mark, or without one every other byte of the first letters zero.
fn is_utf16(head: &[u8]) -> bool {
    const LETTERS: usize = 32;
    let Some(start) = head.get(..2 * LETTERS) else {
        return head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    };
    // Letters beyond Latin-1 are few at the head of a French table.
    let zeros = |first: usize| {
        start[first..]
            .iter()
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let latin = |even: usize, odd: usize| even == 0 && odd * 10 >= LETTERS * 9;
    start.starts_with(&[0xff, 0xfe])
        || start.starts_with(&[0xfe, 0xff])
        || latin(zeros(0), zeros(1))
        || latin(zeros(1), zeros(0))
}

/// A dBase header: its version, a sound month, and lengths that hold together.
fn dbase(head: &[u8]) -> bool {
    let Some(head) = head.first_chunk::<32>() else {
        return false;
    };
    let version = matches!(
        head[0],
        0x02 | 0x03 | 0x30..=0x32 | 0x43 | 0x83 | 0x8b | 0xf5
    );
    let header = u16::from_le_bytes([head[8], head[9]]);
    let record = u16::from_le_bytes([head[10], head[11]]);
    version && header >= 33 && record >= 1
}

/// Zips that are a format of their own: their names are in the directory at the end.
fn zip(head: &[u8], tail: &[u8]) -> Sniffed {
    let names = |name: &[u8]| contains(tail, name) || contains(head, name);
    if contains(
        head.get(..200).unwrap_or(head),
        b"application/vnd.oasis.opendocument.spreadsheet",
    ) {
        Sniffed::Format(Format::Ods)
    } else if names(b"xl/workbook.xml") {
        Sniffed::Format(Format::Xlsx)
    } else if names(b"doc.kml") {
        Sniffed::Format(Format::Kmz)
    } else if names(b"word/document.xml") || names(b"application/vnd.oasis.opendocument") {
        Sniffed::Other(Foreign::TextDocument)
    } else {
        Sniffed::Other(Foreign::Zip)
    }
}

/// Formats that are text with a beginning of their own.
fn text_format(text: &[u8]) -> Option<Sniffed> {
    if text.starts_with(b"<") {
        return Some(xml(text));
    }
    if text.starts_with(b"{") || text.starts_with(b"\x1e") {
        return json(text);
    }
    if text
        .strip_prefix(b"[")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
    {
        return Some(Sniffed::Other(Foreign::Json));
    }
    let first: Vec<u8> = text.iter().take(64).map(u8::to_ascii_uppercase).collect();
    let mut lines = first.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let (one, two) = (lines.next().unwrap_or(b""), lines.next().unwrap_or(b""));
    Some(match () {
        () if one == b"!TABLE" => Sniffed::Format(Format::MapInfoTab),
        () if one.starts_with(b"VERSION ") && contains(&upper(text), b"COLUMNS") => {
            Sniffed::Format(Format::MapInfoMif)
        }
        () if one == b"0" && two == b"SECTION" => Sniffed::Format(Format::Dxf),
        () if one == b"999" && contains(text, b"SECTION") => Sniffed::Format(Format::Dxf),
        () if one.starts_with(b"BOMT") && contains(text, b"RTYSA03:GTS") => {
            Sniffed::Format(Format::Edigeo)
        }
        () => return None,
    })
}

fn upper(text: &[u8]) -> Vec<u8> {
    text.iter().take(4096).map(u8::to_ascii_uppercase).collect()
}

/// XML, by its first element.
fn xml(text: &[u8]) -> Sniffed {
    let root = root_element(text);
    let local = root.rsplit(|byte| *byte == b':').next().unwrap_or(root);
    let named = |name: &[u8]| local.eq_ignore_ascii_case(name);
    match () {
        () if named(b"kml") => Sniffed::Format(Format::Kml),
        () if named(b"OGRVRTDataSource") || named(b"VRTDataset") => {
            Sniffed::Other(Foreign::Virtual)
        }
        () if named(b"schema") || named(b"GMLFeatureClassList") => Sniffed::Companion,
        () if named(b"gpx") => Sniffed::Other(Foreign::Gpx),
        () if named(b"html") => Sniffed::Other(Foreign::WebPage),
        () if named(b"MD_Metadata") => Sniffed::Other(Foreign::Metadata),
        () if contains(text, b"opengis.net/gml") => Sniffed::Format(Format::Gml),
        () => Sniffed::Other(Foreign::Xml),
    }
}

/// The name of the first element, after declaration, comments and document type.
fn root_element(mut text: &[u8]) -> &[u8] {
    while let Some(start) = text.iter().position(|byte| *byte == b'<') {
        text = &text[start + 1..];
        match text.first() {
            Some(b'?' | b'!') => {}
            _ => {
                let end = text
                    .iter()
                    .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
                return &text[..end.unwrap_or(text.len())];
            }
        }
        // Past a comment; a document type's own `<` are passed one by one, as declarations.
        if text.starts_with(b"!--") {
            let end = text.windows(3).position(|bytes| bytes == b"-->");
            text = &text[end.map_or(text.len(), |end| end + 3)..];
        }
    }
    b""
}

/// JSON: one object with features, or one object a line.
fn json(text: &[u8]) -> Option<Sniffed> {
    if text.starts_with(b"\x1e") {
        return Some(Sniffed::Format(Format::GeoJsonSeq));
    }
    let first = text
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or(b"")
        .trim_ascii_end();
    let feature = contains(first, b"\"Feature\"") && first.ends_with(b"}");
    let more = text[first.len()..].trim_ascii_start().starts_with(b"{");
    Some(match () {
        () if feature && more => Sniffed::Format(Format::GeoJsonSeq),
        () if contains(text, b"\"Topology\"") => Sniffed::Other(Foreign::TopoJson),
        () if contains(text, b"\"osm3s\"") || of_osm(text) => Sniffed::Other(Foreign::Overpass),
        () if contains(text, b"\"esriGeometry") && !contains(text, b"\"FeatureCollection\"") => {
            Sniffed::Other(Foreign::EsriJson)
        }
        () if contains(text, b"\"Feature") || contains(text, b"\"coordinates\"") => {
            Sniffed::Format(Format::GeoJson)
        }
        // Cut off, or nested beyond reason: the driver says what is wrong with it.
        () if contains(text, b"\"type\"") => Sniffed::Format(Format::GeoJson),
        () => Sniffed::Other(Foreign::Json),
    })
}

/// Whether it is a list of nodes, ways and relations.
fn of_osm(text: &[u8]) -> bool {
    let of = |name: &[u8]| contains(text, name);
    of(b"\"elements\"") && (of(b"\"node\"") || of(b"\"way\"") || of(b"\"relation\""))
}

/// Lines with a separator, without a byte that text does not have.
fn looks_like_table(extension: &str, text: &[u8]) -> bool {
    let printable = !text
        .iter()
        .any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c));
    let first = text
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or(b"");
    let separated = first
        .iter()
        .any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
    printable && !text.is_empty() && (extension == "csv" || (separated && extension != "xml"))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|bytes| bytes == part)
}

#[cfg(test)]
mod tests;
