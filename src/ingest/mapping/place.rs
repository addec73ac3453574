//! Rows placed by their parcels, read once before they are read for good.

use std::collections::HashMap;

use exchange::Row;

use super::read::{Reading, Told};
use crate::ingest::{IngestError, Shape, Shaped, ShapedRow};
use crate::model::{Finding, Severity};
use crate::ogr::{OgrError, Rows};
use crate::store::Store;

/// Rows whose parcels are asked for at once.
const BATCH: usize = 5_000;

/// What a first reading of a source found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Where the rows are, by their numbers.
    pub places: HashMap<i64, Vec<u8>>,
    /// Rows that are files, with and without a parcel that is named.
    pub files: usize,
    /// Of those, that name parcels.
    pub named: usize,
    /// Rows that the mapping leaves out.
    pub left_out: usize,
    /// Rows of communes outside the territory.
    pub elsewhere: usize,
}

impl Survey {
    /// Reads the rows of a source.
    ///
    /// # Errors
    /// When the file cannot be read on, or the database does not answer.
    pub(super) async fn make(
        rows: &mut Rows,
        reading: &Reading,
        text: &(dyn Fn(&[u8]) -> String + Sync),
        store: &Store,
        layer: Option<&crate::catalogue::Layer>,
    ) -> Result<Result<Self, OgrError>, IngestError> {
        let mut survey = Self::default();
        let mut waiting: Vec<(i64, Vec<String>)> = Vec::new();
        loop {
            let batch = match rows.next().await {
                Ok(Some(batch)) => batch,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            for row in batch {
                match reading.read(&row, text, &mut Shaped::default()) {
                    Told::LeftOut => survey.left_out += 1,
                    Told::Elsewhere => survey.elsewhere += 1,
                    Told::Refused | Told::Heading => {}
                    Told::File(_, parcels) => {
                        survey.files += 1;
                        if !parcels.is_empty() {
                            survey.named += 1;
                            let keys = parcels.iter().map(ToString::to_string).collect();
                            waiting.push((row.fid, keys));
                        }
                    }
                }
            }
            if waiting.len() >= BATCH {
                survey.place(&mut waiting, store, layer).await?;
            }
        }
        survey.place(&mut waiting, store, layer).await?;
        Ok(Ok(survey))
    }

    async fn place(
        &mut self,
        waiting: &mut Vec<(i64, Vec<String>)>,
        store: &Store,
        layer: Option<&crate::catalogue::Layer>,
    ) -> Result<(), IngestError> {
        let list = std::mem::take(waiting);
        if let Some(layer) = layer.filter(|_| !list.is_empty()) {
            self.places
                .extend(store.united_parcels(layer, &list).await?);
        }
        Ok(())
    }
}

/// Rows of a list, with the place of each.
pub(super) struct Mapped {
    pub reading: Reading,
    pub places: HashMap<i64, Vec<u8>>,
    pub silent: Vec<String>,
}

impl Shape for Mapped {
    fn silent(&self) -> Vec<String> {
        self.silent.clone()
    }

    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let Told::File(values, parcels) = self.reading.read(&row, text, into) else {
            return;
        };
        let geometry = row.geometry.or_else(|| self.places.remove(&row.fid));
        if geometry.is_none() && !parcels.is_empty() {
            let list: Vec<&str> = parcels.iter().map(|idu| idu.as_str()).collect();
            let message = "Aucune des parcelles du dossier n’est publiée : il est pris sans place.";
            into.findings.push(
                Finding::new(Severity::Warning, "position", message)
                    .about("parcelles", Some(&list.join("|")))
                    .advising("Il prendra place quand la liste sera livrée de nouveau, les parcelles étant publiées."),
            );
        }
        into.rows.push(ShapedRow {
            scope: None,
            values,
            geometry,
        });
    }
}
