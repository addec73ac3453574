//! The findings of a delivery as a GeoPackage: one layer of points that QGIS opens as it is.

use std::path::Path;

use exchange::{Cell, NewColumn, NewFile, NewKind, NewLayer, NewShape, Row};

use super::work::Folder;
use crate::app::App;
use crate::ingest::IngestError;
use crate::model::{Finding, LayerId, OutcomeReport, Severity, Srid};
use crate::ogr::{Ogr, OgrError};

/// The layer's name.
const LAYER: &str = "constats";

/// The layer's columns, in order.
const COLUMNS: [&str; 8] = [
    "gravite",
    "regle",
    "collection",
    "objet",
    "champ",
    "valeur",
    "message",
    "conseil",
];

/// Rows given to the child at once.
const BATCH: usize = 1_000;

/// The findings of a contribution as the bytes of a GeoPackage: those of a report are a few
/// thousand at most.
///
/// # Errors
/// When the file cannot be written.
pub async fn faults(app: &App, outcomes: &[OutcomeReport]) -> Result<Vec<u8>, IngestError> {
    let failed = |cause| IngestError::Io {
        what: "the GeoPackage of the faults".to_owned(),
        cause,
    };
    let folder = Folder::new(&app.config.home).map_err(failed)?;
    let path = folder.path().join("constats.gpkg");
    let ogr = Ogr::new(&app.config.file.ingest);
    write_faults(&ogr, &path, app.store.srid(), outcomes)
        .await
        .map_err(|error| IngestError::Reader(error.to_string()))?;
    tokio::fs::read(&path).await.map_err(failed)
}

/// Writes the findings of a delivery into a new GeoPackage, in the territory's projection; those
/// without a place are rows without a geometry. How many there are.
///
/// # Errors
/// When the file cannot be written.
pub async fn write_faults(
    ogr: &Ogr,
    path: &Path,
    srid: Srid,
    outcomes: &[OutcomeReport],
) -> Result<u64, OgrError> {
    let column = |name: &str| NewColumn {
        name: name.to_owned(),
        title: None,
        kind: NewKind::Text,
    };
    let layer = NewLayer {
        name: LAYER.to_owned(),
        title: None,
        description: None,
        shape: Some(NewShape::Any),
        epsg: Some(srid.0),
        columns: COLUMNS.map(column).to_vec(),
    };
    let mut rows = Vec::new();
    for outcome in outcomes {
        let collection = outcome.collection.as_ref();
        rows.extend(
            outcome
                .findings
                .iter()
                .map(|finding| row(collection, finding)),
        );
    }
    let mut writer = ogr.write(path, NewFile::GeoPackage).await?;
    writer.layer(&layer).await?;
    for some in rows.chunks(BATCH) {
        writer.rows(some).await?;
    }
    writer.finish().await
}

fn row(collection: Option<&LayerId>, finding: &Finding) -> Row {
    let text = |text: &str| Cell::Text(text.as_bytes().to_vec());
    let maybe = |value: &Option<String>| value.as_deref().map_or(Cell::Null, text);
    let severity = match finding.severity {
        Severity::Error => "erreur",
        Severity::Warning => "avertissement",
        Severity::Repair => "réparation",
    };
    Row {
        fid: 0,
        cells: vec![
            text(severity),
            text(&finding.rule),
            collection.map_or(Cell::Null, |id| text(id.as_str())),
            maybe(&finding.feature),
            maybe(&finding.field),
            maybe(&finding.value),
            text(&finding.message),
            text(&finding.advice),
        ],
        geometry: finding.x.zip(finding.y).map(|(x, y)| point(x, y)),
    }
}

/// A point as ISO WKB, little-endian.
fn point(x: f64, y: f64) -> Vec<u8> {
    let mut wkb = vec![1, 1, 0, 0, 0];
    wkb.extend(x.to_le_bytes());
    wkb.extend(y.to_le_bytes());
    wkb
}
