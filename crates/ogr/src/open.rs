//! From a path to an open source: format by content, one driver, options that leave nothing to the file.

use std::path::{Path, PathBuf};

use exchange::{Bound, Bounds, Fault, Foreign, Format, Sniffed, ends, sniff};

use crate::heading::Named;
use crate::{gdal, sheet, table::Table, whole};

/// An open source.
pub enum Source {
    /// Opened by GDAL.
    Gdal(gdal::Source),
    /// Separated values, read here: GDAL would let the file beside it decide types and geometries.
    Table(Box<Table>),
}

/// An open source, and what it is.
pub struct Opened {
    /// What the content says that it is.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
    /// Its content.
    pub source: Source,
    /// Whether its rows have numbers, each its own; otherwise their order numbers them.
    pub numbered: bool,
    /// How each of its layers begins, where it is a spreadsheet.
    pub sheets: Vec<Named>,
}

/// Opens a file of any format that we read.
///
/// # Errors
/// When it is none, when GDAL cannot open it, when it has more columns than it may, or when it is none
/// of the delivery's fault.
pub fn open(path: &Path, bounds: &Bounds) -> Result<Opened, Fault> {
    let format = format(path)?;
    let numbered = whole::check(path, format)?;
    let source = match format {
        Format::Csv => Source::Table(Box::new(Table::open(path)?)),
        _ => Source::Gdal(by_gdal(path, format)?),
    };
    within(&source, bounds)?;
    let sheets = match &source {
        Source::Gdal(source) if matches!(format, Format::Xlsx | Format::Ods) => {
            source.layers().iter().map(sheet::begin).collect()
        }
        _ => Vec::new(),
    };
    Ok(Opened {
        format,
        path: path.to_owned(),
        source,
        numbered,
        sheets,
    })
}

/// Columns and layers are counted before anything is made of them.
fn within(source: &Source, bounds: &Bounds) -> Result<(), Fault> {
    let widest = match source {
        Source::Table(table) => table.width(),
        Source::Gdal(source) => {
            let layers = source.layers();
            let widest = layers.iter().map(gdal::Layer::width).max().unwrap_or(0);
            widest.max(layers.len())
        }
    };
    if widest as u64 > bounds.columns {
        return Err(Fault::Beyond {
            bound: Bound::Columns,
            fid: None,
        });
    }
    Ok(())
}

/// The format of a file, by its content.
fn format(path: &Path) -> Result<Format, Fault> {
    let (head, tail) = ends(path).map_err(ours)?;
    match sniff(path, &head, &tail) {
        Sniffed::Format(format) => Ok(format),
        Sniffed::Other(what) => Err(Fault::NotOurs {
            looks_like: Some(what),
        }),
        Sniffed::Companion => Err(Fault::NotOurs {
            looks_like: Some(Foreign::Companion),
        }),
        Sniffed::Unknown => Err(Fault::NotOurs { looks_like: None }),
    }
}

fn ours(error: std::io::Error) -> Fault {
    Fault::Ours {
        words: error.to_string(),
    }
}

fn by_gdal(path: &Path, format: Format) -> Result<gdal::Source, Fault> {
    let options: &[&str] = match format {
        // Texts as they are in the file.
        Format::Shapefile | Format::Dbase => &["ENCODING="],
        // As the file is, whoever has it open elsewhere: nothing is written beside it.
        Format::GeoPackage => &["IMMUTABLE=YES", "LIST_ALL_TABLES=AUTO"],
        Format::Gml => &[
            "DOWNLOAD_SCHEMA=NO",
            "WRITE_GFS=NO",
            "FORCE_SRS_DETECTION=YES",
        ],
        _ => &[],
    };
    gdal::Source::open(path, format.driver(), options).ok_or_else(|| {
        damaged(
            format,
            gdal::failures().or_else(gdal::warnings).unwrap_or_default(),
        )
    })
}

/// The fault of a file that its driver cannot read.
pub fn damaged(format: Format, words: String) -> Fault {
    let lower = words.to_ascii_lowercase();
    let memory = ["out of memory", "cannot allocate", "memory allocation"];
    if memory.iter().any(|sign| lower.contains(sign)) {
        return Fault::Beyond {
            bound: Bound::Memory,
            fid: None,
        };
    }
    Fault::Damaged {
        driver: format.driver().to_owned(),
        words,
    }
}
