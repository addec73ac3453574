//! One feature.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use serde_json::json;

use super::ask::{Ask, Format, for_whom, media, tagged};
use super::items::set_content_crs;
use super::links::{document_links, link};
use super::page::published;
use super::query;
use crate::encode::geojson::GeoJson;
use crate::encode::html;
use crate::model::{Crs, Operation, Problem, shown};

/// `GET /collections/{c}/items/{fid}`.
///
/// # Errors
/// 400 for an unknown parameter, 404 (outside the caller's reach too), 401, 403, 503.
pub async fn item(ask: Ask, Path((id, fid)): Path<(String, String)>) -> Result<Response, Problem> {
    ask.tally.is(Operation::Item);
    let layer = ask.layer(&id)?;
    let format = ask.format()?;
    let mut params = ask.params.clone();
    let mut crs = query::crs(&mut params, "crs", &ask.app.served)?;
    params.finish("one item takes crs and f")?;
    if format == Format::Html {
        // The page draws the feature and leads to the map, both from degrees.
        crs = Crs::Crs84;
    }
    let missing = || Problem::NotFound(format!("{} has no feature « {} »", layer.id, shown(&fid)));
    let number: i64 = fid.parse().map_err(|_| missing())?;
    let reading = ask.app.store.item(&layer, crs, number);
    let (version, row) = ask.tally.timed(reading).await?;
    let row = row.ok_or_else(missing)?;
    ask.tally.features(1);

    let mut out = Vec::new();
    let feature = row.feature(&layer.kinds())?;
    GeoJson::new(layer.visible(), crs).feature(&mut out, &feature);
    let mut links = document_links(&ask, media::GEOJSON, "Cet objet");
    links.push(link(
        format!("{}/collections/{}?f=json", ask.base, layer.id),
        "collection",
        media::JSON,
        &layer.title,
    ));
    out.pop();
    out.extend_from_slice(b",\"links\":");
    out.extend_from_slice(json!(links).to_string().as_bytes());
    out.push(b'}');

    if format == Format::Html {
        let feature = serde_json::from_slice(&out).map_err(|_| Problem::Internal)?;
        let seen = ask.app.seen(&layer).await?;
        return ask.page(html::item(ask.site(), published(&layer, &seen), &feature));
    }
    let etag = format!("W/\"{version}.{:x}\"", ask.app.digest(&layer));
    let held = ask.holds(&etag);
    let body = (!held).then(Body::empty);
    let mut response = tagged(&etag, media::GEOJSON, body);
    for_whom(&mut response, &layer);
    if held {
        return Ok(response);
    }
    *response.body_mut() = Body::from(out);
    response
        .headers_mut()
        .remove(axum::http::header::CONTENT_LENGTH);
    set_content_crs(&mut response, crs);
    Ok(response)
}
