//! What is there: the list, one contribution, its report.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::{nothing, seen, sees, unkept};
use crate::access::writing;
use crate::encode::contribution;
use crate::model::{Contribution, Problem};
use crate::ogc::ask::{Ask, Format, media};

/// Contributions of a page.
const PAGE: i64 = 50;

/// `GET /contributions`: those that the caller sees, the last one first.
///
/// # Errors
/// 401, 403, 400 for an unknown parameter.
pub async fn list(mut ask: Ask) -> Result<Response, Problem> {
    let held = writing::contributor(&ask.caller)?.clone();
    let before = match ask.params.take("avant") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Problem::bad("avant= is the number of a contribution; the list goes on below it")
        })?),
    };
    ask.no_more_params()?;
    let reading = ask.app.store.contributions(&held.reach, before, PAGE + 1);
    let mut found = ask.tally.timed(reading).await?;
    let next = (found.len() as i64 > PAGE).then(|| {
        found.truncate(PAGE as usize);
        let last = found.last().map_or(0, |it| it.id);
        format!("{}/contributions?avant={last}", ask.base)
    });
    found.retain(|it| sees(&ask.app, &held, it));
    let document = contribution::list(&ask.base, &found, next.as_deref());
    let response = match ask.format()? {
        Format::Json | Format::Html => ask.json(media::JSON, &document),
    };
    Ok(unkept(response))
}

/// `GET /contributions/{id}`.
///
/// # Errors
/// 401, 403, 404.
pub async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let (found, held) = seen(&ask, &id).await?;
    let decides = writing::decides(held, &found);
    let versions = ask
        .tally
        .timed(ask.app.store.contributed_versions(found.id))
        .await?;
    let document = contribution::document(&ask.base, &found, &versions, decides);
    let response = match ask.format()? {
        Format::Json | Format::Html => ask.json(media::JSON, &document),
    };
    Ok(unkept(response))
}

/// The JSON of a contribution that the caller made or changed.
pub(super) async fn document(ask: &Ask, id: i64) -> Result<Json, Problem> {
    let store = &ask.app.store;
    let found = store
        .contribution(id)
        .await?
        .ok_or_else(|| nothing(&id.to_string()))?;
    let versions = store.contributed_versions(id).await?;
    Ok(contribution::document(&ask.base, &found, &versions, true))
}

/// `GET /contributions/{id}/rapport.json`, `.html`, `.gpkg`.
///
/// # Errors
/// 401, 403, 404.
pub async fn report(
    ask: Ask,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let (found, _) = seen(&ask, &id).await?;
    match file.as_str() {
        "rapport.json" => {
            let mut response = ask.json(media::JSON, &json!(found.outcomes));
            named(&mut response, &found, "json");
            Ok(unkept(response))
        }
        _ => Err(Problem::NotFound(
            "a contribution has rapport.json, rapport.html and rapport.gpkg".to_owned(),
        )),
    }
}

/// Names the file under which a browser keeps a report.
fn named(response: &mut Response, contribution: &Contribution, kind: &str) {
    let name = format!(
        "attachment; filename=\"rapport-{}.{kind}\"",
        contribution.id
    );
    if let Ok(value) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
}
