//! One feature.

use askama::Template as _;
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
    rows: Vec<(&'a Field, Cell)>,
    shape: Option<Shape>,
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
        .public_fields()
        .map(|field| (field, Cell::new(field, &properties[&field.name])))
        .collect();
    let label = layer
        .label_field()
        .filter(|field| !field.personal)
        .map(|field| Cell::new(field, &properties[&field.name]))
        .and_then(|cell| cell.title().map(str::to_owned));
    let bounds = shape::bounds(&feature["geometry"]);
    let title = label.unwrap_or_else(|| format!("Objet nº\u{a0}{fid}"));
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
