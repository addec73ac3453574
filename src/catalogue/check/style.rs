//! The style: colours, sizes, and attributes that the tiles really carry where it draws them.

use std::collections::HashSet;

use super::delivery::public_field;
use super::findings::{Findings, Step};
use crate::catalogue::{FieldType, Layer};

/// Widest line or mark, in pixels.
const WIDTH_MAX: f64 = 50.0;
/// Last zoom of MapLibre.
const VIEW_ZOOM_MAX: u8 = 24;

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    let style = &layer.style;
    check_colour(
        &style.color,
        &[Step::Key("style"), Step::Key("color")],
        findings,
    );
    if let Some(outline) = &style.outline {
        check_colour(
            outline,
            &[Step::Key("style"), Step::Key("outline")],
            findings,
        );
    }
    if style
        .opacity
        .is_some_and(|opacity| !(0.0..=1.0).contains(&opacity))
    {
        let message = "an opacity goes from 0 to 1".to_owned();
        findings.inside(
            "style",
            "opacity",
            message,
            "0 is transparent, 1 hides what is below",
        );
    }
    if style
        .width
        .is_some_and(|width| !(0.0..=WIDTH_MAX).contains(&width))
    {
        let message = format!("a width goes from 0 to {WIDTH_MAX} pixels");
        findings.inside("style", "width", message, "");
    }
    check_labels(layer, findings);
    check_classes(layer, findings);
}

fn check_colour(text: &str, path: &[Step], findings: &mut Findings) {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        let help = "write it `#rrggbb`, in hexadecimal, such as `#56aa02`";
        findings.report(path, format!("`{text}` is not a colour"), help);
    }
}

/// Labels need a field, and tiles that carry it from the zoom at which they show.
fn check_labels(layer: &Layer, findings: &mut Findings) {
    let Some(zoom) = layer.style.label_zoom else {
        return;
    };
    if zoom > VIEW_ZOOM_MAX {
        let message = format!("zoom {zoom} is beyond {VIEW_ZOOM_MAX}");
        findings.inside("style", "label_zoom", message, "no client draws that near");
    }
    let Some(label) = &layer.label else {
        let message = "the layer has no `label` field to show".to_owned();
        findings.inside(
            "style",
            "label_zoom",
            message,
            "add `label`, or remove `label_zoom`",
        );
        return;
    };
    if !carried(layer, label, zoom) {
        let message = format!("tiles do not carry `{label}` at zoom {zoom}");
        findings.inside(
            "style",
            "label_zoom",
            message,
            "add it to `tiles.attributes` up to there",
        );
    }
}

fn check_classes(layer: &Layer, findings: &mut Findings) {
    let style = &layer.style;
    let Some(by) = &style.by else {
        if !style.classes.is_empty() {
            let message = "nothing says which field the classes are of".to_owned();
            findings.inside("style", "classes", message, "name it with `by`");
        }
        return;
    };
    let path = [Step::Key("style"), Step::Key("by")];
    let types = [FieldType::Text, FieldType::Integer];
    let Some(field) = public_field(layer, by, &types, &path, findings) else {
        return;
    };
    if !carried(layer, by, layer.tiles.min_zoom) {
        let message = format!("tiles do not carry `{by}` at their first zoom");
        findings.report(
            &path,
            message,
            "add it to the first step of `tiles.attributes`",
        );
    }
    if style.classes.is_empty() {
        let message = "there is no class".to_owned();
        findings.report(
            &path,
            message,
            "give `classes` a colour for each value, or remove `by`",
        );
    }
    let mut values = HashSet::new();
    for (rank, class) in style.classes.iter().enumerate() {
        let at = |key| {
            [
                Step::Key("style"),
                Step::Key("classes"),
                Step::Rank(rank),
                Step::Key(key),
            ]
        };
        check_colour(&class.color, &at("color"), findings);
        if !values.insert(&class.value) {
            findings.report(
                &at("value"),
                format!("`{}` has two classes", class.value),
                "",
            );
        }
        let known = field.label_of(&class.value).is_some();
        if !field.domain.is_empty() && !known {
            let message = format!("`{}` is not in the domain of `{by}`", class.value);
            findings.report(&at("value"), message, "");
        } else if !known && class.label.is_none() {
            let message = format!("the class `{}` has no label", class.value);
            findings.report(
                &at("value"),
                message,
                "the legend shows it; the field has no domain",
            );
        }
    }
}

/// Whether tiles of that zoom carry a field.
fn carried(layer: &Layer, name: &str, zoom: u8) -> bool {
    layer
        .attributes_at(zoom)
        .iter()
        .any(|field| field.name == name)
}
