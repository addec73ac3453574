//! The description of the interface, OpenAPI 3.0, made from the catalogue.

use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, Format, media};
use super::query::MOST_FEATURES;
use super::schema::property;
use crate::catalogue::View;
use crate::encode::html;
use crate::model::Problem;

/// `GET /api`.
///
/// # Errors
/// 400 for an unknown parameter or format.
pub async fn api(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let views = ask.app.views(&ask.caller);
    let document = document(&ask, &views);
    match ask.format()? {
        Format::Json => Ok(ask.json(media::OPENAPI, &document)),
        Format::Html => {
            let layers = ask.all_published(&views).await;
            let mut layers = layers.into_iter();
            let example = layers.find(|published| published.count != Some(0));
            ask.page(html::api(ask.site(), example, &document))
        }
    }
}

fn document(ask: &Ask, views: &[View]) -> Json {
    let service = &ask.app.config.file.service;
    let mut paths = Map::new();
    let mut add = |path: &str, operation: Json| {
        paths.insert(path.to_owned(), json!({"get": operation}));
    };
    add(
        "/",
        simple("landing", "Page d’accueil", media::JSON, &["f"]),
    );
    add(
        "/conformance",
        simple("conformance", "Classes de conformité", media::JSON, &["f"]),
    );
    add(
        "/collections",
        simple("collections", "Collections", media::JSON, &["f"]),
    );
    add(
        "/tileMatrixSets",
        simple("tileMatrixSets", "Grilles de tuiles", media::JSON, &[]),
    );
    add("/styles", simple("styles", "Styles", media::JSON, &[]));
    add(
        "/styles/geonantes",
        simple("style", "Style MapLibre", media::JSON, &[]),
    );
    for view in views {
        for (path, operation) in collection_paths(view) {
            add(&path, operation);
        }
    }
    for (path, operations) in super::openapi_ads::paths(views) {
        paths.insert(path.to_owned(), operations);
    }
    let portal = super::openapi_portal::paths(&ask.caller);
    let shared = super::openapi_costs::paths().into_iter();
    let shared = shared.chain(super::openapi_register::paths());
    for (path, operations) in portal.into_iter().chain(shared) {
        paths.insert(path.to_owned(), operations);
    }
    for (path, operations) in super::openapi_contributions::paths(&ask.caller) {
        paths.insert(path.to_owned(), operations);
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": service.title,
            "description": service.description,
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{"url": ask.base}],
        // What is open asks for none of them; a member presents one.
        "security": [{}, {"header": []}, {"bearer": []}, {"basic": []}, {"parameter": []}],
        "paths": paths,
        "components": components(ask),
    })
}

fn collection_paths(layer: &View) -> Vec<(String, Json)> {
    let (id, here) = (layer.id.table(), format!("/collections/{}", layer.id));
    let title = &layer.title;
    let own = |name: &str, path: &str, kind: &str, parameters: &[&str]| {
        (
            format!("{here}{path}"),
            simple(
                &format!("{id}_{name}"),
                &format!("{title} : {name}"),
                kind,
                parameters,
            ),
        )
    };
    let mut items = own(
        "items",
        "/items",
        media::GEOJSON,
        &["f", "bbox", "bbox-crs", "crs", "datetime", "limit", "next"],
    );
    if let Some(parameters) = items.1["parameters"].as_array_mut() {
        parameters.extend(layer.visible().map(|field| {
            let mut schema = property(layer, field, false);
            if let Some(object) = schema.as_object_mut() {
                object.retain(|name, _| matches!(name.as_str(), "type" | "format" | "enum"));
            }
            json!({
                "name": field.name,
                "in": "query",
                "description": field.title,
                "required": false,
                "schema": schema,
            })
        }));
    }
    let mut item = own("item", "/items/{fid}", media::GEOJSON, &["fid", "f", "crs"]);
    item.1["responses"]["404"] = json!({"$ref": "#/components/responses/problem"});
    let mut tile = own(
        "tile",
        "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",
        media::MVT,
        &["tileMatrix", "tileRow", "tileCol"],
    );
    tile.1["responses"]["204"] = json!({"description": "Tuile vide"});
    vec![
        own("collection", "", media::JSON, &["f"]),
        own("queryables", "/queryables", media::SCHEMA, &["f"]),
        own("schema", "/schema", media::SCHEMA, &["f"]),
        items,
        item,
        own("tilesets", "/tiles", media::JSON, &[]),
        own("tileset", "/tiles/WebMercatorQuad", media::JSON, &[]),
        tile,
    ]
}

fn simple(id: &str, summary: &str, kind: &str, parameters: &[&str]) -> Json {
    let references: Vec<Json> = parameters
        .iter()
        .map(|name| json!({"$ref": format!("#/components/parameters/{name}")}))
        .collect();
    let schema = if kind == media::MVT {
        json!({"type": "string", "format": "binary"})
    } else {
        json!({"type": "object"})
    };
    let problem = json!({"$ref": "#/components/responses/problem"});
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": references,
        "responses": {
            "200": {"description": summary, "content": {kind: {"schema": schema}}},
            "400": problem,
            "401": problem,
            "403": problem,
            "429": problem,
            "503": problem,
        },
    })
}

fn components(ask: &Ask) -> Json {
    let systems: Vec<String> = ask.app.served.iter().map(|crs| crs.uri()).collect();
    let parameter = |name: &str, place: &str, description: &str, schema: Json| {
        (
            name.to_owned(),
            json!({
                "name": name,
                "in": place,
                "description": description,
                "required": place == "path",
                "schema": schema,
            }),
        )
    };
    let system =
        || json!({"type": "string", "format": "uri", "enum": systems, "default": systems[0]});
    let number = || json!({"type": "integer", "minimum": 0});
    let mut list: Map<String, Json> = [
        parameter(
            "f",
            "query",
            "Représentation demandée",
            json!({"type": "string", "enum": ["json", "html", "fgb", "csv"]}),
        ),
        parameter(
            "bbox-crs",
            "query",
            "Système de coordonnées de bbox",
            system(),
        ),
        parameter(
            "crs",
            "query",
            "Système de coordonnées de la réponse",
            system(),
        ),
        parameter(
            "datetime",
            "query",
            "Date, instant ou intervalle (.. quand il est ouvert)",
            json!({"type": "string"}),
        ),
        parameter(
            "limit",
            "query",
            "Nombre d’objets de la page",
            json!({"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": 10}),
        ),
        parameter(
            "next",
            "query",
            "Jeton de la page suivante, donné par le lien next",
            json!({"type": "string"}),
        ),
        parameter("fid", "path", "Numéro stable de l’objet", number()),
        parameter("tileMatrix", "path", "Niveau de zoom", number()),
        parameter("tileRow", "path", "Ligne, depuis le nord", number()),
        parameter("tileCol", "path", "Colonne, depuis l’ouest", number()),
    ]
    .into_iter()
    .collect();
    list.insert(
        "bbox".to_owned(),
        json!({
            "name": "bbox",
            "in": "query",
            "description": "Emprise : ouest, sud, est, nord, dans l’ordre des axes de bbox-crs",
            "required": false,
            "style": "form",
            "explode": false,
            "schema": {
                "type": "array",
                "items": {"type": "number"},
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            },
        }),
    );
    json!({
        "securitySchemes": {
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "Une clé, ou un jeton de l’authentification unique",
            },
            "basic": {"type": "http", "scheme": "basic", "description": "La clé pour mot de passe"},
            "parameter": {"type": "apiKey", "in": "query", "name": "key"},
        },
        "parameters": list,
        "responses": {
            "problem": {
                "description": "Problème (RFC 9457)",
                "content": {
                    "application/problem+json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "type": {"type": "string"},
                                "title": {"type": "string"},
                                "status": {"type": "integer"},
                                "detail": {"type": "string"},
                            },
                        },
                    },
                },
            },
        },
    })
}
