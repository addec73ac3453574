//! The findings of a delivery as a GeoPackage that QGIS opens as it is: points of the findings, the
//! features that they are about, and how both are shown.

mod styles;

use std::collections::BTreeMap;
use std::path::Path;

use exchange::{Cell, NewColumn, NewFile, NewKind, NewLayer, NewShape, Row};

use self::styles::Symbol;
use super::work::Folder;
use crate::app::App;
use crate::ingest::IngestError;
use crate::ingest::position::point;
use crate::model::{Finding, LayerId, OutcomeReport, Severity, Srid};
use crate::ogr::{Ogr, OgrError};

/// The layer of the findings.
const LAYER: &str = "constats";

/// Its columns, in order.
const COLUMNS: [&str; 9] = [
    "gravite",
    "regle",
    "collection",
    "objet",
    "identifiant",
    "champ",
    "valeur",
    "message",
    "conseil",
];

/// Columns of the layers of features.
const OF_FEATURES: [&str; 4] = ["gravite", "collection", "objet", "constats"];

/// Layers of features by what their geometries are: points, lines, areas.
const FEATURES: [(&str, Symbol); 3] = [
    ("objets_points", Symbol::Marker),
    ("objets_lignes", Symbol::Line),
    ("objets_surfaces", Symbol::Fill),
];

/// Rows given to the child at once.
const BATCH: usize = 1_000;

/// The findings of a contribution as the bytes of a GeoPackage: those of a report are a few
/// thousand at most.
///
/// # Errors
/// When the file cannot be written, or the database does not answer.
pub async fn faults(
    app: &App,
    id: i64,
    outcomes: &[OutcomeReport],
) -> Result<Vec<u8>, IngestError> {
    let failed = |cause| IngestError::Io {
        what: "the GeoPackage of the faults".to_owned(),
        cause,
    };
    let mut outcomes = outcomes.to_vec();
    app.store.kept_shapes(id, &mut outcomes).await?;
    let folder = Folder::new(&app.config.home).map_err(failed)?;
    let path = folder.path().join("constats.gpkg");
    let ogr = Ogr::new(&app.config.file.ingest);
    write_faults(&ogr, &path, app.store.srid(), &outcomes)
        .await
        .map_err(|error| IngestError::Reader(error.to_string()))?;
    tokio::fs::read(&path).await.map_err(failed)
}

/// Writes the findings of a delivery into a new GeoPackage, in the territory's projection: a layer
/// `constats` of points, where those without a place are rows without a geometry, and the features
/// that they are about in `objets_points`, `objets_lignes` and `objets_surfaces`, each where there is
/// any. How many rows there are.
///
/// # Errors
/// When the file cannot be written.
pub async fn write_faults(
    ogr: &Ogr,
    path: &Path,
    srid: Srid,
    outcomes: &[OutcomeReport],
) -> Result<u64, OgrError> {
    let layer = |name: &str, columns: &[&str]| NewLayer {
        name: name.to_owned(),
        title: None,
        description: None,
        shape: Some(NewShape::Any),
        epsg: Some(srid.0),
        columns: columns
            .iter()
            .map(|name| column(name, NewKind::Text))
            .collect(),
    };
    let findings = outcomes.iter().flat_map(|outcome| {
        let collection = outcome.collection.as_ref();
        let list = outcome.findings.iter();
        list.map(move |finding| row(collection, finding))
    });
    let mut layers = vec![(layer(LAYER, &COLUMNS), findings.collect::<Vec<Row>>())];
    let mut styled = vec![(LAYER, Symbol::Marker)];
    let mut by_kind = FEATURES.map(|_| Vec::new());
    for (kind, row) in outcomes.iter().flat_map(features) {
        by_kind[kind].push(row);
    }
    for ((name, symbol), rows) in FEATURES.into_iter().zip(by_kind) {
        if !rows.is_empty() {
            layers.push((layer(name, &OF_FEATURES), rows));
            styled.push((name, symbol));
        }
    }
    layers.push(styles::table(&styled));
    let mut writer = ogr.write(path, NewFile::GeoPackage).await?;
    for (layer, rows) in &layers {
        writer.layer(layer).await?;
        for some in rows.chunks(BATCH) {
            writer.rows(some).await?;
        }
    }
    writer.finish().await
}

fn column(name: &str, kind: NewKind) -> NewColumn {
    NewColumn {
        name: name.to_owned(),
        title: None,
        kind,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.as_bytes().to_vec())
}

fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "erreur",
        Severity::Warning => "avertissement",
        Severity::Repair => "réparation",
    }
}

fn row(collection: Option<&LayerId>, finding: &Finding) -> Row {
    let maybe = |value: &Option<String>| value.as_deref().map_or(Cell::Null, text);
    Row {
        fid: 0,
        cells: vec![
            text(weight(finding.severity)),
            text(&finding.rule),
            collection.map_or(Cell::Null, |id| text(id.as_str())),
            maybe(&finding.feature),
            maybe(&finding.name),
            maybe(&finding.field),
            maybe(&finding.value),
            text(&finding.message),
            text(&finding.advice),
        ],
        geometry: finding.x.zip(finding.y).map(|(x, y)| point(x, y)),
    }
}

/// The features of an outcome that findings are about, each with all that is said of it, and its
/// dimension.
fn features(outcome: &OutcomeReport) -> Vec<(usize, Row)> {
    let mut said: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &outcome.findings {
        if let Some(feature) = &finding.feature {
            said.entry(feature).or_default().push(finding);
        }
    }
    let collection = outcome.collection.as_ref().map(|id| id.as_str());
    let of_shape = |shape: &crate::model::FaultyFeature| {
        let findings = said.get(shape.feature.as_str())?;
        let heaviest = findings.iter().map(|finding| finding.severity).min()?;
        let messages: Vec<&str> = findings.iter().map(|it| it.message.as_str()).collect();
        let row = Row {
            fid: 0,
            cells: vec![
                text(weight(heaviest)),
                collection.map_or(Cell::Null, text),
                text(&shape.feature),
                text(&messages.join("\n")),
            ],
            geometry: Some(shape.wkb.clone()),
        };
        Some((dimension(&shape.wkb)?, row))
    };
    outcome.shapes.iter().filter_map(of_shape).collect()
}

/// Dimension of a little-endian WKB: that of its kind, of a collection's that of areas.
fn dimension(wkb: &[u8]) -> Option<usize> {
    let kind: [u8; 4] = wkb.get(1..5)?.try_into().ok()?;
    Some(match u32::from_le_bytes(kind) % 1000 {
        1 | 4 => 0,
        2 | 5 => 1,
        _ => 2,
    })
}
