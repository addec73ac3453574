//! Vector tiles: cache, or else one statement, compressed once.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::{Ask, for_whom, media};
use crate::app::App;
use crate::cache::{TileBytes, TileKey};
use crate::catalogue::{Layer, View};
use crate::encode::compress::Coding;
use crate::model::{Operation, Problem, TileId, shown};

/// `GET /tiles/{c}/{z}/{x}/{y}.mvt`.
///
/// # Errors
/// 400 for an unknown parameter, 404 for a tile outside the grid or the layer's zooms, 401, 503.
pub async fn xyz(
    ask: Ask,
    Path((id, z, x, file)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Tile);
    let layer = ask.layer(&id)?;
    let y = file
        .strip_suffix(".mvt")
        .or_else(|| file.strip_suffix(".pbf"));
    tile(&ask, &layer, &z, &x, y.unwrap_or(&file)).await
}

/// `GET /collections/{c}/tiles/WebMercatorQuad/{z}/{row}/{column}`.
///
/// # Errors
/// As [`xyz`].
pub async fn ogc(
    ask: Ask,
    Path((id, set, z, row, column)): Path<(String, String, String, String, String)>,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Tile);
    let layer = ask.layer(&id)?;
    super::tilesets::known(&set)?;
    if !matches!(ask.f.as_deref(), None | Some("mvt" | "pbf")) {
        return Err(Problem::bad("tiles are offered as f=mvt alone"));
    }
    tile(&ask, &layer, &z, &column, &row).await
}

async fn tile(ask: &Ask, layer: &View, z: &str, x: &str, y: &str) -> Result<Response, Problem> {
    ask.params.clone().finish("a tile takes no parameter")?;
    let tile = parse(layer, z, x, y)?;
    let header = ask
        .headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let coding = Coding::accepted(header);
    let version = ask
        .app
        .freshness
        .now()
        .get(layer.id.as_str())
        .map_or(0, |state| state.tile_version(tile));
    if ask.holds(&etag(ask, layer, version, coding.name().unwrap_or(""))) {
        let tile = TileBytes {
            version,
            coding: coding.name().unwrap_or(""),
            bytes: Default::default(),
        };
        return Ok(respond(ask, layer, &tile, StatusCode::NOT_MODIFIED));
    }
    let key = TileKey {
        layer: ask.app.place(layer),
        tile,
        version,
        // Tiles have no personal field: of an open layer they are the same for all.
        audience: if layer.is_open() { 0 } else { layer.digest() },
        coding: coding.name().unwrap_or(""),
    };
    let found = match ask.app.tiles.get(&key).await {
        Some(found) => {
            metrics::counter!("geonantes_tiles_total", "cache" => "hit").increment(1);
            found
        }
        None => {
            metrics::counter!("geonantes_tiles_total", "cache" => "miss").increment(1);
            // What is in memory costs next to nothing and is not charged.
            ask.app.limits.charge(ask.payer)?;
            let drawing = draw(ask.app.clone(), layer.clone(), tile, coding);
            ask.tally.timed(ask.app.tiles.draw(key, drawing)).await?
        }
    };
    let status = if found.bytes.is_empty() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::OK
    };
    Ok(respond(ask, layer, &found, status))
}

fn parse(layer: &Layer, z: &str, x: &str, y: &str) -> Result<TileId, Problem> {
    let number = |text: &str| -> Option<u32> {
        let digits = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let place = match (number(z), number(x), number(y)) {
        (Some(z), Some(x), Some(y)) => u8::try_from(z).ok().and_then(|z| TileId::new(z, x, y)),
        _ => {
            return Err(Problem::bad(format!(
                "a tile is named by three whole numbers, not {}/{}/{}",
                shown(z),
                shown(x),
                shown(y)
            )));
        }
    };
    let zooms = layer.tiles.min_zoom..=layer.tiles.max_zoom;
    match place {
        Some(tile) if zooms.contains(&tile.z) => Ok(tile),
        Some(_) => Err(Problem::NotFound(format!(
            "{} has tiles from zoom {} to {}",
            layer.id,
            zooms.start(),
            zooms.end()
        ))),
        None => Err(Problem::NotFound(
            "this tile lies outside the grid of its zoom".to_owned(),
        )),
    }
}

async fn draw(
    app: Arc<App>,
    layer: View,
    tile: TileId,
    coding: Coding,
) -> Result<TileBytes, Problem> {
    let drawn = app.store.tile(&layer, tile).await?;
    if drawn.bytes.is_empty() {
        let coding = coding.name().unwrap_or("");
        return Ok(TileBytes {
            version: drawn.version,
            coding,
            bytes: Default::default(),
        });
    }
    let (coding, bytes) = coding.compress(drawn.bytes);
    Ok(TileBytes {
        version: drawn.version,
        coding: coding.name().unwrap_or(""),
        bytes,
    })
}

/// A tile's version is the last publication that touched it; its tag carries that, what the
/// catalogue says of the layer, and the coding.
fn etag(ask: &Ask, layer: &View, version: i64, coding: &str) -> String {
    format!("\"{version}.{:x}.{coding}\"", ask.app.digest(layer))
}

fn respond(ask: &Ask, layer: &View, tile: &TileBytes, status: StatusCode) -> Response {
    let body = if status == StatusCode::OK {
        Body::from(tile.bytes.clone())
    } else {
        Body::empty()
    };
    let mut response = (status, body).into_response();
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(value) = HeaderValue::from_str(&etag(ask, layer, tile.version, tile.coding)) {
        headers.insert(header::ETAG, value);
    }
    if status == StatusCode::OK {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::MVT));
        if !tile.coding.is_empty() {
            headers.insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(tile.coding),
            );
        }
    }
    for_whom(&mut response, layer);
    response
}
