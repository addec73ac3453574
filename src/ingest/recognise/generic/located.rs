//! Rows of a table placed by their addresses, read once before they are read for good.

use std::collections::HashMap;

use exchange::SourceLayer;

use super::sources::Opened;
use crate::ingest::addresses::{self, AddressColumns, Place};
use crate::ingest::recognise::{Delivered, Recognised, words};
use crate::ingest::{Encoding, IngestError};
use crate::model::{Finding, LayerId, Severity};

/// Rows of a table that are placed by addresses: facilities, not registers.
const MOST: usize = 50_000;

/// Where the rows are, by their numbers.
pub(super) type Places = HashMap<i64, Place>;

/// Places the rows of a source layer by their addresses. Nothing, with a finding, when it has
/// none.
pub(super) async fn locate(
    given: Delivered<'_>,
    source: &Opened,
    layer: &SourceLayer,
    encoding: Encoding,
    collection: &LayerId,
    made: &mut Recognised,
) -> Result<Option<Places>, IngestError> {
    let Some(columns) = AddressColumns::find(&layer.columns) else {
        made.findings.push((Some(collection.clone()), nowhere()));
        return Ok(None);
    };
    let communes = given.store.commune_names(given.catalogue).await?;
    let text = |bytes: &[u8]| encoding.decode(bytes).into_owned();
    let mut fids = Vec::new();
    let mut list = Vec::new();
    let mut refused = |error| -> Result<(), IngestError> {
        let finding = words::of_file(error, &source.name)?;
        made.findings.push((Some(collection.clone()), finding));
        Ok(())
    };
    let mut rows = match given.ogr.read(&source.path, &layer.name).await {
        Ok(rows) => rows,
        Err(error) => return refused(error).map(|()| None),
    };
    loop {
        match rows.next().await {
            Ok(Some(batch)) => {
                for row in batch.into_iter().take(MOST - fids.len()) {
                    fids.push(row.fid);
                    let scope = given.wishes.scope.as_deref();
                    list.push(columns.read(&row.cells, &text, &communes, scope));
                }
            }
            Ok(None) => break,
            Err(error) => return refused(error).map(|()| None),
        }
    }
    let places = addresses::locate(given.store, given.catalogue, &list).await?;
    let found = places.iter().filter(|place| place.is_ok()).count();
    made.reading.push(format!(
        "Lieux : {found} positions trouvées par l’adresse sur {} (colonnes {}).",
        places.len(),
        columns.names(&layer.columns)
    ));
    Ok(Some(fids.into_iter().zip(places).collect()))
}

fn nowhere() -> Finding {
    Finding::new(
        Severity::Error,
        "position",
        "Le fichier n’a ni géométrie, ni coordonnées, ni adresse.",
    )
    .advising("Ajoutez des colonnes longitude et latitude, x et y, WKT, ou adresse et commune.")
}
