//! What a file holds, before its rows are read.

use std::io::Read as _;
use std::path::Path;

use exchange::{Bounds, Cell, Dataset, Fault, Format, SourceLayer};
use gdal_sys::OGRwkbGeometryType;

use crate::crs::System;
use crate::encoding::stated;
use crate::gdal::{self, Layer};
use crate::open::{Opened, Source, damaged, open};
use crate::pages;
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
    let mut opened = open(path, &bounds)?;
    if let (Format::GeoPackage, Source::Gdal(source)) = (opened.format, &opened.source) {
        pages::check(source)?;
    }
    let mut layers = match &opened.source {
        Source::Table(table) => vec![SourceLayer {
            name: stem(path),
            count: None,
            geometry: None,
            reference: None,
            extent: None,
            encoding: table.marked.then(|| "UTF-8".to_owned()),
            heading: Some(table.heading()),
            columns: table.columns(),
            sample: Vec::new(),
            starts: Vec::new(),
        }],
        Source::Gdal(source) => {
            let layers = source.layers();
            let mut layers: Vec<SourceLayer> = layers
                .iter()
                .map(|layer| describe(&opened, layer))
                .collect();
            for (layer, sheet) in layers.iter_mut().zip(&opened.sheets) {
                layer.heading = Some(sheet.heading);
                layer.columns = sheet.columns();
                layer.count = layer
                    .count
                    .map(|count| (count - sheet.before as i64).max(0));
            }
            layers
        }
    };
    for (index, layer) in layers.iter_mut().enumerate() {
        sample(&mut opened, index, bounds, layer)?;
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
            .or_else(|| beside(format, &opened.path))
            .and_then(|system| system.reference(states_codes(format, &opened.path))),
        extent: if spatial { layer.extent() } else { None },
        encoding: stated(&opened.path, format, layer.utf8()),
        heading: None,
        columns: columns(layer),
        sample: Vec::new(),
        starts: Vec::new(),
    }
}

/// The system of a Shapefile whose `.prj` GDAL does not read: behind empty lines or a mark of byte
/// order, or in UTF-16.
fn beside(format: Format, path: &Path) -> Option<System> {
    if format != Format::Shapefile {
        return None;
    }
    System::defined(&prj(path)?)
}

/// The text of the `.prj` of a Shapefile.
fn prj(path: &Path) -> Option<String> {
    const LONGEST: u64 = 64 << 10;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(crate::encoding::beside(path, "prj")?).ok()?;
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    // Its mark of byte order tells UTF-16.
    let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether the codes of a format's reference systems are the file's own words: the drivers of
/// Shapefile and MapInfo find one by comparison where the file has none.
fn states_codes(format: Format, path: &Path) -> bool {
    match format {
        Format::MapInfoTab | Format::MapInfoMif => false,
        Format::Shapefile => {
            prj(path).is_some_and(|wkt| wkt.contains("AUTHORITY[") || wkt.contains("ID[\"EPSG\""))
        }
        _ => true,
    }
}

/// Fills a layer's first rows, without their geometries, long texts cut; and where these begin.
fn sample(
    opened: &mut Opened,
    place: usize,
    bounds: Bounds,
    layer: &mut SourceLayer,
) -> Result<(), Fault> {
    let mut rows = Rows::new(opened, place, bounds);
    while layer.sample.len() < SHOWN
        && let Some(mut row) = rows.next()?
    {
        let geometry = row.geometry.take();
        layer
            .starts
            .extend(geometry.and_then(|wkb| exchange::first_point(&wkb)));
        for cell in &mut row.cells {
            if let Cell::Text(text) = cell {
                cut(text);
            }
        }
        layer.sample.push(row);
    }
    Ok(())
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
