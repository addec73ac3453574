//! Landing page and declaration of conformance (OGC API Features 1.0, clause 7).

use axum::response::Response;
use serde_json::{Value as Json, json};

use super::ask::{Ask, Format, media};
use super::links::{document_links, link};
use crate::encode::html;
use crate::model::Problem;

/// What the service conforms to.
pub const CONFORMANCE: [&str; 12] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
];

/// `GET /`.
///
/// # Errors
/// 400 for an unknown parameter or format.
pub async fn landing(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    match ask.format()? {
        Format::Json => Ok(ask.json(media::JSON, &document(&ask))),
        Format::Html => {
            let views = ask.app.views(&ask.caller);
            let published = ask.all_published(&views).await;
            ask.page(html::landing(ask.site(), &published))
        }
    }
}

fn document(ask: &Ask) -> Json {
    let base = &ask.base;
    let service = &ask.app.config.file.service;
    let mut links = document_links(ask, media::JSON, "Cette page");
    links.extend([
        link(
            format!("{base}/api?f=json"),
            "service-desc",
            media::OPENAPI,
            "Description de l’interface (OpenAPI 3.0)",
        ),
        link(
            format!("{base}/api?f=html"),
            "service-doc",
            "text/html",
            "Documentation de l’interface",
        ),
        link(
            format!("{base}/conformance?f=json"),
            "conformance",
            media::JSON,
            "Classes de conformité de l’OGC",
        ),
        link(
            format!("{base}/collections?f=json"),
            "data",
            media::JSON,
            "Collections de données",
        ),
        link(
            format!("{base}/tileMatrixSets?f=json"),
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
            media::JSON,
            "Grilles de tuiles",
        ),
        link(
            format!("{base}/styles/geonantes"),
            "http://www.opengis.net/def/rel/ogc/1.0/styles",
            media::JSON,
            "Style des cartes (MapLibre)",
        ),
        link(
            format!("{base}/carte"),
            "related",
            "text/html",
            "Carte interactive",
        ),
    ]);
    json!({
        "title": service.title,
        "description": service.description,
        "attribution": format!("{} et ses communes", ask.app.territory.title),
        "links": links,
    })
}

/// `GET /conformance`.
///
/// # Errors
/// 400 for an unknown parameter or format.
pub async fn conformance(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let document = json!({
        "conformsTo": CONFORMANCE,
        "links": document_links(&ask, media::JSON, "Conformité"),
    });
    match ask.format()? {
        Format::Json => Ok(ask.json(media::JSON, &document)),
        Format::Html => ask.page(html::conformance(ask.site(), &CONFORMANCE)),
    }
}
