//! Parcels looked up: by identifier, parts of it, place, geometry, or whatever an instructor types.
//!
//! Parameters, fields and replies are those of IGN's API Carto cadastre
//! (`/api/cadastre/parcelle`, documentation 2.10), so that what was written for it works here by
//! changing the address; `idu`, `lon` and `lat`, and `q` are ours.

mod answer;
mod criteria;
mod fault;
mod gather;
mod geometry;
mod item;
mod kept;
mod text;
mod typed;

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value as Json;

use super::Desk;
use crate::catalogue::View;
use crate::model::{Operation, Params, Problem};
use crate::ogc::ask::{Ask, for_whom, media, tell_apart};
use crate::store::ads::{Parcels, Wanted};
use answer::Collection;
pub(super) use answer::properties;
use criteria::Criteria;
pub use gather::Gather;
pub(super) use item::keys;
pub use item::{Leaf, Opened, item, open};
pub(super) use text::object;
pub use typed::{Answered, typed};

/// The layers that are looked in.
pub(super) const PARCELS: &str = "parcelles";
pub(super) const SHEETS: &str = "sections";
pub(super) const FILES: &str = "dossiers-ads";

/// Bytes of a request that is posted, at most.
pub const MOST_BYTES: usize = 1 << 20;

/// Why a request has no parcels to answer with.
pub(super) enum Refusal {
    /// As every resource refuses.
    Problem(Problem),
    /// As API Carto tells what is wrong with parameters.
    Faults(fault::Faults),
}

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl From<fault::Faults> for Refusal {
    fn from(faults: fault::Faults) -> Self {
        Self::Faults(faults)
    }
}

/// `GET /ads/parcelles`.
///
/// # Errors
/// 400 in the shape of API Carto, 401, 403, 503.
pub async fn get(ask: Ask, Extension(desk): Extension<Arc<Desk>>) -> Response {
    respond(answer(&ask, &desk, ask.params.clone()).await)
}

/// `POST /ads/parcelles`: the same parameters as JSON or as a form, a geometry as an object.
///
/// # Errors
/// As [`get`].
pub async fn post(ask: Ask, Extension(desk): Extension<Arc<Desk>>, body: Bytes) -> Response {
    let params = match posted(&ask, &body) {
        Ok(params) => params,
        Err(problem) => return problem.into_response(),
    };
    respond(answer(&ask, &desk, params).await)
}

fn respond(done: Result<Response, Refusal>) -> Response {
    match done {
        Ok(response) => response,
        Err(Refusal::Problem(problem)) => problem.into_response(),
        Err(Refusal::Faults(faults)) => faults.into_response(),
    }
}

/// The parameters of the address and those of the body.
fn posted(ask: &Ask, body: &[u8]) -> Result<Params, Problem> {
    let wrong = || Problem::bad("le corps de la requête n’est pas un objet JSON de paramètres");
    let mut pairs = ask.params.rest().to_vec();
    if is_form(&ask.headers) {
        let body = std::str::from_utf8(body).map_err(|_| wrong())?;
        pairs.extend_from_slice(Params::parse_body(body)?.rest());
        return Params::of(pairs);
    }
    if !body.is_empty() {
        let Ok(Json::Object(members)) = serde_json::from_slice(body) else {
            return Err(wrong());
        };
        for (name, value) in members {
            let text = match value {
                Json::Null => continue,
                Json::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
                value => plain(&value),
            };
            pairs.push((name, text.replace(char::is_control, " ")));
        }
    }
    Params::of(pairs)
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

async fn answer(ask: &Ask, desk: &Desk, params: Params) -> Result<Response, Refusal> {
    ask.tally.is(Operation::Lookup);
    let view = ask.layer(PARCELS)?;
    if let Some(f) = ask
        .f
        .as_deref()
        .filter(|f| !matches!(*f, "json" | "geojson"))
    {
        return Err(fault::Faults::one("f", f, "seuls json et geojson existent ici").into());
    }
    let criteria = Criteria::read(params)?;
    let page = (criteria.start, criteria.limit);
    let mut told = None;
    // A text is read with what the credential tells: the commune, the fields of a file.
    let typed = matches!(criteria.wanted, criteria::Asked::Text(_));
    let found = match &criteria.wanted {
        criteria::Asked::Wanted(wanted) => {
            let found = match wanted {
                Wanted::Keys(keys) => by_key(ask, desk, &view, keys).await?,
                wanted => Arc::new(find(ask, &view, wanted, page).await?),
            };
            if let Wanted::Keys(keys) = wanted {
                told = text::unfound(ask, &view, keys, &found).await?;
            }
            found
        }
        criteria::Asked::Text(text) => {
            let (found, read) = text::find(ask, desk, &view, text, page).await?;
            told = Some(read);
            Arc::new(found)
        }
    };
    ask.tally.features(found.list.len() as u32);
    let names = ask.app.communes().await?;
    let collection = Collection {
        ask,
        page,
        found: &found,
        names: &names,
        query: told,
    };
    let mut response = collection.write().into_response();
    let headers = response.headers_mut();
    let set = |value| header::HeaderValue::from_static(value);
    headers.insert(header::CONTENT_TYPE, set(media::JSON));
    headers.insert(header::CACHE_CONTROL, set("public, no-cache"));
    headers.insert(header::VARY, set("Accept, Accept-Encoding"));
    if typed {
        tell_apart(&mut response, ask.caller.credential().is_some());
    } else {
        for_whom(&mut response, &view);
    }
    Ok(response)
}

/// Parcels by their identifiers. One alone, of what anybody may see, is asked for together with those
/// that others ask for.
async fn by_key(
    ask: &Ask,
    desk: &Desk,
    view: &View,
    keys: &[String],
) -> Result<Arc<Parcels>, Problem> {
    match keys {
        [key] if view.is_common() => ask.tally.timed(desk.gather.find(&ask.app, key)).await,
        _ => {
            let page = (0, keys.len() as u32);
            let found = find(ask, view, &Wanted::Keys(keys.to_vec()), page).await?;
            Ok(Arc::new(found))
        }
    }
}

/// Parcels, or on a street the nearest ones.
pub(super) async fn find(
    ask: &Ask,
    view: &View,
    wanted: &Wanted,
    page: (u32, u32),
) -> Result<Parcels, Problem> {
    let sheets = ask.app.view(SHEETS, &ask.caller).ok();
    let read = async |wanted: &Wanted| {
        let reading = ask.app.store.parcels(view, sheets.as_ref(), wanted, page);
        ask.tally.timed(reading).await
    };
    let found = read(wanted).await?;
    match wanted {
        Wanted::At(lon, lat) if found.list.is_empty() => Ok(read(&Wanted::Near(*lon, *lat)).await?),
        _ => Ok(found),
    }
}
