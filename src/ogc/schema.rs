//! Queryables and schema of a collection, as JSON Schema 2020-12 (OGC API Features Parts 3 and 5).

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, Format, media};
use crate::catalogue::{Field, FieldType, GeometryType, Layer, View};
use crate::encode::html::{self, Resource};
use crate::model::Problem;

/// `GET /collections/{c}/queryables`.
///
/// # Errors
/// 400 for an unknown parameter or format, 404, 401.
pub async fn queryables(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    answer(ask, id, Resource::Queryables)
}

/// `GET /collections/{c}/schema`.
///
/// # Errors
/// 400 for an unknown parameter or format, 404, 401.
pub async fn schema(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    answer(ask, id, Resource::Schema)
}

fn answer(ask: Ask, id: String, resource: Resource) -> Result<Response, Problem> {
    let layer = ask.layer(&id)?;
    ask.no_more_params()?;
    match ask.format()? {
        Format::Json => Ok(ask.json(media::SCHEMA, &document(&ask, &layer, resource))),
        Format::Html => ask.page(html::schema(ask.site(), &layer, resource)),
    }
}

fn document(ask: &Ask, layer: &View, resource: Resource) -> Json {
    let whole = resource == Resource::Schema;
    let mut properties = Map::new();
    if whole {
        properties.insert(
            "fid".to_owned(),
            json!({
                "title": "Numéro stable de l’objet",
                "type": "integer",
                "x-ogc-role": "id",
                "readOnly": true,
            }),
        );
    }
    properties.insert(
        "geometry".to_owned(),
        json!({
            "title": "Géométrie",
            "format": geometry_format(layer.geometry),
            "x-ogc-role": "primary-geometry",
        }),
    );
    for field in layer.visible() {
        properties.insert(field.name.clone(), property(layer, field, whole));
    }
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/collections/{}/{}", ask.base, layer.id, resource.path()),
        "type": "object",
        "title": layer.title,
        "description": layer.description,
        "properties": properties,
        "additionalProperties": false,
    });
    if whole {
        let required: Vec<&str> = layer
            .visible()
            .filter(|field| field.required)
            .map(|field| field.name.as_str())
            .collect();
        document["required"] = json!(required);
    }
    document
}

fn geometry_format(kind: GeometryType) -> &'static str {
    match kind {
        GeometryType::Point => "geometry-point",
        GeometryType::MultiPoint => "geometry-multipoint",
        GeometryType::MultiLineString => "geometry-multilinestring",
        GeometryType::MultiPolygon => "geometry-multipolygon",
        GeometryType::Geometry => "geometry-any",
    }
}

/// One field as a JSON Schema property; domains are enumerated with their labels.
pub(super) fn property(layer: &Layer, field: &Field, whole: bool) -> Json {
    let (kind, format) = match field.kind {
        FieldType::Text => ("string", None),
        FieldType::Integer => ("integer", None),
        FieldType::Real => ("number", None),
        FieldType::Boolean => ("boolean", None),
        FieldType::Date => ("string", Some("date")),
        FieldType::Timestamp => ("string", Some("date-time")),
    };
    let mut property = json!({"title": field.title, "type": kind});
    let mut set = |name: &str, value: Json| property[name] = value;
    if let Some(format) = format {
        set("format", json!(format));
    }
    if let Some(description) = &field.description {
        set("description", json!(description));
    }
    if let Some(unit) = &field.unit {
        set("x-ogc-unit", json!(unit));
    }
    if !field.domain.is_empty() {
        let code = |text: &str| match field.kind {
            FieldType::Integer => text
                .parse::<i64>()
                .map_or_else(|_| json!(text), |n| json!(n)),
            _ => json!(text),
        };
        set(
            "enum",
            field.domain.iter().map(|value| code(&value.code)).collect(),
        );
        let labels: Map<String, Json> = field
            .domain
            .iter()
            .map(|value| (value.code.clone(), json!(value.label)))
            .collect();
        set("x-geonantes-labels", Json::Object(labels));
    }
    let bounds = [("minimum", field.min), ("maximum", field.max)];
    for (name, bound) in bounds {
        // A number beyond the bounds that is taken all the same leaves nothing to state.
        if let (Some(bound), []) = (bound, &field.besides[..]) {
            set(name, number(bound, field.kind));
        }
    }
    if whole && let Some(pattern) = &field.pattern {
        set("pattern", json!(format!("^(?:{pattern})$")));
    }
    if layer.datetime.as_deref() == Some(&field.name) {
        set("x-ogc-role", json!("primary-instant"));
    }
    property
}

/// A bound as the field's type writes it.
fn number(bound: f64, kind: FieldType) -> Json {
    match kind {
        FieldType::Integer => json!(bound as i64),
        _ => json!(bound),
    }
}
