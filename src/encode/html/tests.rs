//! Whole pages, from a layer whose titles and values are hostile.

use serde_json::{Value as Json, json};

use super::*;
use crate::model::{Crs, Problem, Reading};

const HOSTILE: &str = "<script>alert(\"'&\")</script>";

fn layer() -> View {
    let text = format!(
        r##"
id = "essais"
title = '''{HOSTILE}'''
description = '''{HOSTILE}'''
theme = "Thème"
licence = "etalab-2.0"
attribution = '''{HOSTILE}'''
source = "Source"
vintage = "2026"
contact = "sig@metropole.example"
service = "sig"
audience = "open"
geometry = "MultiPolygon"
key = ["code"]
scope = "territoire"
label = "nom"

[[field]]
name = "code"
title = "Code"
type = "text"

[[field]]
name = "nom"
title = "Nom"
type = "text"

[[field]]
name = "etat"
title = "État"
type = "text"
index = true
domain = [{{ code = "o", label = "Ouvert" }}, {{ code = "f", label = "Fermé" }}]

[[field]]
name = "aire"
title = "Aire"
type = "integer"
unit = "m²"

[[field]]
name = "jour"
title = "Jour"
type = "date"

[[field]]
name = "site"
title = "Site"
type = "text"

[[field]]
name = "demandeur"
title = "Demandeur"
type = "text"
personal = true

[tiles]
min_zoom = 10
native_zoom = 10
max_zoom = 16
attributes = []

[style]
order = 1
color = "#aabbcc"
"##
    );
    let layer: Layer = toml::from_str(&text).expect("a layer");
    View::new(layer.into(), Reading::default())
}

fn site() -> Site<'static> {
    Site {
        base: "https://geo.example/portail",
        title: "Géonantes",
        description: "Le portail",
        territory: "Métropole",
        zone: chrono_tz::Europe::Paris,
        reader: Reader::Unknown("/"),
    }
}

fn published(layer: &View) -> Published<'_> {
    Published {
        layer,
        version: 3,
        count: Some(60_000),
        extent: None,
        demonstration: true,
    }
}

fn feature() -> Json {
    json!({
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "MultiPolygon", "coordinates":
            [[[[-1.6, 47.2], [-1.5, 47.2], [-1.5, 47.3], [-1.6, 47.2]]]]},
        "properties": {
            "code": "A1",
            "nom": HOSTILE,
            "etat": "f",
            "aire": 12345,
            "jour": "2026-01-31",
            "site": "javascript:alert(1)",
        },
    })
}

fn assert_safe(page: &str) {
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains("href=\"javascript"), "{page}");
    assert!(
        !page.contains(" style="),
        "the policy forbids styles in pages"
    );
    assert!(!page.contains("Demandeur"), "a personal field shows");
    assert!(page.starts_with("<!doctype html>\n<html lang=\"fr\">"));
    assert!(page.contains("href=\"/portail/static/geonantes.css\""));
}

#[test]
fn hostile_titles_and_values_are_escaped_on_every_page() {
    let layer = layer();
    let it = published(&layer);
    let params = [("etat".to_owned(), HOSTILE.to_owned())];
    let listing = Listing {
        params: &params,
        served: &[Crs::Crs84, Crs::Wgs84],
    };
    let features = json!({"features": [feature()], "links": []});
    let document = json!({"paths": {format!("/{HOSTILE}"): {"get": {"summary": HOSTILE}}}});
    let problem = Problem::bad(HOSTILE);
    for page in [
        landing(site(), &[it]),
        collections(site(), &[it]),
        collection(site(), it),
        schema(site(), &layer, Resource::Schema),
        schema(site(), &layer, Resource::Queryables),
        items(site(), it, listing, &features),
        item(site(), it, &feature()),
        conformance(site(), &[HOSTILE]),
        api(site(), Some(it), &document),
        error(site(), 400, &problem, "id"),
    ] {
        assert_safe(&page.expect("a page"));
    }
}

#[test]
fn a_feature_reads_in_french() {
    let layer = layer();
    let page = item(site(), published(&layer), &feature()).expect("a page");
    for expected in [
        "Fermé <code>f</code>",
        "12\u{202f}345\u{a0}m²",
        "<time datetime=\"2026-01-31\">31/01/2026</time>",
        "<svg class=\"shape\"",
        "démonstration",
        "/portail/carte#map=",
    ] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
}

#[test]
fn a_feature_whose_label_is_a_number_is_named_by_its_field() {
    let mut layer = Layer::clone(layer().layer());
    layer.style.by = Some("etat".to_owned());
    layer.style.classes = toml::from_str::<std::collections::HashMap<String, _>>(
        "classes = [{ value = \"f\", color = \"#123456\" }]",
    )
    .expect("classes")
    .remove("classes")
    .expect("classes");
    let layer = View::new(layer.into(), Reading::default());
    let mut feature = feature();
    feature["properties"]["nom"] = json!("0035");
    let page = item(site(), published(&layer), &feature).expect("a page");
    assert!(page.contains("<h1>Nom 0035"), "{page}");
    assert!(page.contains(" · A1 · objet nº&nbsp;7"), "{page}");
    assert!(page.contains("fill=\"#123456\""), "{page}");
}

#[test]
fn pages_follow_one_another_with_their_filter() {
    let layer = layer();
    let params = [
        ("etat".to_owned(), "f & g".to_owned()),
        ("limit".to_owned(), "10".to_owned()),
        ("next".to_owned(), "OLD".to_owned()),
    ];
    let listing = Listing {
        params: &params,
        served: &[Crs::Crs84],
    };
    let next = json!({"rel": "next", "href": "http://other/items?f=json&next=TOKEN"});
    let features = json!({"features": [feature()], "links": [next], "numberMatched": 12345});
    let page = items(site(), published(&layer), listing, &features).expect("a page");
    let here = "/portail/collections/essais/items?";
    for expected in [
        format!("{here}etat=f%20%26%20g&#38;limit=10&#38;f=html&#38;next=TOKEN"),
        format!("href=\"{here}etat=f%20%26%20g&#38;f=fgb\""),
        "1\u{a0}objet affiché sur 12\u{202f}345".to_owned(),
        "<a href=\"/portail/collections/essais/items/7?f=html\">7</a>".to_owned(),
    ] {
        assert!(page.contains(&expected), "{expected} is not in {page}");
    }
}

#[test]
fn the_root_is_the_path_of_the_address() {
    let at = |base| Site { base, ..site() }.root();
    assert_eq!(at("http://127.0.0.1:8080"), "");
    assert_eq!(at("https://geo.example/portail"), "/portail");
}
