//! The datasets among the files of a delivery, found by content.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use exchange::{Dataset, Foreign, Format, Sniffed, ends, sniff};

use crate::ingest::recognise::{Delivered, Found, foreign};
use crate::ingest::{Encoding, IngestError};
use crate::model::{Finding, Severity};

/// Datasets that are opened of one delivery.
const MOST: usize = 300;

/// Bytes of a file's texts that suffice to know their encoding.
const EVIDENCE: u64 = 64 << 20;

/// A dataset, opened.
pub(in crate::ingest) struct Opened {
    /// The file to open.
    pub path: PathBuf,
    /// Its name in the delivery.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// What it holds.
    pub dataset: Dataset,
}

impl Opened {
    /// A file that was inspected.
    pub(in crate::ingest) fn new(file: &Found, dataset: Dataset) -> Result<Self, IngestError> {
        let format = match kind_of(file, &[])? {
            Sniffed::Format(format) => format,
            // What was inspected has a format; its texts are then taken as UTF-8.
            _ => Format::GeoJson,
        };
        Ok(Self {
            path: file.path.clone(),
            name: file.name.clone(),
            format,
            dataset,
        })
    }
}

impl Opened {
    /// Whether its layers are folders in which somebody arranged features, alike in all else.
    pub(in crate::ingest) fn has_folders(&self) -> bool {
        matches!(self.format, Format::Kml | Format::Kmz) && self.dataset.layers.len() > 1
    }
}

/// Whether the file is a part of another one.
pub(in crate::ingest) fn is_companion(file: &Found, all: &[Found]) -> Result<bool, IngestError> {
    Ok(kind_of(file, all)? == Sniffed::Companion)
}

/// The datasets of a delivery, and what is to be said of its other files.
#[derive(Default)]
pub(in crate::ingest) struct Sources {
    pub opened: Vec<Opened>,
    /// Files that are nothing that is read, nor belong to something that is.
    pub ignored: Vec<String>,
    /// What their senders may do about them.
    pub remedies: Vec<&'static str>,
    pub findings: Vec<Finding>,
}

/// Opens what can be opened.
pub(in crate::ingest) async fn open(given: Delivered<'_>) -> Result<Sources, IngestError> {
    let mut sources = Sources::default();
    for file in given.files {
        let kind = kind_of(file, given.files)?;
        let recoded = match kind {
            Sniffed::Other(Foreign::Utf16) => as_utf8(file, given.folder)?,
            _ => None,
        };
        let (path, format) = match (kind, recoded) {
            (_, Some(path)) => (path, Format::Csv),
            (Sniffed::Companion, None) => continue,
            (Sniffed::Format(format), None) => (file.path.clone(), format),
            (Sniffed::Other(what), None) => {
                let foreign = foreign::of(what);
                sources
                    .ignored
                    .push(format!("{} ({})", file.name, foreign.name));
                sources.remedies.extend(foreign.advice);
                continue;
            }
            (Sniffed::Unknown, None) => {
                match zero_in_text(file)? {
                    Some(place) => sources.findings.push(zeroed(file, place)),
                    None => sources.ignored.push(file.name.clone()),
                }
                continue;
            }
        };
        if sources.opened.len() >= MOST {
            sources.ignored.push(file.name.clone());
            continue;
        }
        let path = match format {
            Format::Kmz => as_kmz(path, given.folder)?,
            _ => path,
        };
        match given.look(&path, &file.name).await? {
            Ok(dataset) => sources.opened.push(Opened {
                path,
                name: file.name.clone(),
                format,
                dataset,
            }),
            Err(finding) => sources.findings.push(finding),
        }
    }
    Ok(sources)
}

/// What a file is; a DBF beside the Shapefile of its name is a part of it.
fn kind_of(file: &Found, all: &[Found]) -> Result<Sniffed, IngestError> {
    let (head, tail) = ends(&file.path).map_err(|cause| IngestError::Io {
        what: file.name.clone(),
        cause,
    })?;
    let kind = sniff(&file.path, &head, &tail);
    if kind != Sniffed::Format(Format::Dbase) {
        return Ok(kind);
    }
    let bare = |name: &str| {
        name.rsplit_once('.')
            .map(|(stem, end)| (stem.to_lowercase(), end.to_lowercase()))
    };
    let stem = bare(&file.name).map(|(stem, _)| stem);
    let beside = all
        .iter()
        .filter_map(|other| bare(&other.name))
        .any(|(other, end)| matches!(end.as_str(), "shp" | "tab") && Some(other) == stem);
    Ok(if beside { Sniffed::Companion } else { kind })
}

/// Where a file that calls itself a text has its first zero, which no text has: bytes from the start.
fn zero_in_text(file: &Found) -> Result<Option<usize>, IngestError> {
    let texts = [
        "csv", "txt", "tsv", "json", "geojson", "xml", "gml", "kml", "dxf", "mif", "mid",
    ];
    if !texts.contains(&&*extension(&file.path)) {
        return Ok(None);
    }
    let bytes = beginning(&file.path).map_err(|cause| IngestError::Io {
        what: file.name.clone(),
        cause,
    })?;
    Ok(bytes.iter().position(|byte| *byte == 0))
}

fn zeroed(file: &Found, place: usize) -> Finding {
    let message = format!(
        "{} est abîmé : un texte n’a pas d’octets nuls, et le sien en a dès l’octet {place}.",
        file.name
    );
    Finding::new(Severity::Error, "damaged", message)
        .advising("Exportez-le de nouveau, ou copiez-le encore une fois depuis son origine.")
}

/// The extension of a file, in lower case; empty without one.
fn extension(path: &Path) -> String {
    let end = path.extension().unwrap_or_default();
    end.to_string_lossy().to_lowercase()
}

/// As much of a file as serves as evidence.
fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(EVIDENCE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A table in UTF-16, as spreadsheets save « Unicode text », written again in UTF-8.
fn as_utf8(file: &Found, folder: &Path) -> Result<Option<PathBuf>, IngestError> {
    let failed = |cause| IngestError::Io {
        what: file.name.clone(),
        cause,
    };
    if !matches!(&*extension(&file.path), "csv" | "txt" | "tsv") || file.size > EVIDENCE {
        return Ok(None);
    }
    let bytes = std::fs::read(&file.path).map_err(failed)?;
    // Without a mark, the zero of a Latin letter says which end comes first.
    let encoding = match bytes.get(..2) {
        Some([0xfe, 0xff] | [0, _]) => encoding_rs::UTF_16BE,
        _ => encoding_rs::UTF_16LE,
    };
    let text = encoding.decode(&bytes).0;
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let path = folder.join(format!("{stem}-utf8.csv"));
    std::fs::write(&path, text.as_bytes()).map_err(failed)?;
    Ok(Some(path))
}

/// A KMZ under a name that its driver opens: it goes by the extension.
fn as_kmz(path: PathBuf, folder: &Path) -> Result<PathBuf, IngestError> {
    if path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("kmz"))
    {
        return Ok(path);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let named = folder.join(format!("{stem}-kml.kmz"));
    std::fs::copy(&path, &named).map_err(|cause| IngestError::Io {
        what: path.display().to_string(),
        cause,
    })?;
    Ok(named)
}

/// The bytes of a dataset's texts, where they lie in a file of their own; none where its format
/// tells the encoding.
pub(in crate::ingest) fn evidence(opened: &Opened) -> Option<Vec<u8>> {
    let beside = |extension: &str| sibling(&opened.path, extension);
    let path = match opened.format {
        Format::Shapefile => beside("dbf")?,
        Format::MapInfoTab => beside("dat")?,
        Format::MapInfoMif => beside("mid")?,
        Format::Dbase | Format::Csv | Format::Dxf => opened.path.clone(),
        _ => return None,
    };
    let mut bytes = beginning(&path).ok()?;
    if matches!(
        opened.format,
        Format::Shapefile | Format::MapInfoTab | Format::Dbase
    ) {
        // The header is no text: its length is in its bytes 8 and 9.
        let head = usize::from(u16::from_le_bytes([*bytes.get(8)?, *bytes.get(9)?]));
        bytes.drain(..head.min(bytes.len()));
    }
    Some(bytes)
}

/// The file of the same name with another extension, in any case.
fn sibling(path: &Path, extension: &str) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_string_lossy().to_lowercase();
    let entries = std::fs::read_dir(path.parent()?).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|other| {
        let same = |part: Option<&std::ffi::OsStr>, wanted: &str| {
            part.is_some_and(|part| part.to_string_lossy().to_lowercase() == wanted)
        };
        same(other.file_stem(), &stem) && same(other.extension(), extension)
    })
}

/// The encoding that a name states, when it is one.
pub(in crate::ingest) fn stated(name: Option<&str>) -> Option<Encoding> {
    name.and_then(Encoding::named)
}
