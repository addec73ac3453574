//! One feature.

use askama::Template as _;
use chrono_tz::Tz;
use serde_json::Value as Json;

use super::cell::Cell;
use super::shape::{self, Shape};
use super::{Html, Page, Published, Section, Site, extent, french};
use crate::catalogue::{Field, Layer};

#[derive(askama::Template)]
#[template(path = "item.html")]
struct Item<'a> {
    page: Page<'a>,
    layer: &'a Layer,
    /// Whether the title must say that the data are a demonstration: some say so themselves.
    tagged: bool,
    fid: i64,
    /// The business key, when one field bears it.
    key: Option<String>,
    rows: Vec<(&'a Field, Cell)>,
    shape: Option<Shape>,
    /// The layer's colour for this feature, as the map has it.
    color: &'a str,
    outline: &'a str,
    /// The middle of the feature, in words.
    place: Option<String>,
    map: String,
}

/// A feature, from its GeoJSON in CRS84.
pub fn item(site: Site<'_>, it: Published<'_>, feature: &Json) -> Html {
    let layer = it.layer;
    let fid = feature["id"].as_i64().unwrap_or(0);
    let properties = &feature["properties"];
    let rows: Vec<(&Field, Cell)> = layer
        .visible()
        .map(|field| (field, Cell::new(field, &properties[&field.name], site.zone)))
        .collect();
    let bounds = shape::bounds(&feature["geometry"]);
    let title =
        title(layer, properties, site.zone).unwrap_or_else(|| format!("Objet nº\u{a0}{fid}"));
    let tagged = it.demonstration && !title.contains("démonstration");
    let path = format!("/collections/{}/items", layer.id);
    Item {
        page: Page::new(site, title, Section::Data)
            .under_layer(layer)
            .under("Objets", path.clone())
            .json(format!("{path}/{fid}?f=json"), "application/geo+json"),
        layer,
        tagged,
        fid,
        key: key(layer, properties, site.zone),
        color: color(layer, properties),
        outline: layer.style.outline.as_deref().unwrap_or("#12355b"),
        rows,
        shape: shape::draw(&feature["geometry"]),
        place: bounds.map(|bounds| {
            let (lon, lat) = extent::centre(bounds);
            french::position(lon, lat)
        }),
        map: extent::fragment(layer.id.as_str(), bounds),
    }
    .render()
}

/// What the layer's label field says; a bare number is given its name: « Numéro 0035 ».
fn title(layer: &Layer, properties: &Json, zone: Tz) -> Option<String> {
    let field = layer.label_field().filter(|field| !field.personal)?;
    let cell = Cell::new(field, &properties[&field.name], zone);
    let text = cell.title()?;
    Some(if text.chars().any(char::is_alphabetic) {
        text.to_owned()
    } else {
        format!("{} {text}", field.title)
    })
}

/// The value of the business key, unless it is the title already.
fn key(layer: &Layer, properties: &Json, zone: Tz) -> Option<String> {
    let [name] = &layer.key[..] else { return None };
    let field = layer.field(name).filter(|field| !field.personal)?;
    if layer.label.as_ref() == Some(name) {
        return None;
    }
    let cell = Cell::new(field, &properties[name], zone);
    cell.title().map(str::to_owned)
}

/// The colour of the feature's class, or else of the layer.
fn color<'a>(layer: &'a Layer, properties: &Json) -> &'a str {
    let style = &layer.style;
    let value = style.by.as_ref().map(|field| match &properties[field] {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    });
    let class = style
        .classes
        .iter()
        .find(|class| value.as_ref() == Some(&class.value));
    class.map_or(&style.color, |class| &class.color)
}
