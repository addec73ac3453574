//! The MapLibre style of the portal, made from the catalogue's cartography.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, media};
use super::links::link;
use crate::app::Seen;
use crate::catalogue::{Field, GeometryType, Layer, View};
use crate::model::{Bbox, Problem, shown};

/// The one style.
const STYLE: &str = "geonantes";

/// Marks and lines without a width in the catalogue.
const DEFAULT_WIDTH: f64 = 1.0;
const DEFAULT_RADIUS: f64 = 5.0;

/// `GET /styles`.
///
/// # Errors
/// 400 for an unknown parameter.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let href = format!("{}/styles/{STYLE}", ask.base);
    let document = json!({
        "styles": [{
            "id": STYLE,
            "title": ask.app.config.file.service.title,
            "links": [link(href, "stylesheet", "application/vnd.mapbox.style+json", "MapLibre")],
        }],
        "default": STYLE,
    });
    Ok(ask.json(media::JSON, &document))
}

/// `GET /styles/{s}`: MapLibre style specification, version 8.
///
/// # Errors
/// 400 for an unknown parameter, 404.
pub async fn one(ask: Ask, Path(style): Path<String>) -> Result<Response, Problem> {
    if style.trim_end_matches(".json") != STYLE {
        return Err(Problem::NotFound(format!(
            "there is no style « {} »",
            shown(&style)
        )));
    }
    ask.no_more_params()?;
    Ok(ask.json(media::JSON, &document(&ask).await))
}

async fn document(ask: &Ask) -> Json {
    let mut sources = Map::new();
    let mut layers =
        vec![json!({"id": "fond", "type": "background", "paint": {"background-color": "#f6f5f1"}})];
    let mut bounds: Option<Bbox> = None;
    let mut demonstration = false;
    for layer in ask.app.views(&ask.caller) {
        let seen = ask.seen_in_a_list(&layer).await;
        if seen.version == 0 || seen.count == Some(0) {
            continue;
        }
        demonstration |= seen.demonstration;
        if let Some(extent) = seen.extent_3857 {
            bounds = Some(bounds.map_or(extent, |known| known.union(extent)));
        }
        let url = format!("{}/tiles/{}.json", ask.base, layer.id);
        sources.insert(layer.id.to_string(), json!({"type": "vector", "url": url}));
        layers.extend(drawn(&layer, &seen));
    }
    // Labels above everything that they name.
    layers.sort_by_key(|layer| layer["type"] == "symbol");
    let bounds = bounds.map(Bbox::to_degrees);
    let [west, south, east, north] = bounds.map_or([-5.0, 42.0, 8.0, 51.0], Bbox::to_array);
    json!({
        "version": 8,
        "name": ask.app.config.file.service.title,
        "center": [(west + east) / 2.0, (south + north) / 2.0],
        "zoom": 10,
        "metadata": {
            "geonantes:title": ask.app.config.file.service.title,
            "geonantes:territory": ask.app.territory.title,
            "geonantes:backgrounds": ask.app.config.file.backgrounds,
            "geonantes:center": [(west + east) / 2.0, (south + north) / 2.0],
            "geonantes:zoom": 10,
            "geonantes:bounds": [west, south, east, north],
            "geonantes:demonstration": demonstration,
        },
        "sources": sources,
        "layers": layers,
    })
}

fn drawn(layer: &View, seen: &Seen) -> Vec<Json> {
    let style = &layer.style;
    let color = color(layer);
    let outline = style.outline.clone().unwrap_or_else(|| style.color.clone());
    let width = style.width;
    let fill = json!({
        "fill-color": color,
        "fill-opacity": style.opacity.unwrap_or(0.5),
    });
    let line = |color: Json| {
        json!({
            "line-color": color,
            "line-width": width.unwrap_or(DEFAULT_WIDTH),
        })
    };
    let circle = json!({
        "circle-color": color,
        "circle-radius": width.unwrap_or(DEFAULT_RADIUS),
        "circle-stroke-color": outline,
        "circle-stroke-width": 1,
        "circle-opacity": style.opacity.unwrap_or(1.0),
    });
    let part = |suffix: &str, kind: &str, paint: Json| {
        json!({
            "id": format!("{}{suffix}", layer.id),
            "type": kind,
            "source": layer.id,
            "source-layer": layer.id,
            "minzoom": layer.tiles.min_zoom,
            "layout": {"visibility": if style.visible { "visible" } else { "none" }},
            "paint": paint,
        })
    };
    let only = |mut part: Json, shape: &str| {
        part["filter"] = json!(["==", ["geometry-type"], shape]);
        part
    };
    let mut list = match layer.geometry {
        GeometryType::MultiPolygon => {
            vec![
                part("", "fill", fill),
                part("-line", "line", line(json!(outline))),
            ]
        }
        GeometryType::MultiLineString => vec![part("", "line", line(color.clone()))],
        GeometryType::Point | GeometryType::MultiPoint => vec![part("", "circle", circle)],
        GeometryType::Geometry => vec![
            only(part("", "line", line(color.clone())), "LineString"),
            only(part("-fill", "fill", fill), "Polygon"),
            only(part("-point", "circle", circle), "Point"),
        ],
    };
    list.extend(label(layer));
    list[0]["metadata"] = metadata(layer, seen);
    for other in &mut list[1..] {
        other["metadata"] = json!({"geonantes:collection": layer.id});
    }
    list
}

/// One colour, or a choice by the value of a field.
fn color(layer: &Layer) -> Json {
    let style = &layer.style;
    match &style.by {
        Some(field) if !style.classes.is_empty() => {
            let mut choice = vec![json!("match"), json!(["to-string", ["get", field]])];
            for class in &style.classes {
                choice.extend([json!(class.value), json!(class.color)]);
            }
            choice.push(json!(style.color));
            json!(choice)
        }
        _ => json!(style.color),
    }
}

fn label(layer: &Layer) -> Option<Json> {
    let (zoom, field) = (layer.style.label_zoom?, layer.label.as_ref()?);
    let line = layer.geometry == GeometryType::MultiLineString;
    let point = matches!(
        layer.geometry,
        GeometryType::Point | GeometryType::MultiPoint
    );
    let mut layout = json!({
        "visibility": if layer.style.visible { "visible" } else { "none" },
        "text-field": ["to-string", ["get", field]],
        "text-font": ["Noto Sans Regular"],
        "text-size": 12,
        "symbol-placement": if line { "line" } else { "point" },
    });
    if point {
        layout["text-anchor"] = json!("top");
        layout["text-offset"] = json!([0, 0.6]);
    }
    Some(json!({
        "id": format!("{}-label", layer.id),
        "type": "symbol",
        "source": layer.id,
        "source-layer": layer.id,
        "minzoom": zoom,
        "layout": layout,
        "paint": {
            "text-color": "#26323a",
            "text-halo-color": "#ffffff",
            "text-halo-width": 1.2,
        },
    }))
}

/// What the viewer needs beside the drawing: titles, legend, meaning of attributes.
fn metadata(layer: &View, seen: &Seen) -> Json {
    let shape = match layer.geometry {
        GeometryType::MultiPolygon => "fill",
        GeometryType::MultiLineString | GeometryType::Geometry => "line",
        GeometryType::Point | GeometryType::MultiPoint => "circle",
    };
    let entry = |label: &str, color: &str| json!({"label": label, "color": color, "shape": shape});
    let by = layer.style.by.as_ref().and_then(|name| layer.field(name));
    let legend: Vec<Json> = match by {
        Some(field) if !layer.style.classes.is_empty() => layer
            .style
            .classes
            .iter()
            .map(|class| {
                let label = class
                    .label
                    .as_deref()
                    .or_else(|| field.label_of(&class.value));
                entry(label.unwrap_or(&class.value), &class.color)
            })
            .collect(),
        _ => vec![entry(&layer.title, &layer.style.color)],
    };
    let fields: Map<String, Json> = layer
        .visible()
        .map(|field| (field.name.clone(), described(field)))
        .collect();
    json!({
        "geonantes:collection": layer.id,
        "geonantes:title": layer.title,
        "geonantes:demonstration": seen.demonstration,
        "geonantes:theme": layer.theme,
        "geonantes:description": layer.description,
        "geonantes:attribution": layer.attribution,
        "geonantes:legend": legend,
        "geonantes:fields": fields,
        "geonantes:label": layer.label,
        "geonantes:visible": layer.style.visible,
        "geonantes:native-zoom": layer.tiles.native_zoom,
    })
}

fn described(field: &Field) -> Json {
    let labels: Map<String, Json> = field
        .domain
        .iter()
        .map(|value| (value.code.clone(), json!(value.label)))
        .collect();
    json!({"title": field.title, "unit": field.unit, "type": field.kind, "labels": labels})
}
