//! Boxes in words, and the place of the map that shows them.

use super::french;
use crate::model::{Bbox, degrees_to_mercator};

/// Pixels that the map is taken to have, sheet of layers beside.
const MAP_PIXELS: (f64, f64) = (800.0, 560.0);

/// Metres of a pixel at zoom 0 of the viewer, whose tiles have 512 pixels.
const METRES_AT_0: f64 = 2.0 * crate::model::MERCATOR_HALF / 512.0;

/// Deepest zoom to which a link leads: a point has no extent.
const DEEPEST: f64 = 18.0;

/// The viewer's fragment: `#map=z/lat/lon&couches=…`, the whole box in view.
pub fn fragment(layer: &str, extent: Option<Bbox>) -> String {
    let Some(extent) = extent else {
        return format!("#couches={layer}");
    };
    let (west, south) = degrees_to_mercator(extent.min_x, extent.min_y);
    let (east, north) = degrees_to_mercator(extent.max_x, extent.max_y);
    let metres = ((east - west) / MAP_PIXELS.0)
        .max((north - south) / MAP_PIXELS.1)
        .max(1e-6);
    let zoom = (METRES_AT_0 / metres).log2().clamp(0.0, DEEPEST);
    let (lon, lat) = centre(extent);
    format!("#map={zoom:.2}/{lat:.5}/{lon:.5}&couches={layer}")
}

/// The middle of a box.
pub fn centre(extent: Bbox) -> (f64, f64) {
    (
        (extent.min_x + extent.max_x) / 2.0,
        (extent.min_y + extent.max_y) / 2.0,
    )
}

/// Corners of a box: south-west, then north-east.
pub fn words(extent: Bbox) -> (String, String) {
    (
        french::position(extent.min_x, extent.min_y),
        french::position(extent.max_x, extent.max_y),
    )
}

/// A box as the parameter `bbox` takes it.
pub fn bbox(extent: Bbox, decimals: usize) -> String {
    extent
        .to_array()
        .map(|degrees| format!("{degrees:.decimals$}"))
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragment_shows_the_whole_box() {
        let metropolis = Bbox {
            min_x: -1.85,
            min_y: 47.04,
            max_x: -1.34,
            max_y: 47.34,
        };
        let fragment = fragment("communes", Some(metropolis));
        assert!(fragment.starts_with("#map=9.80/"), "{fragment}");
        assert!(
            fragment.ends_with("/47.19000/-1.59500&couches=communes"),
            "{fragment}"
        );
    }

    #[test]
    fn a_point_does_not_lead_too_deep() {
        let point = Bbox {
            min_x: 2.0,
            min_y: 47.0,
            max_x: 2.0,
            max_y: 47.0,
        };
        assert_eq!(
            fragment("mairies", Some(point)),
            "#map=18.00/47.00000/2.00000&couches=mairies"
        );
        assert_eq!(fragment("mairies", None), "#couches=mairies");
    }
}
