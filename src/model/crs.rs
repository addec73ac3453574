//! Coordinate reference systems, boxes, and the spherical Mercator.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// EPSG code of a coordinate reference system, as PostGIS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Srid(pub i32);

/// The Mercator of web maps.
pub const MERCATOR: Srid = Srid(3857);

/// A reference system in which features are asked for or given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crs {
    /// WGS 84, longitude before latitude: the default of OGC API Features.
    Crs84,
    /// EPSG:4326, latitude before longitude.
    Wgs84,
    /// A projected system, metres, easting before northing.
    Projected(Srid),
}

impl Crs {
    /// The address by which OGC names it (Part 2, clause 6.2).
    pub fn uri(self) -> String {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            Self::Wgs84 => "http://www.opengis.net/def/crs/EPSG/0/4326".to_owned(),
            Self::Projected(Srid(code)) => format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
        }
    }

    /// A position as it is written in this system: its coordinates in the system's axis order, and
    /// the decimals worth writing (centimetres in degrees, millimetres in metres).
    ///
    /// Degrees are derived from the stored Mercator, in closed form; a projected position is
    /// given in its own system already.
    #[inline]
    pub fn written(self, x: f64, y: f64) -> (f64, f64, usize) {
        match self {
            Self::Crs84 => {
                let (lon, lat) = mercator_to_degrees(x, y);
                (lon, lat, 7)
            }
            Self::Wgs84 => {
                let (lon, lat) = mercator_to_degrees(x, y);
                (lat, lon, 7)
            }
            Self::Projected(_) => (x, y, 3),
        }
    }

    /// Whether coordinates are degrees.
    pub fn is_geographic(self) -> bool {
        matches!(self, Self::Crs84 | Self::Wgs84)
    }
}

/// A box in two dimensions, in the units of its system, easting (or longitude) first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    /// West.
    pub min_x: f64,
    /// South.
    pub min_y: f64,
    /// East.
    pub max_x: f64,
    /// North.
    pub max_y: f64,
}

impl Bbox {
    /// The smallest box that holds both.
    pub fn union(self, other: Self) -> Self {
        Self {
            min_x: self.min_x.min(other.min_x),
            min_y: self.min_y.min(other.min_y),
            max_x: self.max_x.max(other.max_x),
            max_y: self.max_y.max(other.max_y),
        }
    }

    /// What the two have in common; none when they are apart.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let common = Self {
            min_x: self.min_x.max(other.min_x),
            min_y: self.min_y.max(other.min_y),
            max_x: self.max_x.min(other.max_x),
            max_y: self.max_y.min(other.max_y),
        };
        (common.min_x <= common.max_x && common.min_y <= common.max_y).then_some(common)
    }

    /// A Mercator box in degrees (CRS84); exact, since the projection keeps its axes apart.
    pub fn to_degrees(self) -> Self {
        let (min_x, min_y) = mercator_to_degrees(self.min_x, self.min_y);
        let (max_x, max_y) = mercator_to_degrees(self.max_x, self.max_y);
        Self {
            min_x,
            min_y,
            max_x,
            max_y,
        }
    }

    /// A box in degrees (CRS84) in Mercator metres, cut to the square that Mercator covers.
    pub fn to_mercator(self) -> Self {
        let (min_x, min_y) = degrees_to_mercator(self.min_x, self.min_y);
        let (max_x, max_y) = degrees_to_mercator(self.max_x, self.max_y);
        Self {
            min_x,
            min_y,
            max_x,
            max_y,
        }
    }

    /// West, south, east, north.
    pub fn to_array(self) -> [f64; 4] {
        [self.min_x, self.min_y, self.max_x, self.max_y]
    }
}

/// Radius of the sphere of EPSG:3857, in metres.
const RADIUS: f64 = 6_378_137.0;

/// Half of the side of the Mercator square, in metres.
pub const MERCATOR_HALF: f64 = PI * RADIUS;

/// Latitude at which the Mercator square ends, in degrees.
const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// Longitude and latitude in degrees of a position in EPSG:3857.
#[inline]
pub fn mercator_to_degrees(x: f64, y: f64) -> (f64, f64) {
    (
        (x / RADIUS).to_degrees(),
        (y / RADIUS).sinh().atan().to_degrees(),
    )
}

/// Position in EPSG:3857 of a longitude and latitude in degrees, cut to the Mercator square.
pub fn degrees_to_mercator(lon: f64, lat: f64) -> (f64, f64) {
    let lat = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
    (
        lon.clamp(-180.0, 180.0).to_radians() * RADIUS,
        lat.tan().asinh() * RADIUS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mercator_goes_and_comes_back_within_a_micrometre() {
        for (lon, lat) in [
            (-1.5536, 47.2184),
            (55.45, -20.88),
            (0.0, 0.0),
            (179.9, 84.0),
        ] {
            let (x, y) = degrees_to_mercator(lon, lat);
            let (lon2, lat2) = mercator_to_degrees(x, y);
            assert!(
                (lon - lon2).abs() < 1e-11 && (lat - lat2).abs() < 1e-11,
                "{lon} {lat}"
            );
        }
    }

    #[test]
    fn the_pole_is_cut_to_the_square() {
        let (_, y) = degrees_to_mercator(0.0, 90.0);
        assert!((y - MERCATOR_HALF).abs() < 1e-3);
    }
}
