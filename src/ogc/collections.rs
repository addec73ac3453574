//! Collections: one a layer that the caller may see.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::ask::{Ask, Format, media};
use super::links::{document_links, link};
use super::page::published;
use crate::app::Seen;
use crate::catalogue::{Layer, View};
use crate::encode::html;
use crate::model::{Crs, Problem};

/// `GET /collections`.
///
/// # Errors
/// 400 for an unknown parameter or format.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    if ask.format()? == Format::Html {
        let views = ask.app.views(&ask.caller);
        let published = ask.all_published(&views).await;
        return ask.page(html::collections(ask.site(), &published));
    }
    let mut collections = Vec::new();
    for view in ask.app.views(&ask.caller) {
        let seen = ask.seen_in_a_list(&view).await;
        collections.push(document(&ask, &view, &seen, false));
    }
    let document = json!({
        "links": document_links(&ask, media::JSON, "Collections"),
        "numberMatched": collections.len(),
        "numberReturned": collections.len(),
        "crs": ask.app.served.iter().map(|crs| crs.uri()).collect::<Vec<_>>(),
        "collections": collections,
    });
    Ok(ask.json(media::JSON, &document))
}

/// `GET /collections/{c}`.
///
/// # Errors
/// 400 for an unknown parameter or format, 404, 401, 403, 503.
pub async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    let layer = ask.layer(&id)?;
    ask.no_more_params()?;
    let format = ask.format()?;
    let seen = ask.app.seen(&layer).await?;
    match format {
        Format::Json => Ok(ask.json(media::JSON, &document(&ask, &layer, &seen, true))),
        Format::Html => ask.page(html::collection(ask.site(), published(&layer, &seen))),
    }
}

/// The title, marked where demonstration data are shown.
pub fn title(layer: &Layer, demonstration: bool) -> String {
    if demonstration {
        format!("{} (données de démonstration)", layer.title)
    } else {
        layer.title.clone()
    }
}

fn document(ask: &Ask, layer: &View, seen: &Seen, whole: bool) -> Json {
    let stored = Crs::Projected(ask.app.store.srid()).uri();
    let crs = if whole {
        json!(
            ask.app
                .served
                .iter()
                .map(|crs| crs.uri())
                .collect::<Vec<_>>()
        )
    } else {
        json!(["#/crs"])
    };
    let mut document = json!({
        "id": layer.id,
        "title": title(layer, seen.demonstration),
        "description": layer.description,
        "keywords": layer.keywords,
        "attribution": layer.attribution,
        "license": layer.licence,
        "itemType": "feature",
        "crs": crs,
        "storageCrs": stored,
        "links": links(ask, layer, whole),
        "geonantes:theme": layer.theme,
        "geonantes:source": layer.source,
        "geonantes:vintage": layer.vintage,
        "geonantes:contact": layer.contact,
        "geonantes:demonstration": seen.demonstration,
        "geonantes:version": seen.version,
    });
    if let Some(count) = seen.count {
        document["geonantes:count"] = json!(count);
    }
    if let Some(extent) = seen.extent_3857 {
        document["extent"] = json!({
            "spatial": {
                "bbox": [extent.to_degrees().to_array()],
                "crs": Crs::Crs84.uri(),
            },
        });
    }
    document
}

fn links(ask: &Ask, layer: &Layer, whole: bool) -> Vec<Json> {
    let here = format!("{}/collections/{}", ask.base, layer.id);
    let mut list = Vec::new();
    if whole {
        list.extend(document_links(ask, media::JSON, &layer.title));
    } else {
        list.push(link(
            format!("{here}?f=json"),
            "self",
            media::JSON,
            &layer.title,
        ));
    }
    let items = |f: &str, kind: &str, name: &str| {
        link(
            format!("{here}/items?f={f}"),
            "items",
            kind,
            &format!("{} ({name})", layer.title),
        )
    };
    list.extend([
        items("json", media::GEOJSON, "GeoJSON"),
        items("html", "text/html", "HTML"),
        items("fgb", media::FLATGEOBUF, "FlatGeobuf"),
        items("csv", media::CSV, "CSV"),
        link(
            format!("{here}/queryables?f=json"),
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            media::SCHEMA,
            "Champs interrogeables",
        ),
        link(
            format!("{here}/schema?f=json"),
            "http://www.opengis.net/def/rel/ogc/1.0/schema",
            media::SCHEMA,
            "Schéma des objets",
        ),
        link(
            format!("{here}/tiles?f=json"),
            "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
            media::JSON,
            "Tuiles vectorielles",
        ),
    ]);
    list
}
