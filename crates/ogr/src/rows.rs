//! Rows of a layer, as the server wants them, within its bounds.

use exchange::{Bound, Bounds, Cell, Column, ColumnKind, Fault, Format, Row, vertices};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};

use crate::gdal::{self, Feature, Field, Layer};
use crate::open::{Opened, Source, damaged};

/// A layer's columns.
pub fn columns(layer: &Layer<'_>) -> Vec<Column> {
    let column = |field: &Field| Column {
        name: field.name.clone(),
        kind: kind(field.kind),
        width: field.width,
    };
    layer.fields().iter().map(column).collect()
}

fn kind(kind: OGRFieldType::Type) -> ColumnKind {
    match kind {
        OGRFieldType::OFTString => ColumnKind::Text,
        OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => ColumnKind::Integer,
        OGRFieldType::OFTReal => ColumnKind::Real,
        OGRFieldType::OFTDate => ColumnKind::Date,
        OGRFieldType::OFTTime | OGRFieldType::OFTDateTime => ColumnKind::Time,
        _ => ColumnKind::Other,
    }
}

/// Reads rows one after the other.
pub struct Rows<'a> {
    opened: &'a mut Opened,
    layer: usize,
    kinds: Vec<OGRFieldType::Type>,
    spatial: bool,
    bounds: Bounds,
    read: u64,
}

impl<'a> Rows<'a> {
    /// Rows of a layer, from its first.
    pub fn new(opened: &'a mut Opened, layer: usize, bounds: Bounds) -> Self {
        let mut kinds = Vec::new();
        let mut spatial = false;
        if let Source::Gdal(source) = &opened.source
            && let Some(layer) = source.layers().get(layer)
        {
            layer.rewind();
            kinds = layer.fields().iter().map(|field| field.kind).collect();
            spatial = layer.geometry() != OGRwkbGeometryType::wkbNone;
        }
        Self {
            opened,
            layer,
            kinds,
            spatial,
            bounds,
            read: 0,
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// When the file is damaged there, or goes beyond a bound.
    pub fn next(&mut self) -> Result<Option<Row>, Fault> {
        let row = match &mut self.opened.source {
            Source::Table(table) => table.next()?,
            Source::Gdal(source) => {
                let layers = source.layers();
                let found = layers.get(self.layer).and_then(Layer::next);
                match (found, gdal::failures()) {
                    (_, Some(words)) => return Err(damaged(self.opened.format, words)),
                    (None, None) => None,
                    (Some(feature), None) => Some(self.row(&feature)?),
                }
            }
        };
        let Some(row) = row else { return Ok(None) };
        self.read += 1;
        if self.read > self.bounds.features {
            return Err(beyond(Bound::Features, &row));
        }
        within(&row, &self.bounds)?;
        Ok(Some(row))
    }

    fn row(&self, feature: &Feature) -> Result<Row, Fault> {
        let cells = self.kinds.iter().enumerate();
        let cells = cells.map(|(index, kind)| self.cell(feature, index, *kind));
        let cells = cells.collect();
        let geometry = if self.spatial { feature.wkb() } else { None };
        Ok(Row {
            fid: feature.fid(),
            cells,
            geometry,
        })
    }

    fn cell(&self, feature: &Feature, index: usize, kind: OGRFieldType::Type) -> Cell {
        if !feature.has(index) {
            return Cell::Null;
        }
        match kind {
            OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => {
                Cell::Integer(feature.integer(index))
            }
            OGRFieldType::OFTReal => Cell::Real(feature.real(index)),
            OGRFieldType::OFTDate | OGRFieldType::OFTTime | OGRFieldType::OFTDateTime => {
                moment(feature, index, kind)
            }
            _ => Cell::Text(feature.text(index).to_vec()),
        }
    }
}

/// A date or time as ISO 8601.
fn moment(feature: &Feature, index: usize, kind: OGRFieldType::Type) -> Cell {
    let Some(moment) = feature.moment(index) else {
        return Cell::Null;
    };
    let (year, month, day) = moment.date;
    let (hour, minute) = moment.time;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let seconds = if moment.seconds.fract() == 0.0 {
        format!("{:02}", moment.seconds)
    } else {
        format!("{:06.3}", moment.seconds)
    };
    let time = format!("{hour:02}:{minute:02}:{seconds}");
    let zone = match moment.zone {
        0 | 1 => String::new(),
        100 => "Z".to_owned(),
        zone => {
            let minutes = (zone - 100) * 15;
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
    };
    let text = match kind {
        OGRFieldType::OFTDate => date,
        OGRFieldType::OFTTime => time,
        _ => format!("{date}T{time}{zone}"),
    };
    Cell::Text(text.into_bytes())
}

fn beyond(bound: Bound, row: &Row) -> Fault {
    Fault::Beyond {
        bound,
        fid: Some(row.fid),
    }
}

/// Whether a row is within the bounds.
fn within(row: &Row, bounds: &Bounds) -> Result<(), Fault> {
    let mut size = row.geometry.as_ref().map_or(0, Vec::len);
    for cell in &row.cells {
        if let Cell::Text(text) = cell {
            size += text.len();
            if text.len() as u64 > bounds.text {
                return Err(beyond(Bound::Text, row));
            }
        }
    }
    if size > exchange::LONGEST / 2 {
        return Err(beyond(Bound::Row, row));
    }
    if let Some(wkb) = &row.geometry {
        let count = vertices(wkb).map_err(|unsound| {
            damaged(Format::GeoPackage, format!("row {}: {unsound}", row.fid))
        })?;
        if count > bounds.vertices {
            return Err(beyond(Bound::Vertices, row));
        }
    }
    Ok(())
}
