//! Places as cells write them, made ISO WKB.

use exchange::Cell;
use geozero::{CoordDimensions, ToWkb as _};

use super::degrees;
use crate::ingest::values::number_of;
use crate::model::Srid;

/// A cell that holds no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// Longest text repeated.
const SHOWN: usize = 60;

pub(super) fn unreadable(text: &str) -> Unreadable {
    Unreadable(text.chars().take(SHOWN).collect())
}

pub(super) fn text(cell: &Cell) -> Result<Option<&str>, Unreadable> {
    match cell {
        Cell::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if text.trim().is_empty() => Ok(None),
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(unreadable(&String::from_utf8_lossy(bytes))),
        },
        Cell::Null => Ok(None),
        Cell::Integer(number) => Err(unreadable(&number.to_string())),
        Cell::Real(number) => Err(unreadable(&number.to_string())),
    }
}

/// The number of a cell, or its degrees.
pub(super) fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Real(number) => Some(*number),
        Cell::Text(bytes) => {
            let text = std::str::from_utf8(bytes).ok()?;
            number_of(text).or_else(|| degrees::of(text))
        }
        Cell::Null => None,
    }
}

fn is_empty(cell: &Cell) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Text(bytes) => bytes.iter().all(u8::is_ascii_whitespace),
        _ => false,
    }
}

/// A point of two cells; none when both are empty, or both zero, which files write for unknown.
pub(super) fn pair(x: &Cell, y: &Cell) -> Result<Option<Vec<u8>>, Unreadable> {
    if is_empty(x) && is_empty(y) {
        return Ok(None);
    }
    match (number(x), number(y)) {
        (Some(0.0), Some(0.0)) => Ok(None),
        (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Ok(Some(wkb(x, y))),
        _ => Err(unreadable(&format!("{} ; {}", shown(x), shown(y)))),
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
    }
}

/// A point as ISO WKB, little endian.
pub fn wkb(x: f64, y: f64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(21);
    bytes.push(1);
    bytes.extend_from_slice(&1_u32.to_le_bytes());
    bytes.extend_from_slice(&x.to_le_bytes());
    bytes.extend_from_slice(&y.to_le_bytes());
    bytes
}

/// Latitude and longitude of one text: `47.21, -1.55`, decimals with commas apart by `;`.
fn latlon(text: &str) -> Option<(f64, f64)> {
    let bare = text.trim_matches(['[', ']', '(', ')']);
    let separator = if bare.contains(';') { ';' } else { ',' };
    let number = |part: &str| number_of(part).or_else(|| degrees::of(part));
    let mut parts = bare.split(separator).map(str::trim).map(number);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Some(lat)), Some(Some(lon)), None) => Some((lat, lon)),
        _ => None,
    }
}

pub(super) fn is_point(text: &str) -> bool {
    latlon(text).is_some_and(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0)
}

pub(super) fn latitude_first(cell: &Cell) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(text) = text(cell)? else {
        return Ok(None);
    };
    latlon(text)
        .map(|(lat, lon)| Some(wkb(lon, lat)))
        .ok_or_else(|| unreadable(text))
}

/// WKT behind the `SRID=2154;` of EWKT.
fn without_srid(text: &str) -> &str {
    match text.split_once(';') {
        Some((head, rest)) if head.to_ascii_uppercase().starts_with("SRID=") => rest.trim_start(),
        _ => text,
    }
}

/// The system that EWKT states.
pub(super) fn stated(text: &str) -> Option<Srid> {
    let (head, _) = text.split_once(';')?;
    let code = head.trim().to_ascii_uppercase();
    code.strip_prefix("SRID=")?.trim().parse().ok().map(Srid)
}

pub(super) fn is_wkt(text: &str) -> bool {
    const TYPES: [&str; 7] = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
    ];
    let text = without_srid(text).to_ascii_uppercase();
    TYPES.iter().any(|kind| {
        text.strip_prefix(kind).is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', 'Z', 'M']);
            rest.starts_with('(') || rest.starts_with("EMPTY")
        })
    })
}

/// Parentheses inside parentheses, at most: a multi-polygon in a collection has five.
const DEEPEST: usize = 8;

fn depth(text: &str) -> usize {
    let mut now = 0_usize;
    text.bytes().fold(0, |most, byte| {
        match byte {
            b'(' => now += 1,
            b')' => now = now.saturating_sub(1),
            _ => {}
        }
        most.max(now)
    })
}

pub(super) fn wkt(cell: &Cell) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(text) = text(cell)? else {
        return Ok(None);
    };
    let bare = without_srid(text);
    // The parser calls itself for each collection in a collection.
    if !is_wkt(bare) || depth(bare) > DEEPEST {
        return Err(unreadable(text));
    }
    geozero::wkt::Wkt(bare)
        .to_wkb(CoordDimensions::xy())
        .map(Some)
        .map_err(|_| unreadable(text))
}

pub(super) fn is_geojson(text: &str) -> bool {
    text.starts_with('{') && text.contains("\"coordinates\"")
}

pub(super) fn geojson(cell: &Cell) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(text) = text(cell)? else {
        return Ok(None);
    };
    if !is_geojson(text) {
        return Err(unreadable(text));
    }
    geozero::geojson::GeoJson(text)
        .to_wkb(CoordDimensions::xy())
        .map(Some)
        .map_err(|_| unreadable(text))
}
