//! A delivery of address files, made feeds: one a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use exchange::Row;

use super::is_bal;
use super::shape::{Addresses, Handed, LONGITUDE};
use crate::ingest::encoding::detect;
use crate::ingest::recognise::{Delivered, Recognised};
use crate::ingest::rows::{Columns, Reader};
use crate::ingest::{Encoding, Feed, IngestError, crs};
use crate::model::{Finding, Severity, Srid};

/// The collection.
const ADDRESSES: &str = "adresses";
/// Bytes of a file in which its header ends.
const HEADER: u64 = 64 << 10;
/// Bytes of a file that suffice to know its encoding.
const EVIDENCE: u64 = 64 << 20;
/// Lambert-93.
const LAMBERT_93: Srid = Srid(2154);

/// Makes feeds of the BAL files, when there are some.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Option<Recognised>, IngestError> {
    let other = |to: &crate::model::LayerId| to.as_str() != ADDRESSES;
    if given.wishes.to.as_ref().is_some_and(other) || !given.wishes.map.is_empty() {
        return Ok(None);
    }
    let Some(layer) = given.catalogue.get(ADDRESSES) else {
        return Ok(None);
    };
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for file in given.files {
        let name = file.name.to_lowercase();
        let table = [".csv", ".txt"].iter().any(|end| name.ends_with(end));
        match table && header(&file.path).is_some_and(|columns| is_bal(&columns)) {
            true => files.push(file),
            false => others.push(file.name.as_str()),
        }
    }
    if files.is_empty() {
        return Ok(None);
    }
    let mut made = Recognised::default();
    for file in &files {
        let dataset = match given.look(&file.path, &file.name).await? {
            Ok(dataset) => dataset,
            Err(finding) => {
                made.findings.push((None, finding));
                continue;
            }
        };
        let Some(source) = dataset.layers.into_iter().next() else {
            continue;
        };
        let columns = Columns::of(&source);
        let lambert = given.territory.srid() == LAMBERT_93;
        let mut shape = Addresses::new(layer, columns.clone(), lambert);
        let metres = given.wishes.crs.filter(|srid| *srid != crs::WGS84);
        let filled = |names: &[&str]| {
            let at = columns.at(names);
            let text = |row: &Row| Reader::new(row, &|it| it.escape_ascii().to_string()).text(at);
            source.sample.iter().any(|row| text(row).is_some())
        };
        if filled(&["x"]) && (metres.is_some() || !filled(&LONGITUDE)) {
            shape.hand(Handed::Metres);
        }
        let srid = match shape.handed() {
            Handed::Degrees => crs::WGS84,
            Handed::Metres => metres.unwrap_or(given.territory.srid()),
        };
        let encoding = encoding(given, &file.path);
        made.reading.push(format!(
            "{} : adresses au format BAL ({}), {}, coordonnées EPSG:{}.",
            file.name,
            version(&columns),
            encoding.name(),
            srid.0
        ));
        made.feeds.push(Feed {
            layer: layer.id.clone(),
            path: file.path.clone(),
            source: source.name,
            encoding,
            crs: srid,
            title: if files.len() > 1 {
                file.name.clone()
            } else {
                String::new()
            },
            count: source.count,
            shape: Box::new(shape),
        });
    }
    for name in others {
        let finding = Finding::new(
            Severity::Warning,
            "unexpected",
            format!("Le fichier « {name} » n’est pas une base adresse : il est laissé de côté."),
        )
        .about("fichier", Some(name));
        made.findings.push((Some(layer.id.clone()), finding));
    }
    Ok(Some(made))
}

/// The version of the format, by the columns that it brought.
fn version(columns: &Columns) -> &'static str {
    let has = |name: &str| columns.at(&[name]).is_some();
    if has("id_ban_adresse") {
        "1.4"
    } else if has("certification_commune") {
        "1.3"
    } else if has("commune_insee") {
        "1.2"
    } else {
        "1.1"
    }
}

/// The names of the columns of a table of separated values.
fn header(path: &Path) -> Option<Columns> {
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(HEADER)
        .read_to_end(&mut bytes)
        .ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.trim_start_matches('\u{feff}').lines().next()?;
    let separator = [';', ',', '\t', '|']
        .into_iter()
        .max_by_key(|separator| line.matches(*separator).count())?;
    let names = line
        .split(separator)
        .map(|name| name.trim_matches(['"', ' ']));
    Some(Columns::named(names))
}

/// What the contributor says, or else what the texts show.
fn encoding(given: Delivered<'_>, path: &Path) -> Encoding {
    let wished = given.wishes.encoding.as_deref();
    if let Some(encoding) = wished.and_then(Encoding::named) {
        return encoding;
    }
    let mut bytes = Vec::new();
    let read = File::open(path).map(|file| file.take(EVIDENCE).read_to_end(&mut bytes));
    match read {
        Ok(_) => detect::detect(&bytes, None).encoding,
        Err(_) => Encoding::UTF_8,
    }
}
