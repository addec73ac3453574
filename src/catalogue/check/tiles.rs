//! The tiles: zooms in order, attributes that exist, a companion where one is needed.

use std::collections::HashSet;

use super::delivery::public_field;
use super::findings::{Findings, Step};
use crate::catalogue::{GeometryType, Layer};

/// Deepest zoom with tiles: a pixel of 256 tiles is 4 cm on the ground at the equator.
const ZOOM_MAX: u8 = 22;

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    let tiles = &layer.tiles;
    if tiles.max_zoom > ZOOM_MAX {
        let message = format!("zoom {} is beyond {ZOOM_MAX}", tiles.max_zoom);
        findings.inside(
            "tiles",
            "max_zoom",
            message,
            "clients overzoom beyond the last zoom",
        );
    }
    if tiles.min_zoom > tiles.native_zoom {
        let message = format!(
            "{} is before the first zoom {}",
            tiles.native_zoom, tiles.min_zoom
        );
        findings.inside(
            "tiles",
            "native_zoom",
            message,
            "min_zoom ≤ native_zoom ≤ max_zoom",
        );
    }
    if tiles.native_zoom > tiles.max_zoom {
        let message = format!(
            "{} is before the native zoom {}",
            tiles.max_zoom, tiles.native_zoom
        );
        findings.inside(
            "tiles",
            "max_zoom",
            message,
            "min_zoom ≤ native_zoom ≤ max_zoom",
        );
    }
    check_companion(layer, findings);
    check_attributes(layer, findings);
}

fn check_companion(layer: &Layer, findings: &mut Findings) {
    let tiles = &layer.tiles;
    let Some(companion) = &tiles.generalise else {
        if tiles.native_zoom > tiles.min_zoom {
            let message = format!(
                "nothing says how zooms below {} are made",
                tiles.native_zoom
            );
            let help = "add a table `[tiles.generalise]`, or make native_zoom equal to min_zoom";
            findings.inside("tiles", "native_zoom", message, help);
        }
        return;
    };
    if tiles.native_zoom <= tiles.min_zoom {
        let message = "the companion would serve no zoom".to_owned();
        let help = "remove the table, or make native_zoom greater than min_zoom";
        findings.inside("tiles", "generalise", message, help);
    }
    let at = |key| [Step::Key("tiles"), Step::Key("generalise"), Step::Key(key)];
    if !companion.min_pixels.is_finite() || companion.min_pixels < 0.0 {
        let message = format!("`{}` is not an area", companion.min_pixels);
        findings.report(&at("min_pixels"), message, "give square pixels, 0 or more");
    }
    let merges = layer.geometry == GeometryType::MultiPolygon;
    if !companion.dissolve.is_empty() && !merges {
        let message = format!(
            "geometries of type `{}` do not merge",
            layer.geometry.as_str()
        );
        findings.report(&at("dissolve"), message, "leave `dissolve` empty");
    }
    for (rank, name) in companion.dissolve.iter().enumerate() {
        let mut path = at("dissolve").to_vec();
        path.push(Step::Rank(rank));
        public_field(layer, name, &[], &path, findings);
    }
}

fn check_attributes(layer: &Layer, findings: &mut Findings) {
    let tiles = &layer.tiles;
    let dissolve = tiles
        .generalise
        .as_ref()
        .map_or(&[][..], |companion| &companion.dissolve);
    let mut seen = HashSet::new();
    let mut before = None;
    for (rank, step) in tiles.attributes.iter().enumerate() {
        let at = |key| {
            [
                Step::Key("tiles"),
                Step::Key("attributes"),
                Step::Rank(rank),
                Step::Key(key),
            ]
        };
        if step.zoom < tiles.min_zoom || step.zoom > tiles.max_zoom {
            let message = format!("there are no tiles at zoom {}", step.zoom);
            let help = format!("the tiles go from {} to {}", tiles.min_zoom, tiles.max_zoom);
            findings.report(&at("zoom"), message, &help);
        }
        if before.is_some_and(|before| step.zoom <= before) {
            let message = format!("zoom {} does not follow the step above", step.zoom);
            findings.report(&at("zoom"), message, "the steps go from far to near");
        }
        before = Some(step.zoom);
        for (place, name) in step.fields.iter().enumerate() {
            let mut path = at("fields").to_vec();
            path.push(Step::Rank(place));
            public_field(layer, name, &[], &path, findings);
            if !seen.insert(name) {
                let message = format!("`{name}` is there already from an earlier zoom");
                findings.report(&path, message, "a step names only what it adds");
            }
            let merged = !dissolve.is_empty() && !dissolve.contains(name);
            if merged && step.zoom < tiles.native_zoom {
                let message = format!("`{name}` is lost where features are merged");
                let help = format!(
                    "give it from zoom {} on, or dissolve by it",
                    tiles.native_zoom
                );
                findings.report(&path, message, &help);
            }
        }
    }
}
