//! Rows of a layer, as the server wants them, within its bounds.

use exchange::{Bound, Bounds, Cell, Column, ColumnKind, Fault, Format, Lack, Row, vertices};
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
    /// Rows that the file states, where it does and may be cut unseen.
    stated: Option<u64>,
}

impl<'a> Rows<'a> {
    /// Rows of a layer, from its first.
    pub fn new(opened: &'a mut Opened, index: usize, bounds: Bounds) -> Self {
        let mut kinds = Vec::new();
        let mut spatial = false;
        let mut stated = None;
        if let Source::Gdal(source) = &opened.source
            && let Some(layer) = source.layers().get(index)
        {
            layer.rewind();
            kinds = layer.fields().iter().map(|field| field.kind).collect();
            if opened.format == Format::FlatGeobuf {
                stated = layer
                    .count(false)
                    .and_then(|count| u64::try_from(count).ok());
            }
            if let Some(sheet) = opened.sheets.get(index) {
                kinds.truncate(sheet.names.len());
                for _ in 0..sheet.before {
                    layer.next();
                }
            }
            spatial = layer.geometry() != OGRwkbGeometryType::wkbNone;
        }
        Self {
            layer: index,
            opened,
            kinds,
            spatial,
            bounds,
            read: 0,
            stated,
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// When the file is damaged there, or goes beyond a bound.
    pub fn next(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            let row = self.any()?;
            // Tables and sheets end with empty lines, and have some between.
            let tabular =
                matches!(self.opened.source, Source::Table(_)) || !self.opened.sheets.is_empty();
            match row {
                Some(row) if tabular && row.cells.iter().all(is_blank) => {}
                row => return Ok(row),
            }
        }
    }

    fn any(&mut self) -> Result<Option<Row>, Fault> {
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
        let Some(row) = row else {
            return match self.stated {
                Some(stated) if stated > self.read => Err(Fault::Incomplete {
                    lack: Lack::Features {
                        stated,
                        found: self.read,
                    },
                }),
                _ => Ok(None),
            };
        };
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
        let geometry = geometry.map(alone);
        Ok(Row {
            fid: match self.opened.numbered {
                true => feature.fid(),
                false => self.read as i64 + 1,
            },
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
            OGRFieldType::OFTStringList => Cell::Text(feature.list(index).join(&b", "[..])),
            OGRFieldType::OFTIntegerList
            | OGRFieldType::OFTInteger64List
            | OGRFieldType::OFTRealList => Cell::Text(listed(feature.text(index))),
            _ if self.opened.sheets.is_empty() => Cell::Text(feature.text(index).to_vec()),
            _ => Cell::Text(written(feature.text(index))),
        }
    }
}

/// A list of numbers as people write it; GDAL writes `(3:1,2,3)`, and `...)` where it cuts it.
fn listed(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let inner = text
        .split_once(':')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(&text).replace(',', ", ").into_bytes()
}

/// A cell of a sheet as people write it; GDAL writes days `2026/03/31`, OpenDocument some numbers
/// with all the decimals that a double may have.
fn written(text: &[u8]) -> Vec<u8> {
    const LONG: usize = 12;
    let mut text = text.to_vec();
    if let Some(point) = text.iter().position(|byte| *byte == b'.')
        && text.len() - point > LONG
        && text
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
    {
        let last = text.iter().rposition(|byte| *byte != b'0').unwrap_or(0);
        text.truncate(if last == point { point } else { last + 1 });
        return text;
    }
    let shape = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'/',
        _ => byte.is_ascii_digit(),
    };
    if text.len() >= 10
        && text.iter().take(10).enumerate().all(shape)
        && matches!(text.get(10), None | Some(b' '))
    {
        text[4] = b'-';
        text[7] = b'-';
    }
    text
}

fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Text(text) => text.trim_ascii().is_empty(),
        Cell::Integer(_) | Cell::Real(_) => false,
    }
}

/// What a collection holds, where that is one geometry: some programs make collections of all they
/// write.
fn alone(mut wkb: Vec<u8>) -> Vec<u8> {
    /// Byte order, kind and count.
    const HEAD: usize = 9;
    const COLLECTION: u32 = 7;
    // GDAL is asked for little endian, ISO: thousands tell the dimensions.
    let number = |wkb: &[u8], at: usize| {
        let bytes = wkb.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    while wkb.first() == Some(&1)
        && number(&wkb, 1).is_some_and(|kind| kind % 1000 == COLLECTION)
        && number(&wkb, 5) == Some(1)
    {
        wkb.drain(..HEAD);
    }
    wkb
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

#[cfg(test)]
mod tests {
    use super::alone;

    #[test]
    fn a_collection_of_one_is_that_one() {
        let head = |kind: u32, count: &[u8]| [&[1], &kind.to_le_bytes()[..], count].concat();
        let point = [head(1001, &[]), vec![0; 24]].concat();
        let one = [1, 0, 0, 0];
        let collection = [head(1007, &one), point.clone()].concat();
        let nested = [head(7, &one), collection.clone()].concat();
        for wkb in [point.clone(), collection, nested] {
            assert_eq!(alone(wkb), point);
        }
        let two = [head(7, &[2, 0, 0, 0]), point.clone(), point].concat();
        assert_eq!(alone(two.clone()), two);
        assert_eq!(alone(vec![1, 7]), [1, 7]);
    }
}
