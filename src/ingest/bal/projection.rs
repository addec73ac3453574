//! Lambert-93 from degrees, to tell whether the two positions that an address gives agree.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// Eccentricity of GRS 80.
const E: f64 = 0.081_819_191_042_815_79;
/// Half the great axis of GRS 80, in metres.
const A: f64 = 6_378_137.0;
/// Standard parallels, and the origin, in degrees (EPSG:2154).
const PARALLELS: [f64; 2] = [44.0, 49.0];
const ORIGIN: [f64; 2] = [3.0, 46.5];
/// False easting and northing at the origin, in metres.
const FALSE: [f64; 2] = [700_000.0, 6_600_000.0];

/// A longitude and a latitude in Lambert-93 metres: the conformal conic with two standard
/// parallels (EPSG method 9802).
pub fn lambert_93(longitude: f64, latitude: f64) -> [f64; 2] {
    let m = |phi: f64| phi.cos() / (1.0 - (E * phi.sin()).powi(2)).sqrt();
    let t = |phi: f64| {
        let bent = (1.0 - E * phi.sin()) / (1.0 + E * phi.sin());
        (FRAC_PI_4 - phi / 2.0).tan() / bent.powf(E / 2.0)
    };
    let [south, north] = PARALLELS.map(f64::to_radians);
    let n = (m(south).ln() - m(north).ln()) / (t(south).ln() - t(north).ln());
    let f = m(south) / (n * t(south).powf(n));
    let radius = |phi: f64| A * f * t(phi.min(FRAC_PI_2)).powf(n);
    let theta = n * (longitude - ORIGIN[0]).to_radians();
    let (here, origin) = (
        radius(latitude.to_radians()),
        radius(ORIGIN[1].to_radians()),
    );
    [
        FALSE[0] + here * theta.sin(),
        FALSE[1] + origin - here * theta.cos(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_places_are_where_proj_puts_them() {
        // Nantes and Bastia as GDAL 3.6 (PROJ 9.1) projects them, and the origin.
        for (longitude, latitude, x, y) in PLACES {
            let [here_x, here_y] = lambert_93(longitude, latitude);
            let away = (here_x - x).hypot(here_y - y);
            assert!(away < 0.002, "{longitude} {latitude}: {here_x} {here_y}");
        }
    }

    const PLACES: [(f64, f64, f64, f64); 3] = [
        (3.0, 46.5, 700_000.0, 6_600_000.0),
        (-1.553621, 47.218371, 355_576.029, 6_689_719.979),
        (9.450881, 42.697283, 1_228_642.739, 6_199_125.358),
    ];
}
