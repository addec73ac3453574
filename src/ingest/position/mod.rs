//! Where features are when the file has no geometry of its own: coordinates, WKT, WKB or GeoJSON in
//! its columns.

mod degrees;
mod hex;
mod parse;
#[cfg(test)]
mod tests;

use exchange::{Cell, Column, SourceLayer, first_point};

use super::crs::WGS84;
use super::fold::fold;
use crate::model::Srid;

pub use parse::{Unreadable, wkb as point};

/// What gives a feature its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Two columns, x and y, or longitude and latitude.
    Pair {
        /// Column of x, or of the longitude.
        x: usize,
        /// Column of y, or of the latitude.
        y: usize,
    },
    /// One column with latitude and longitude, as Opendatasoft writes `geo_point_2d`.
    Point(usize),
    /// One column with WKT or EWKT.
    Wkt(usize),
    /// One column with WKB or EWKB in hexadecimal, as PostGIS writes a geometry.
    Hex(usize),
    /// One column with a GeoJSON geometry.
    GeoJson(usize),
}

/// What the columns say of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The columns.
    pub position: Position,
    /// The reference system, when the columns tell.
    pub srid: Option<Srid>,
}

impl Position {
    /// The columns that it reads.
    pub fn columns(self) -> Vec<usize> {
        match self {
            Self::Pair { x, y } => vec![x, y],
            Self::Point(one) | Self::Wkt(one) | Self::Hex(one) | Self::GeoJson(one) => vec![one],
        }
    }

    /// As the report says it.
    pub fn words(self, columns: &[Column]) -> String {
        let name = |index: usize| columns[index].name.as_str();
        match self {
            Self::Pair { x, y } => format!("positions des colonnes {} et {}", name(x), name(y)),
            Self::Point(one) => format!(
                "positions de la colonne {} (latitude, longitude)",
                name(one)
            ),
            Self::Wkt(one) => format!("géométries de la colonne {} (WKT)", name(one)),
            Self::Hex(one) => format!("géométries de la colonne {} (WKB)", name(one)),
            Self::GeoJson(one) => format!("géométries de la colonne {} (GeoJSON)", name(one)),
        }
    }

    /// The geometry of a row, ISO WKB; none when its cells are empty.
    ///
    /// # Errors
    /// When they hold something else.
    pub fn geometry(self, cells: &[Cell]) -> Result<Option<Vec<u8>>, Unreadable> {
        let cell = |index: usize| cells.get(index).unwrap_or(&Cell::Null);
        match self {
            Self::Pair { x, y } => parse::pair(cell(x), cell(y)),
            Self::Point(one) => parse::latitude_first(cell(one)),
            Self::Wkt(one) => parse::wkt(cell(one)),
            Self::Hex(one) => hex::geometry(cell(one)),
            Self::GeoJson(one) => parse::geojson(cell(one)),
        }
    }
}

/// Names of columns that hold a longitude, folded.
const LONGITUDES: [&str; 11] = [
    "lon",
    "long",
    "lng",
    "longitude",
    "xlon",
    "xlong",
    "longitudewgs84",
    "coordlon",
    "xwgs84",
    "geolon",
    "lonwgs84",
];

/// Names of columns that hold a latitude, in the order of [`LONGITUDES`]: what goes together.
const LATITUDES: [&str; 9] = [
    "lat",
    "latitude",
    "ylat",
    "latitudewgs84",
    "coordlat",
    "ywgs84",
    "geolat",
    "latwgs84",
    "yplat",
];

/// What the columns of a table say of places; nothing when they say nothing.
pub fn find(source: &SourceLayer) -> Option<Placed> {
    whole(source).or_else(|| {
        let projected = pair(source);
        let degrees = degrees(source);
        // Metres of a known system are exact, degrees are surer than metres of an unknown one.
        match projected {
            Some(placed) if placed.srid.is_some() => Some(placed),
            _ => degrees.or(projected),
        }
    })
}

/// A column that holds whole geometries, by what the first rows have in it.
fn whole(source: &SourceLayer) -> Option<Placed> {
    let texts = |index: usize| {
        let cells = source
            .sample
            .iter()
            .filter_map(move |row| row.cells.get(index));
        cells.filter_map(|cell| match cell {
            Cell::Text(bytes) => std::str::from_utf8(bytes).ok().map(str::trim),
            _ => None,
        })
    };
    let filled = |index: usize| texts(index).filter(|text| !text.is_empty());
    // Those that are none are told row by row.
    let most = |index: usize, is: fn(&str) -> bool| {
        2 * filled(index).filter(|text| is(text)).count() > filled(index).count()
    };
    for index in 0..source.columns.len() {
        if most(index, parse::is_wkt) {
            let stated = texts(index).find_map(parse::stated);
            return Some(whole_at(source, Position::Wkt(index), stated));
        }
        if most(index, hex::is_wkb) {
            let stated = texts(index).find_map(hex::stated);
            return Some(whole_at(source, Position::Hex(index), stated));
        }
        if most(index, parse::is_geojson) {
            return Some(Placed {
                position: Position::GeoJson(index),
                srid: Some(WGS84),
            });
        }
    }
    const CALLED: [&str; 8] = [
        "geopoint",
        "latlon",
        "latlong",
        "coord",
        "geoloc",
        "gps",
        "position",
        "localisation",
    ];
    let named = |index: &usize| {
        let name = fold(&source.columns[*index].name);
        CALLED.iter().any(|word| name.contains(word))
    };
    (0..source.columns.len())
        .filter(named)
        .find(|index| most(*index, parse::is_point))
        .map(|index| Placed {
            position: Position::Point(index),
            srid: Some(WGS84),
        })
}

/// Geometries in a column, in the system that they state, or in degrees where they can be nothing
/// else: no projection of ours has metres so small.
fn whole_at(source: &SourceLayer, position: Position, stated: Option<Srid>) -> Placed {
    let starts = source
        .sample
        .iter()
        .filter_map(|row| first_point(&position.geometry(&row.cells).ok()??));
    let mut starts = starts.peekable();
    let degrees =
        starts.peek().is_some() && starts.all(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0);
    Placed {
        position,
        srid: stated.or(degrees.then_some(WGS84)),
    }
}

fn degrees(source: &SourceLayer) -> Option<Placed> {
    let (x, y) = (called(source, &LONGITUDES)?, called(source, &LATITUDES)?);
    Some(Placed {
        position: Position::Pair { x, y },
        srid: Some(WGS84),
    })
}

/// The column of the first of these names that there is.
fn called(source: &SourceLayer, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| {
        let mut columns = source.columns.iter();
        columns.position(|column| fold(&column.name) == *name)
    })
}

/// Two columns whose names differ by x and y alone.
fn pair(source: &SourceLayer) -> Option<Placed> {
    let folded: Vec<String> = source
        .columns
        .iter()
        .map(|column| fold(&column.name))
        .collect();
    for (x, name) in folded.iter().enumerate() {
        let Some(other) = counterpart(name) else {
            continue;
        };
        if let Some(y) = folded.iter().position(|name| *name == other) {
            let mut srid = named_system(name).or_else(|| written_system(source));
            if srid.is_none() && within_degrees(source, x, y) {
                srid = Some(WGS84);
            }
            return Some(Placed {
                position: Position::Pair { x, y },
                srid,
            });
        }
    }
    None
}

/// The name of the column of y, for one that may hold x: `x`, `coord_x`, `x_l93`, `Coordonnée X`,
/// `x_lambert_93`.
fn counterpart(name: &str) -> Option<String> {
    const AROUND: [&str; 24] = [
        "",
        "coord",
        "coordonnee",
        "coordonnees",
        "l93",
        "lambert93",
        "lambert",
        "cc47",
        "centroid",
        "centroide",
        "2154",
        "epsg2154",
        "3947",
        "epsg3947",
        "pos",
        "position",
        "wgs84",
        "4326",
        "epsg4326",
        "origine",
        "l2e",
        "lamb93",
        "coordl93",
        "geo",
    ];
    let fits = |rest: &str| {
        let zone = rest
            .strip_prefix("cc")
            .is_some_and(|zone| zone.parse::<u8>().is_ok());
        let spelt = |word: &str| AROUND.contains(&word) || word.starts_with("coordonnee");
        zone || spelt(rest)
            || rest
                .strip_prefix("epsg")
                .is_some_and(|code| code.parse::<u32>().is_ok())
    };
    if let Some(rest) = name.strip_prefix('x').filter(|rest| fits(rest)) {
        return Some(format!("y{rest}"));
    }
    if let Some(rest) = name
        .strip_suffix('x')
        .filter(|rest| !rest.is_empty() && fits(rest))
    {
        return Some(format!("{rest}y"));
    }
    // `Coordonnée X EPSG 2154`, `coord_x_l93`: the letter between two words.
    name.match_indices('x').find_map(|(at, _)| {
        let (before, after) = (&name[..at], &name[at + 1..]);
        (!before.is_empty() && fits(before) && fits(after)).then(|| format!("{before}y{after}"))
    })
}

/// The system that a column states, the same in each of the first rows (`epsg_origine`).
fn written_system(source: &SourceLayer) -> Option<Srid> {
    const NAMES: [&str; 7] = [
        "epsg",
        "codeepsg",
        "epsgorigine",
        "epsgcode",
        "srid",
        "crs",
        "projection",
    ];
    let index = called(source, &NAMES)?;
    let mut found = None;
    for row in &source.sample {
        let text = match row.cells.get(index)? {
            Cell::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Cell::Integer(code) => code.to_string(),
            _ => return None,
        };
        let srid = super::crs::parse(&text).ok()?;
        if *found.get_or_insert(srid) != srid {
            return None;
        }
    }
    found
}

/// The system that a column's name states.
fn named_system(name: &str) -> Option<Srid> {
    let has = |word: &str| name.contains(word);
    if has("l93") || has("lambert93") || has("lamb93") || has("2154") {
        return Some(Srid(2154));
    }
    if has("wgs84") || has("4326") {
        return Some(WGS84);
    }
    if has("l2e") || has("27572") {
        return Some(Srid(27572));
    }
    let zone = name
        .split("cc")
        .nth(1)
        .and_then(|rest| rest.get(..2)?.parse::<i32>().ok());
    if let Some(zone) = zone.filter(|zone| (42..=50).contains(zone)) {
        return Some(Srid(3900 + zone));
    }
    let code = name.split("epsg").nth(1)?;
    let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().map(Srid)
}

/// Whether the first rows hold degrees, as metres of no projection of ours are so small.
fn within_degrees(source: &SourceLayer, x: usize, y: usize) -> bool {
    let numbers = |index: usize| {
        source
            .sample
            .iter()
            .filter_map(move |row| row.cells.get(index).and_then(parse::number))
    };
    numbers(x).next().is_some()
        && numbers(x).all(|x| x.abs() <= 180.0)
        && numbers(y).all(|y| y.abs() <= 90.0)
}
