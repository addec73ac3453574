//! Addresses, in the shape of the national address base's interface (GeocodeJSON): search as one
//! types, and what is nearest to a place.

mod answer;
mod search;
mod streets;
mod words;

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde_json::json;

use super::Desk;
use super::desk::Answered;
use crate::catalogue::View;
use crate::model::{Operation, Params, Problem, shown};
use crate::ogc::ask::{Ask, for_whom, media};
use answer::Answer;
pub(super) use answer::{degrees as placed, label};
pub(super) use search::{Found, Query, search};
pub use streets::Streets;
use streets::What;
pub(super) use streets::Within;

/// The layer that is looked in.
pub(super) const ADDRESSES: &str = "adresses";

/// Results when the caller does not say, and most of them.
const USUAL: usize = 5;
const MOST: usize = 50;

/// Letters of what is typed.
const LEAST_TYPED: usize = 3;
const MOST_TYPED: usize = 200;

/// Kinds of results.
const KINDS: [&str; 4] = ["housenumber", "street", "locality", "municipality"];

/// `GET /ads/adresses/search`.
pub async fn find(ask: Ask, Extension(desk): Extension<Arc<Desk>>) -> Response {
    let answered = async {
        let view = begin(&ask)?;
        let query = match query(ask.params.clone()) {
            Ok(query) => query,
            Err(faults) => return Ok(refused(&faults)),
        };
        let answered = match view.is_common() {
            // As one types, everybody begins with the same letters.
            true => {
                let make = searched(&ask, &desk, &view, &query);
                desk.answered(&ask.app, format!("{query:?}"), make).await?
            }
            false => searched(&ask, &desk, &view, &query).await?,
        };
        ask.tally.features(answered.features);
        Ok(respond(&view, answered.body))
    };
    answered
        .await
        .unwrap_or_else(|problem: Problem| problem.into_response())
}

/// The answer to a search.
async fn searched(ask: &Ask, desk: &Desk, view: &View, query: &Query) -> Result<Answered, Problem> {
    let found = search(ask, desk, view, query).await?;
    let streets = desk.streets(&ask.app, view).await?;
    let answer = Answer {
        streets: &streets,
        query: Some(&query.text),
        limit: query.limit,
        attribution: &view.attribution,
        licence: &view.licence,
    };
    Ok(Answered {
        features: found.len() as u32,
        body: answer.write(&found).into(),
    })
}

/// `GET /ads/adresses/reverse`.
pub async fn reverse(ask: Ask, Extension(desk): Extension<Arc<Desk>>) -> Response {
    let answered = async {
        let view = begin(&ask)?;
        let (place, limit) = match place(ask.params.clone()) {
            Ok(read) => read,
            Err(faults) => return Ok(refused(&faults)),
        };
        let reading = ask.app.store.addresses_near(&view, place, limit as u32);
        let rows = ask.tally.timed(reading).await?;
        let streets = desk.streets(&ask.app, &view).await?;
        let found: Vec<Found> = rows
            .into_iter()
            .filter_map(|row| {
                let holds = |street: &streets::Street| {
                    street.row.commune == row.commune && street.row.name == row.street
                };
                let street = streets.streets.iter().position(holds)?;
                let metres = row.distance.unwrap_or(0.0);
                Some(Found {
                    what: What::Street(street),
                    score: (1.0 - metres / 10_000.0).max(0.0) as f32,
                    address: row.number.is_some().then_some(row),
                })
            })
            .collect();
        let answer = Answer {
            streets: &streets,
            query: None,
            limit,
            attribution: &view.attribution,
            licence: &view.licence,
        };
        ask.tally.features(found.len() as u32);
        Ok(respond(&view, answer.write(&found).into()))
    };
    answered
        .await
        .unwrap_or_else(|problem: Problem| problem.into_response())
}

fn begin(ask: &Ask) -> Result<View, Problem> {
    ask.tally.is(Operation::Lookup);
    ask.layer(ADDRESSES)
}

fn respond(view: &View, body: Bytes) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    for_whom(&mut response, view);
    response
}

/// What is wrong, in the words of the national base's interface.
fn refused(faults: &[String]) -> Response {
    let body = json!({"code": 400, "message": "Failed parsing query", "detail": faults});
    let mut response = (StatusCode::BAD_REQUEST, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn taken(params: &mut Params, name: &str) -> Option<String> {
    let text = params.take(name)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn query(mut params: Params) -> Result<Query, Vec<String>> {
    let mut faults = Vec::new();
    let text = taken(&mut params, "q").unwrap_or_default();
    let length = text.chars().count();
    if text.is_empty() {
        faults.push("q: obligatoire".to_owned());
    } else if !(LEAST_TYPED..=MOST_TYPED).contains(&length) {
        faults.push(format!("q: de {LEAST_TYPED} à {MOST_TYPED} caractères"));
    }
    let limit = limit(&mut params, &mut faults);
    let begun = match taken(&mut params, "autocomplete").as_deref() {
        None | Some("1" | "true") => true,
        Some("0" | "false") => false,
        Some(_) => {
            faults.push("autocomplete: 0 ou 1".to_owned());
            false
        }
    };
    let kind = taken(&mut params, "type");
    if let Some(kind) = kind.as_deref().filter(|kind| !KINDS.contains(kind)) {
        faults.push(format!(
            "type={}: l’un de {}",
            shown(kind),
            KINDS.join(", ")
        ));
    }
    if let Some(index) = taken(&mut params, "index").filter(|index| index != "address") {
        faults.push(format!("index={}: seul address existe ici", shown(&index)));
    }
    // No result has another geometry than its place.
    params.take("returntruegeometry");
    let code = |params: &mut Params, name: &str, length: std::ops::RangeInclusive<usize>| {
        let text = taken(params, name)?;
        Some((length.contains(&text.len()), text))
    };
    let mut checked = |name: &str, length| match code(&mut params, name, length) {
        Some((true, text)) => Some(text),
        Some((false, text)) => {
            faults.push(format!("{name}={}: un code est attendu", shown(&text)));
            None
        }
        None => None,
    };
    let (postcode, citycode) = (checked("postcode", 5..=5), checked("citycode", 5..=5));
    let depcode = checked("depcode", 2..=3);
    let near = degrees(&mut params, false, &mut faults);
    unknown(params, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let within = Within {
        citycode,
        postcode,
        depcode,
        near,
    };
    Ok(Query {
        text,
        limit,
        begun,
        kind,
        within,
    })
}

fn place(mut params: Params) -> Result<((f64, f64), usize), Vec<String>> {
    let mut faults = Vec::new();
    let limit = if params.rest().iter().any(|(name, _)| name == "limit") {
        limit(&mut params, &mut faults)
    } else {
        1
    };
    let place = degrees(&mut params, true, &mut faults);
    params.take("index");
    unknown(params, &mut faults);
    match place {
        Some(place) if faults.is_empty() => Ok((place, limit)),
        _ => Err(faults),
    }
}

fn limit(params: &mut Params, faults: &mut Vec<String>) -> usize {
    match taken(params, "limit").map(|text| text.parse::<usize>()) {
        None => USUAL,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => {
            faults.push(format!("limit: un nombre entier de 1 à {MOST}"));
            USUAL
        }
    }
}

fn degrees(params: &mut Params, needed: bool, faults: &mut Vec<String>) -> Option<(f64, f64)> {
    // Maps say lng as well.
    let lon = taken(params, "lon").or_else(|| taken(params, "lng"));
    let lat = taken(params, "lat");
    if lon.is_none() && lat.is_none() && !needed {
        return None;
    }
    let mut read = |name: &str, text: Option<String>, most: f64| {
        let value = text.and_then(|text| text.parse::<f64>().ok());
        let value = value.filter(|value| value.abs() <= most);
        if value.is_none() {
            faults.push(format!("{name}: des degrés entre -{most} et {most}"));
        }
        value
    };
    let (lon, lat) = (read("lon", lon, 180.0), read("lat", lat, 90.0));
    Some((lon?, lat?))
}

fn unknown(params: Params, faults: &mut Vec<String>) {
    for (name, _) in params.rest() {
        faults.push(format!("{}: paramètre inconnu ici", shown(name)));
    }
}
