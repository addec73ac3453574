//! Collections: one a layer that the caller may see.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::ask::{Ask, Format, media};
use super::links::{document_links, link};
use crate::access;
use crate::catalogue::Layer;
use crate::encode::html;
use crate::model::{Crs, Problem};
use crate::store::LayerState;

/// `GET /collections`.
///
/// # Errors
/// 400 for an unknown parameter or format.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    if ask.format()? == Format::Html {
        return ask.page(html::collections(ask.site(), &ask.all_published()));
    }
    let collections: Vec<Json> = access::layers(&ask.app.catalogue, &ask.caller)
        .map(|layer| document(&ask, layer, false))
        .collect();
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
/// 400 for an unknown parameter or format, 404, 401.
pub async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    let layer = ask.layer(&id)?;
    ask.no_more_params()?;
    match ask.format()? {
        Format::Json => Ok(ask.json(media::JSON, &document(&ask, &layer, true))),
        Format::Html => ask.page(html::collection(ask.site(), ask.published(&layer))),
    }
}

/// The title, marked where demonstration data are shown.
pub fn title(layer: &Layer, state: Option<&LayerState>) -> String {
    if state.is_some_and(|state| state.demonstration) {
        format!("{} (données de démonstration)", layer.title)
    } else {
        layer.title.clone()
    }
}

fn document(ask: &Ask, layer: &Layer, whole: bool) -> Json {
    let snapshot = ask.app.freshness.now();
    let state = snapshot.get(layer.id.as_str());
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
        "title": title(layer, state),
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
        "geonantes:demonstration": state.is_some_and(|state| state.demonstration),
        "geonantes:version": state.map_or(0, |state| state.version),
        "geonantes:count": state.map_or(0, |state| state.count),
    });
    if let Some(extent) = state.and_then(|state| state.extent_3857) {
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
