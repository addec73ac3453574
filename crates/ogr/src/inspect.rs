//! What a file holds, before its rows are read.

use std::path::Path;

use exchange::{Bounds, Cell, Dataset, Fault, Format, Row, SourceLayer};
use gdal_sys::OGRwkbGeometryType;

use crate::encoding::stated;
use crate::gdal::{self, Layer};
use crate::open::{Opened, Source, damaged, open};
use crate::rows::{Rows, columns};

/// Rows shown of each layer.
const SHOWN: usize = 20;
/// Bytes shown of each text.
const TEXT: usize = 512;

/// Says what a file holds.
///
/// # Errors
/// When it is of no format that we read, or damaged.
pub fn inspect(path: &Path, bounds: Bounds) -> Result<Dataset, Fault> {
    let mut opened = open(path)?;
    let mut layers = match &opened.source {
        Source::Table(table) => vec![SourceLayer {
            name: stem(path),
            count: None,
            geometry: None,
            reference: None,
            extent: None,
            encoding: table.marked.then(|| "UTF-8".to_owned()),
            columns: table.columns(),
            sample: Vec::new(),
        }],
        Source::Gdal(source) => {
            let layers = source.layers();
            layers
                .iter()
                .map(|layer| describe(&opened, layer))
                .collect()
        }
    };
    for (index, layer) in layers.iter_mut().enumerate() {
        layer.sample = sample(&mut opened, index, bounds)?;
    }
    if let Some(words) = gdal::failures() {
        return Err(damaged(opened.format, words));
    }
    Ok(Dataset {
        driver: opened.format.driver().to_owned(),
        layers,
    })
}

/// The name of a file without its extension.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn describe(opened: &Opened, layer: &Layer<'_>) -> SourceLayer {
    let kind = layer.geometry();
    let spatial = kind != OGRwkbGeometryType::wkbNone;
    let format = opened.format;
    SourceLayer {
        name: layer.name(),
        count: layer.count(false),
        geometry: spatial.then(|| gdal::geometry_name(kind)),
        reference: layer
            .reference()
            .and_then(|system| system.reference(states_codes(format, &opened.path))),
        extent: if spatial { layer.extent() } else { None },
        encoding: stated(&opened.path, format, layer.utf8()),
        columns: columns(layer),
        sample: Vec::new(),
    }
}

/// Whether the codes of a format's reference systems are the file's own words: the drivers of
/// Shapefile and MapInfo find one by comparison where the file has none.
fn states_codes(format: Format, path: &Path) -> bool {
    match format {
        Format::MapInfoTab | Format::MapInfoMif => false,
        Format::Shapefile => crate::encoding::beside(path, "prj")
            .and_then(|path| std::fs::read_to_string(path).ok())
            .is_some_and(|wkt| wkt.contains("AUTHORITY[") || wkt.contains("ID[\"EPSG\"")),
        _ => true,
    }
}

/// The first rows, without their geometries, long texts cut.
fn sample(opened: &mut Opened, layer: usize, bounds: Bounds) -> Result<Vec<Row>, Fault> {
    let mut rows = Rows::new(opened, layer, bounds);
    let mut sample = Vec::new();
    while sample.len() < SHOWN
        && let Some(mut row) = rows.next()?
    {
        row.geometry = None;
        for cell in &mut row.cells {
            if let Cell::Text(text) = cell {
                cut(text);
            }
        }
        sample.push(row);
    }
    Ok(sample)
}

/// Cuts a text, between characters where it is UTF-8.
fn cut(text: &mut Vec<u8>) {
    if text.len() > TEXT {
        let mut end = TEXT;
        while end > TEXT - 4 && text[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        text.truncate(end);
    }
}
