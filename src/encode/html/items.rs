//! A page of features: a table, and the form that filters it.

use askama::Template as _;
use chrono_tz::Tz;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::cell::Cell;
use super::{Html, Page, Published, Section, Site, extent, french};
use crate::catalogue::{Field, FieldType, Layer};
use crate::model::Crs;

/// Fields that the form offers at most.
const FILTERS: usize = 6;

/// Sizes of a page that the form offers.
const SIZES: [&str; 4] = ["10", "50", "200", "1000"];

/// What stands for itself in a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b',')
    .remove(b'/')
    .remove(b':');

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// The parameters of the request, decoded; without `f` and `key`.
    pub params: &'a [(String, String)],
    /// Systems in which a box may be written.
    pub served: &'a [Crs],
}

#[derive(askama::Template)]
#[template(path = "items.html")]
struct Items<'a> {
    page: Page<'a>,
    it: Published<'a>,
    layer: &'a Layer,
    /// Path of the resource.
    here: String,
    fields: Vec<&'a Field>,
    rows: Vec<Row>,
    /// How many features the page has, in words.
    shown: String,
    /// How many there are in all.
    matched: Option<String>,
    filtered: bool,
    filters: Vec<Filter<'a>>,
    datetime: Option<(&'a str, &'a str)>,
    bbox: &'a str,
    /// The box of the whole layer, as an example.
    extent: String,
    systems: Vec<Choice>,
    sizes: Vec<Choice>,
    /// Parameters that the form does not show but keeps.
    kept: Vec<(&'a str, &'a str)>,
    first: Option<String>,
    next: Option<String>,
    geojson: String,
    flatgeobuf: String,
}

struct Row {
    fid: i64,
    cells: Vec<Cell>,
}

/// One field of the form.
struct Filter<'a> {
    field: &'a Field,
    value: &'a str,
    /// Values to choose from; none for a free value.
    choices: Vec<Choice>,
    /// The `type` of a free value's input.
    input: &'static str,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A page of features, from their GeoJSON.
pub fn items(site: Site<'_>, it: Published<'_>, listing: Listing<'_>, page: &Json) -> Html {
    let layer = it.layer;
    let fields: Vec<&Field> = layer.visible().collect();
    let value = |name: &str| value(listing.params, name);
    let path = format!("/collections/{}/items", layer.id);
    let address = |f: &str, keep: &dyn Fn(&str) -> bool, more: &str| {
        let query = query(listing.params, keep);
        format!("{}{path}?{query}f={f}{more}", site.root())
    };
    let filters = filters(layer, listing);
    let datetime = layer
        .datetime_field()
        .map(|field| (field.title.as_str(), value("datetime").unwrap_or("")));
    let in_form = |name: &str| {
        matches!(name, "bbox" | "bbox-crs" | "limit" | "next")
            || (name == "datetime" && datetime.is_some())
            || filters.iter().any(|filter| filter.field.name == name)
    };
    Items {
        page: Page::new(site, "Objets", Section::Data)
            .under_layer(layer)
            .json(
                format!("{path}?{}f=json", query(listing.params, &|_| true)),
                "application/geo+json",
            ),
        here: format!("{}{path}", site.root()),
        rows: rows(&fields, page, site.zone),
        shown: shown(page),
        matched: page["numberMatched"].as_i64().map(french::count),
        filtered: listing
            .params
            .iter()
            .any(|(name, _)| is_filter(name) && name != "bbox-crs"),
        bbox: value("bbox").unwrap_or(""),
        extent: it
            .extent
            .map(|extent| extent::bbox(extent, 2))
            .unwrap_or_default(),
        systems: systems(listing.served, value("bbox-crs")),
        sizes: sizes(value("limit").unwrap_or("10")),
        kept: listing
            .params
            .iter()
            .filter(|(name, _)| !in_form(name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        first: value("next").map(|_| address("html", &|name| name != "next", "")),
        next: next(page).map(|token| {
            let more = format!("&next={token}");
            address("html", &|name| name != "next", &more)
        }),
        geojson: address("json", &|_| true, ""),
        flatgeobuf: address("fgb", &is_filter, ""),
        it,
        layer,
        fields,
        filters,
        datetime,
    }
    .render()
}

fn value<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = params.iter().find(|(other, _)| other == name);
    found.map(|(_, value)| value.as_str())
}

/// Whether a parameter chooses features, rather than their number or form.
fn is_filter(name: &str) -> bool {
    !matches!(name, "limit" | "next" | "crs")
}

/// The parameters kept, written again, each followed by `&`.
fn query(params: &[(String, String)], keep: &dyn Fn(&str) -> bool) -> String {
    let pairs = params.iter().filter(|(name, _)| keep(name));
    let written = |text| utf8_percent_encode(text, PLAIN);
    pairs
        .map(|(name, value)| format!("{}={}&", written(name), written(value)))
        .collect()
}

/// The token of the page's `next` link.
fn next(page: &Json) -> Option<&str> {
    let links = page["links"].as_array()?;
    let link = links.iter().find(|link| link["rel"] == "next")?;
    let (_, token) = link["href"].as_str()?.rsplit_once("next=")?;
    Some(token)
}

fn shown(page: &Json) -> String {
    let number = page["features"].as_array().map_or(0, Vec::len);
    french::counted(number as i64, "objet affiché", "objets affichés")
}

fn rows(fields: &[&Field], page: &Json, zone: Tz) -> Vec<Row> {
    let features = page["features"].as_array().map_or(&[][..], Vec::as_slice);
    let row = |feature: &Json| Row {
        fid: feature["id"].as_i64().unwrap_or(0),
        cells: fields
            .iter()
            .map(|field| Cell::new(field, &feature["properties"][&field.name], zone))
            .collect(),
    };
    features.iter().map(row).collect()
}

/// Indexed fields first: they answer at once.
fn filters<'a>(layer: &'a Layer, listing: Listing<'a>) -> Vec<Filter<'a>> {
    let key = |field: &Field| layer.key.len() == 1 && layer.key[0] == field.name;
    layer
        .public_fields()
        .filter(|field| field.index || key(field))
        .take(FILTERS)
        .map(|field| {
            let value = value(listing.params, &field.name).unwrap_or("");
            Filter {
                field,
                value,
                choices: choices(field, value),
                input: match field.kind {
                    FieldType::Date => "date",
                    _ => "text",
                },
            }
        })
        .collect()
}

fn choices(field: &Field, value: &str) -> Vec<Choice> {
    let choice = |code: &str, label: &str| Choice {
        value: code.to_owned(),
        label: label.to_owned(),
        chosen: code == value,
    };
    if field.kind == FieldType::Boolean {
        return vec![choice("true", "Oui"), choice("false", "Non")];
    }
    let domain = field.domain.iter();
    domain.map(|v| choice(&v.code, &v.label)).collect()
}

fn systems(served: &[Crs], asked: Option<&str>) -> Vec<Choice> {
    let code = |text: &str| text.rsplit(['/', ':']).next().unwrap_or(text).to_owned();
    let asked = asked.map_or_else(|| "CRS84".to_owned(), code);
    let choice = |crs: &Crs| {
        let number = code(&crs.uri());
        Choice {
            value: match crs {
                Crs::Crs84 => number.clone(),
                _ => format!("EPSG:{number}"),
            },
            label: match (crs, number.as_str()) {
                (Crs::Crs84, _) => "Degrés (longitude, latitude)".to_owned(),
                (Crs::Wgs84, _) => "Degrés (latitude, longitude)".to_owned(),
                (_, "2154") => "Lambert-93 (EPSG:2154)".to_owned(),
                (_, "3857") => "Mercator du web (EPSG:3857)".to_owned(),
                // The nine conic zones of France are named by their latitude: CC42 to CC50.
                (_, zone) if matches!(zone.parse(), Ok(3942..=3950)) => {
                    format!("CC{} (EPSG:{zone})", &zone[2..])
                }
                (_, other) => format!("EPSG:{other}"),
            },
            chosen: number == asked,
        }
    };
    served.iter().map(choice).collect()
}

fn sizes(asked: &str) -> Vec<Choice> {
    let mut sizes: Vec<&str> = SIZES.to_vec();
    if !sizes.contains(&asked) {
        sizes.push(asked);
    }
    let choice = |size: &str| Choice {
        value: size.to_owned(),
        label: size.parse().map_or_else(|_| size.to_owned(), french::count),
        chosen: size == asked,
    };
    sizes.into_iter().map(choice).collect()
}
