//! The tables of a delivery: opened, with their encoding and reference system, and those without
//! geometry read whole.

use std::path::PathBuf;

use exchange::{Row, SourceLayer};

use super::{Record, names};
use crate::ingest::recognise::generic::sources::{self, Opened};
use crate::ingest::recognise::{Delivered, Recognised, words};
use crate::ingest::rows::{Columns, Reader};
use crate::ingest::{Encoding, Feed, IngestError, Shape, crs, encoding::detect};
use crate::model::{Choice, Finding, LayerId, Question, Severity, Srid};

/// Rows read of a table without geometry; the largest of real deliveries have some thousands.
const MOST: usize = 200_000;

/// One table.
pub struct Table {
    /// Which: `ZONE_URBA`…
    pub table: &'static str,
    /// Its own name: `30014_ZONE_URBA_20171013`.
    pub name: String,
    /// The file to open.
    pub path: PathBuf,
    /// GDAL's driver.
    pub driver: String,
    /// Encoding of its texts.
    pub encoding: Encoding,
    /// The layer in the file.
    pub layer: SourceLayer,
}

impl Table {
    /// Its columns.
    pub fn columns(&self) -> Columns {
        Columns::of(&self.layer)
    }

    /// The system of its coordinates; asked when the file does not say it.
    pub fn system(&self, given: Delivered<'_>, made: &mut Recognised) -> Option<Srid> {
        let known = crs::known(&self.driver, &self.layer, given.wishes.crs);
        if let Some((srid, _)) = known {
            return Some(srid);
        }
        if self.layer.geometry.is_none() || self.layer.count == Some(0) {
            // Nothing to place.
            return Some(given.territory.srid());
        }
        if made
            .questions
            .iter()
            .all(|question| question.option != "crs")
        {
            made.questions.push(which_system(given, &self.name));
        }
        None
    }

    /// Its rows as a feed of a collection, and what was read of it, told.
    pub fn feed(&self, layer: &LayerId, crs: Srid, shape: Box<dyn Shape>, made: &mut Recognised) {
        made.reading.push(format!(
            "{} ({}) : {} objets, {}, EPSG:{}.",
            self.name,
            self.driver,
            self.layer.count.unwrap_or(0),
            self.encoding.name(),
            crs.0
        ));
        made.feeds.push(Feed {
            layer: layer.clone(),
            path: self.path.clone(),
            source: self.layer.name.clone(),
            encoding: self.encoding,
            crs,
            title: self.table.to_owned(),
            count: self.layer.count,
            shape,
        });
    }

    /// All rows, as texts.
    ///
    /// # Errors
    /// When the machine fails; what is wrong with the file is told in `made`.
    pub async fn records(
        &self,
        given: Delivered<'_>,
        made: &mut Recognised,
    ) -> Result<Vec<Record>, IngestError> {
        let columns = self.columns();
        let text = |bytes: &[u8]| self.encoding.decode(bytes).into_owned();
        let mut records = Vec::new();
        let read = async {
            let mut rows = given.ogr.read(&self.path, &self.layer.name).await?;
            while let Some(batch) = rows.next().await? {
                records.extend(batch.iter().map(|row| record(row, &columns, &text)));
                if records.len() > MOST {
                    break;
                }
            }
            Ok(())
        };
        if let Err(error) = read.await {
            let finding = words::of_file(error, &self.name)?;
            made.findings.push((None, finding));
        }
        Ok(records)
    }
}

fn record(row: &Row, columns: &Columns, text: &dyn Fn(&[u8]) -> String) -> Record {
    let cells = Reader::new(row, text);
    let names = columns.names().iter().enumerate();
    names
        .filter_map(|(at, name)| Some((name.clone(), cells.text(Some(at))?)))
        .collect()
}

fn which_system(given: Delivered<'_>, name: &str) -> Question {
    let choice = |srid: Srid| Choice {
        value: format!("EPSG:{}", srid.0),
        label: crs::title(srid),
    };
    Question {
        option: "crs".to_owned(),
        text: format!("La table {name} ne dit pas son système de référence : lequel est-ce ?"),
        choices: crs::usual(given.territory)
            .into_iter()
            .map(choice)
            .collect(),
    }
}

/// Opens the tables of those names among the files of the delivery. Files of other names are left
/// to be sorted; those of ours that cannot be opened are told.
///
/// # Errors
/// When the machine fails.
pub async fn open(
    given: Delivered<'_>,
    known: &[&'static str],
    made: &mut Recognised,
) -> Result<Vec<Table>, IngestError> {
    let mut tables = Vec::new();
    for file in given.files {
        let (stem, extension) = super::pieces::parts(&file.name);
        let extension = extension.to_lowercase();
        let container = matches!(extension.as_str(), "gpkg" | "sqlite");
        let one = [
            "shp", "tab", "mif", "dbf", "geojson", "json", "fgb", "csv", "gml",
        ];
        let named = one.contains(&extension.as_str()) && names::table(stem, known).is_some();
        if !(container || named) || sources::is_companion(file, given.files)? {
            continue;
        }
        let dataset = match given.look(&file.path, &file.name).await? {
            Ok(dataset) => dataset,
            Err(finding) => {
                made.findings.push((None, finding));
                continue;
            }
        };
        let opened = Opened::new(file, dataset)?;
        for layer in opened.dataset.layers.clone() {
            let own = names::table(&layer.name, known);
            let own = own.or_else(|| names::table(stem, known).filter(|_| !container));
            let Some(table) = own else {
                continue;
            };
            let name = if container {
                layer.name.clone()
            } else {
                stem.to_owned()
            };
            tables.push(Table {
                table,
                encoding: encoding(given, &opened, &layer, &name, made),
                path: file.path.clone(),
                driver: opened.dataset.driver.clone(),
                name,
                layer,
            });
        }
    }
    Ok(tables)
}

/// What the contributor says, or else what file and texts show.
fn encoding(
    given: Delivered<'_>,
    opened: &Opened,
    layer: &SourceLayer,
    name: &str,
    made: &mut Recognised,
) -> Encoding {
    let wished = given.wishes.encoding.as_deref();
    if let Some(encoding) = wished.and_then(Encoding::named) {
        return encoding;
    }
    let stated = sources::stated(layer.encoding.as_deref());
    let Some(bytes) = sources::evidence(opened) else {
        return stated.unwrap_or(Encoding::UTF_8);
    };
    let found = detect::detect(&bytes, stated);
    if let (detect::How::Denied, Some(stated)) = (found.how, stated) {
        let finding = Finding::new(
            Severity::Warning,
            "encoding",
            format!(
                "{name} dit être en {}, ses textes sont en {}.",
                stated.name(),
                found.encoding.name()
            ),
        )
        .advising("Vérifiez les accents ; --encoding impose un encodage.");
        made.findings.push((None, finding));
    }
    found.encoding
}
