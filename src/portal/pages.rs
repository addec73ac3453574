//! HTML representations of the OGC resources.

use axum::response::Response;
use serde_json::Value as Json;

use crate::catalogue::Layer;
use crate::ogc::ask::{Ask, media};

fn page(ask: &Ask, title: &str, document: &Json) -> Response {
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    ask.document(
        media::HTML,
        format!("<!doctype html><html lang=fr><title>{title}</title><pre>{escaped}</pre></html>"),
    )
}

/// The landing page.
pub fn landing(ask: &Ask, document: &Json) -> Response {
    page(ask, "Géonantes", document)
}

/// Conformance classes.
pub fn conformance(ask: &Ask, document: &Json) -> Response {
    page(ask, "Conformité", document)
}

/// The list of collections.
pub fn collections(ask: &Ask, document: &Json) -> Response {
    page(ask, "Collections", document)
}

/// One collection.
pub fn collection(ask: &Ask, _layer: &Layer, document: &Json) -> Response {
    page(ask, "Collection", document)
}

/// Queryables (`resource` is `queryables`) or schema (`schema`) of a collection.
pub fn schema(ask: &Ask, _layer: &Layer, resource: &str, document: &Json) -> Response {
    page(ask, resource, document)
}

/// A page of features, from its GeoJSON.
pub fn items(ask: &Ask, _layer: &Layer, document: &Json) -> Response {
    page(ask, "Objets", document)
}

/// One feature, from its GeoJSON.
pub fn item(ask: &Ask, _layer: &Layer, document: &Json) -> Response {
    page(ask, "Objet", document)
}

/// The documentation of the interface, from its OpenAPI description.
pub fn api(ask: &Ask, document: &Json) -> Response {
    page(ask, "API", document)
}
