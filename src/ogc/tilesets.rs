//! Descriptions of tiles: tile sets and their grid (OGC API Tiles 1.0), TileJSON 3.0.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, media};
use super::collections::title;
use super::links::link;
use crate::app::Seen;
use crate::catalogue::{FieldType, GeometryType, Layer};
use crate::model::{Crs, MERCATOR, MERCATOR_HALF, Problem, shown};

/// The one grid offered.
const GRID: &str = "WebMercatorQuad";
const GRID_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";

/// Zooms described.
const ZOOMS: u8 = 22;

/// Refuses any grid but the one offered.
///
/// # Errors
/// 404.
pub(super) fn known(set: &str) -> Result<(), Problem> {
    if set == GRID {
        return Ok(());
    }
    Err(Problem::NotFound(format!(
        "there is no grid « {} »; {GRID} is offered",
        shown(set)
    )))
}

fn json_only(ask: &Ask) -> Result<(), Problem> {
    ask.no_more_params()?;
    match ask.f.as_deref() {
        None | Some("json") => Ok(()),
        Some(other) => Err(Problem::bad(format!(
            "f={} is not offered here; json is",
            shown(other)
        ))),
    }
}

/// `GET /collections/{c}/tiles`.
///
/// # Errors
/// 400 for an unknown parameter, 404, 401, 403, 503.
pub async fn list(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    let layer = ask.layer(&id)?;
    json_only(&ask)?;
    let seen = ask.app.seen(&layer).await?;
    let here = format!("{}/collections/{}/tiles", ask.base, layer.id);
    let document = json!({
        "links": [link(here, "self", media::JSON, "Jeux de tuiles")],
        "tilesets": [tileset(&ask, &layer, &seen)],
    });
    Ok(ask.json(media::JSON, &document))
}

/// `GET /collections/{c}/tiles/{grid}`.
///
/// # Errors
/// 400 for an unknown parameter, 404, 401, 403, 503.
pub async fn one(ask: Ask, Path((id, set)): Path<(String, String)>) -> Result<Response, Problem> {
    let layer = ask.layer(&id)?;
    known(&set)?;
    json_only(&ask)?;
    let seen = ask.app.seen(&layer).await?;
    Ok(ask.json(media::JSON, &tileset(&ask, &layer, &seen)))
}

fn tileset(ask: &Ask, layer: &Layer, seen: &Seen) -> Json {
    let base = &ask.base;
    let here = format!("{base}/collections/{}/tiles/{GRID}", layer.id);
    let mut document = json!({
        "title": title(layer, seen.demonstration),
        "dataType": "vector",
        "crs": Crs::Projected(MERCATOR).uri(),
        "tileMatrixSetURI": GRID_URI,
        "links": [
            link(here.clone(), "self", media::JSON, "Ce jeu de tuiles"),
            link(
                format!("{base}/tileMatrixSets/{GRID}"),
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
                media::JSON,
                "Grille des tuiles",
            ),
            {
                "href": format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"),
                "rel": "item",
                "type": media::MVT,
                "title": "Tuile vectorielle",
                "templated": true,
            },
            link(
                format!("{base}/tiles/{}.json", layer.id),
                "describedby",
                media::JSON,
                "TileJSON 3.0",
            ),
        ],
        "layers": [{
            "id": layer.id,
            "title": layer.title,
            "dataType": "vector",
            "minTileMatrix": layer.tiles.min_zoom.to_string(),
            "maxTileMatrix": layer.tiles.max_zoom.to_string(),
            "geometryDimension": match layer.geometry {
                GeometryType::Point | GeometryType::MultiPoint => 0,
                GeometryType::MultiLineString => 1,
                GeometryType::MultiPolygon | GeometryType::Geometry => 2,
            },
        }],
    });
    if let Some(extent) = seen.extent_3857 {
        let [west, south, east, north] = extent.to_degrees().to_array();
        document["boundingBox"] = json!({
            "crs": Crs::Crs84.uri(),
            "lowerLeft": [west, south],
            "upperRight": [east, north],
        });
    }
    document
}

/// `GET /tileMatrixSets`.
///
/// # Errors
/// 400 for an unknown parameter.
pub async fn matrix_sets(ask: Ask) -> Result<Response, Problem> {
    json_only(&ask)?;
    let href = format!("{}/tileMatrixSets/{GRID}", ask.base);
    let document = json!({
        "tileMatrixSets": [{
            "id": GRID,
            "title": "Google Maps Compatible for the World",
            "uri": GRID_URI,
            "links": [link(href, "self", media::JSON, GRID)],
        }],
    });
    Ok(ask.json(media::JSON, &document))
}

/// `GET /tileMatrixSets/{grid}`.
///
/// # Errors
/// 400 for an unknown parameter, 404.
pub async fn matrix_set(ask: Ask, Path(set): Path<String>) -> Result<Response, Problem> {
    known(&set)?;
    json_only(&ask)?;
    let matrices: Vec<Json> = (0..=ZOOMS)
        .map(|zoom| {
            let count = 1u32 << zoom;
            let cell = 2.0 * MERCATOR_HALF / f64::from(count) / 256.0;
            json!({
                "id": zoom.to_string(),
                "scaleDenominator": cell / 0.000_28,
                "cellSize": cell,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-MERCATOR_HALF, MERCATOR_HALF],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": count,
                "matrixHeight": count,
            })
        })
        .collect();
    let document = json!({
        "id": GRID,
        "title": "Google Maps Compatible for the World",
        "uri": GRID_URI,
        "crs": Crs::Projected(MERCATOR).uri(),
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    });
    Ok(ask.json(media::JSON, &document))
}

/// `GET /tiles/{c}.json`: TileJSON 3.0.
///
/// # Errors
/// 400 for an unknown parameter, 404, 401, 403, 503.
pub async fn tilejson(ask: Ask, Path(file): Path<String>) -> Result<Response, Problem> {
    let id = file
        .strip_suffix(".json")
        .ok_or_else(|| Problem::NotFound("TileJSON is at /tiles/{collection}.json".to_owned()))?;
    let layer = ask.layer(id)?;
    json_only(&ask)?;
    let seen = ask.app.seen(&layer).await?;
    let fields: Map<String, Json> = layer
        .attributes_at(layer.tiles.max_zoom)
        .iter()
        .map(|field| {
            let kind = match field.kind {
                FieldType::Integer | FieldType::Real => "Number",
                FieldType::Boolean => "Boolean",
                _ => "String",
            };
            (field.name.clone(), json!(kind))
        })
        .collect();
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": title(&layer, seen.demonstration),
        "description": layer.description,
        "attribution": layer.attribution,
        "version": format!("1.0.{}", seen.version),
        "scheme": "xyz",
        "tiles": [format!("{}/tiles/{}/{{z}}/{{x}}/{{y}}.mvt", ask.base, layer.id)],
        "minzoom": layer.tiles.min_zoom,
        "maxzoom": layer.tiles.max_zoom,
        "vector_layers": [{
            "id": layer.id,
            "description": layer.description,
            "minzoom": layer.tiles.min_zoom,
            "maxzoom": layer.tiles.max_zoom,
            "fields": fields,
        }],
    });
    if let Some(extent) = seen.extent_3857 {
        let bounds = extent.to_degrees();
        document["bounds"] = json!(bounds.to_array());
        document["center"] = json!([
            (bounds.min_x + bounds.max_x) / 2.0,
            (bounds.min_y + bounds.max_y) / 2.0,
            layer.tiles.min_zoom.max(10).min(layer.tiles.max_zoom),
        ]);
    }
    Ok(ask.json(media::JSON, &document))
}
