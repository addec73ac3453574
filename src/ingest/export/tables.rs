//! Formats that GDAL writes, in the child: GeoPackage, and Shapefiles that are zipped here.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use exchange::{Cell, NewColumn, NewFile, NewKind, NewLayer, NewShape, Row};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Export, Format, IngestError, Pages, Part, unwritten};
use crate::catalogue::{Field, FieldType, GeometryType, View};
use crate::model::{Feature, Srid, Value};
use crate::ogr::{OgrError, Writer};

/// What a Shapefile of a collection of all kinds of geometries is called, by their dimension.
const DIMENSIONS: [(i32, &str, NewShape); 3] = [
    (0, "-points", NewShape::MultiPoint),
    (1, "-lignes", NewShape::MultiLineString),
    (2, "-surfaces", NewShape::MultiPolygon),
];

/// Writes all collections into one file; how many features it has.
pub(super) async fn write(
    export: &Export<'_>,
    parts: &[Part],
    srid: Srid,
    path: &Path,
) -> Result<u64, IngestError> {
    if export.format == Format::GeoPackage {
        let mut writer = begin(export, path, NewFile::GeoPackage).await?;
        for part in parts {
            let shape = shape(part.layer.geometry);
            layer(export, &mut writer, part, srid, (None, "", shape)).await?;
        }
        return writer.finish().await.map_err(refused);
    }
    let folder = path.with_extension("couches");
    let failed = unwritten(path);
    std::fs::create_dir(&folder).map_err(&failed)?;
    let mut writer = begin(export, &folder.join("couches"), NewFile::Shapefiles).await?;
    for part in parts {
        match part.layer.geometry {
            GeometryType::Geometry => {
                for (dimension, ending, shape) in DIMENSIONS {
                    let of = (Some(dimension), ending, shape);
                    layer(export, &mut writer, part, srid, of).await?;
                }
            }
            one => layer(export, &mut writer, part, srid, (None, "", shape(one))).await?,
        }
    }
    let count = writer.finish().await.map_err(refused)?;
    let to = path.to_owned();
    let zipped = tokio::task::spawn_blocking(move || zipped(&folder, &to)).await;
    zipped
        .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        .map_err(failed)?;
    Ok(count)
}

async fn begin(export: &Export<'_>, path: &Path, kind: NewFile) -> Result<Writer, IngestError> {
    export.ogr.write(path, kind).await.map_err(refused)
}

/// Writes one layer of the file: the rows of that dimension, under the collection's name and that
/// ending. Of dimensions that no row has nothing is written.
async fn layer(
    export: &Export<'_>,
    writer: &mut Writer,
    part: &Part,
    srid: Srid,
    (dimension, ending, shape): (Option<i32>, &str, NewShape),
) -> Result<(), IngestError> {
    let view = export.view(part);
    let kinds = view.kinds();
    let numbered = export.format == Format::Shapefiles;
    let mut pages = Pages::new(export, part, srid, dimension);
    let mut page = pages.next().await?;
    if dimension.is_some() && page.is_none() {
        return Ok(());
    }
    let new = NewLayer {
        name: format!("{}{ending}", view.id),
        title: Some(view.title.clone()),
        description: Some(view.description.clone()),
        shape: Some(shape),
        epsg: Some(srid.0),
        columns: columns(&view, numbered),
    };
    writer.layer(&new).await.map_err(refused)?;
    while let Some(rows) = page {
        let mut sent = Vec::with_capacity(rows.len());
        for row in &rows {
            sent.push(told(&row.feature(&kinds)?, numbered));
        }
        writer.rows(&sent).await.map_err(refused)?;
        page = pages.next().await?;
    }
    Ok(())
}

/// Shapefiles have no number of their own: a column says it.
fn columns(view: &View, numbered: bool) -> Vec<NewColumn> {
    let fid = numbered.then(|| NewColumn {
        name: "fid".to_owned(),
        title: None,
        kind: NewKind::Integer,
    });
    let column = |field: &Field| NewColumn {
        name: field.name.clone(),
        title: Some(field.title.clone()),
        kind: match field.kind {
            FieldType::Text => NewKind::Text,
            FieldType::Integer => NewKind::Integer,
            FieldType::Real => NewKind::Real,
            FieldType::Boolean => NewKind::Boolean,
            FieldType::Date => NewKind::Date,
            // dBase knows days alone.
            FieldType::Timestamp if numbered => NewKind::Text,
            FieldType::Timestamp => NewKind::Time,
        },
    };
    fid.into_iter().chain(view.visible().map(column)).collect()
}

fn told(feature: &Feature<'_>, numbered: bool) -> Row {
    let fid = numbered.then_some(Cell::Integer(feature.fid));
    let cell = |value: &Value<'_>| match value {
        Value::Null => Cell::Null,
        Value::Text(text) => Cell::Text(text.as_bytes().to_vec()),
        Value::Integer(number) => Cell::Integer(*number),
        Value::Real(number) => Cell::Real(*number),
        Value::Boolean(truth) => Cell::Integer(i64::from(*truth)),
        Value::Date(day) => Cell::Text(day.to_string().into_bytes()),
        Value::Timestamp(instant) => {
            let text = instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            Cell::Text(text.into_bytes())
        }
    };
    Row {
        fid: feature.fid,
        cells: fid
            .into_iter()
            .chain(feature.values.iter().map(cell))
            .collect(),
        geometry: (!feature.wkb.is_empty()).then(|| feature.wkb.to_vec()),
    }
}

fn shape(kind: GeometryType) -> NewShape {
    match kind {
        GeometryType::Point => NewShape::Point,
        GeometryType::MultiPoint => NewShape::MultiPoint,
        GeometryType::MultiLineString => NewShape::MultiLineString,
        GeometryType::MultiPolygon => NewShape::MultiPolygon,
        GeometryType::Geometry => NewShape::Any,
    }
}

/// The files of a folder in one archive.
fn zipped(folder: &Path, path: &Path) -> io::Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|it| it.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut archive = ZipWriter::new(File::create_new(path)?);
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // Beyond 4 GiB a member says its size in another way.
        let large = file.metadata()?.len() >= u64::from(u32::MAX);
        let options = SimpleFileOptions::default().large_file(large);
        archive.start_file(name, options)?;
        io::copy(&mut File::open(&file)?, &mut archive)?;
    }
    archive.finish()?;
    Ok(())
}

fn refused(error: OgrError) -> IngestError {
    IngestError::Reader(error.to_string())
}
