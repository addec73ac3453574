//! What is decided of a contribution: answers, its publication, its end.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{address, decided, is_form, known, locate, show, to_page, unkept};
use crate::access::writing;
use crate::app::App;
use crate::ingest::contributions::{self, answered};
use crate::model::{Contribution, Operation, Problem, Stage, Writer};
use crate::ogc::ask::{Ask, media};

/// `POST /contributions/{id}`: answers to its questions, or other wishes; it is read again.
///
/// # Errors
/// 400, 401, 403, 404; 409 when it changed meanwhile, or has come to its end.
pub async fn answer(ask: Ask, Path(id): Path<String>, body: String) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let (found, held) = decided(&ask, &id).await?;
    let (revision, fields) = form(&ask.headers, &body, &found)?;
    let wishes = answered(found.wishes.clone(), &fields)?;
    known(&ask, &wishes)?;
    if !found.kept {
        return Err(Problem::Conflict(
            "its files are no longer kept: send them again".to_owned(),
        ));
    }
    let store = &ask.app.store;
    if !store
        .answer_contribution(found.id, revision, &wishes)
        .await?
    {
        return Err(moved(&found));
    }
    tracing::info!(contribution = found.id, key = held.key, "answered");
    accepted(&ask, found.id).await
}

/// `POST /contributions/{id}/publish`: publishes it on what it was compared with.
///
/// # Errors
/// 401, 403, 404; 409 when it is not ready, or what it was compared with has changed since: then
/// it is compared again.
pub async fn publish(ask: Ask, Path(id): Path<String>, body: String) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let (found, held) = decided(&ask, &id).await?;
    let (revision, fields) = form(&ask.headers, &body, &found)?;
    if let Some((name, _)) = fields.iter().find(|(_, value)| !value.is_empty()) {
        return Err(Problem::bad(format!(
            "« {} » is no part of a publication: say it to POST /contributions/{}",
            crate::model::shown(name),
            found.id
        )));
    }
    if found.stage != Stage::Compared || found.publisher.is_some() || revision != found.revision {
        return Err(moved(&found));
    }
    let writer = Writer::from(held);
    writable(&ask.app, &writer, &found)?;
    let store = &ask.app.store;
    if !store.moved_scopes(&compared(&found)).await?.is_empty() {
        let _ = store
            .answer_contribution(found.id, revision, &found.wishes)
            .await?;
        return Err(Problem::Conflict(
            "another delivery was published meanwhile: this one is compared again, look at it \
             once more before you publish it"
                .to_owned(),
        ));
    }
    if !store
        .publish_contribution(found.id, revision, &writer)
        .await?
    {
        return Err(moved(&found));
    }
    tracing::info!(
        contribution = found.id,
        key = held.key,
        "publication asked for"
    );
    accepted(&ask, found.id).await
}

/// `DELETE /contributions/{id}`, and `POST …/withdraw` for forms.
///
/// # Errors
/// 401, 403, 404; 409 when it has come to its end, or is being published.
pub async fn withdraw(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let (found, held) = decided(&ask, &id).await?;
    if !ask.app.store.withdraw_contribution(found.id).await? {
        return Err(moved(&found));
    }
    tracing::info!(contribution = found.id, key = held.key, "withdrawn");
    if is_form(&ask) {
        return Ok(to_page(&ask, found.id));
    }
    let document = show::document(&ask, found.id).await?;
    Ok(unkept(ask.json(media::JSON, &document)))
}

/// `POST /contributions/{id}/rollback`: takes back what it published; what that replaced is
/// published again.
///
/// # Errors
/// 401, 403, 404; 409 when nothing of it is served any more, or it changes at this instant.
pub async fn take_back(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let (found, held) = decided(&ask, &id).await?;
    let _heavy = ask.app.heavy_of(ask.payer)?;
    let versions = ask.app.store.contributed_versions(found.id).await?;
    let writer = Writer::from(held);
    let back = contributions::take_back(&ask.app, &writer, found.id, &versions);
    let published = ask.tally.timed(back).await?;
    tracing::info!(
        contribution = found.id,
        key = held.key,
        scopes = published.len(),
        "taken back"
    );
    if is_form(&ask) {
        return Ok(to_page(&ask, found.id));
    }
    let document = show::document(&ask, found.id).await?;
    Ok(unkept(ask.json(media::JSON, &document)))
}

/// What a method that these paths do not have is answered.
pub async fn no_such_method() -> Response {
    Problem::MethodNotAllowed("GET, HEAD, POST, DELETE, OPTIONS").into_response()
}

/// The work goes on elsewhere: 202 and the contribution, or its page.
async fn accepted(ask: &Ask, id: i64) -> Result<Response, Problem> {
    if is_form(ask) {
        return Ok(to_page(ask, id));
    }
    let document = show::document(ask, id).await?;
    let mut response = (StatusCode::ACCEPTED, document.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
    locate(headers, &address(ask, id));
    Ok(unkept(response))
}

/// A form, or an object of JSON: the revision that its sender saw, and the rest.
fn form(
    headers: &HeaderMap,
    body: &str,
    found: &Contribution,
) -> Result<(i32, Vec<(String, String)>), Problem> {
    let kind = headers.get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let mut fields = if is_json {
        from_json(body)?
    } else {
        url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect()
    };
    let mut revision = found.revision;
    if let Some(at) = fields.iter().position(|(name, _)| name == "revision") {
        let (_, text) = fields.remove(at);
        revision = text
            .parse()
            .map_err(|_| Problem::bad("revision is a number: what the contribution said"))?;
    }
    Ok((revision, fields))
}

/// Members of an object: texts, numbers, truth values, and lists of them.
fn from_json(body: &str) -> Result<Vec<(String, String)>, Problem> {
    use serde_json::Value as Json;
    let wrong = || Problem::bad("the body is not an object of JSON with a value for each field");
    let object: serde_json::Map<String, Json> = serde_json::from_str(body).map_err(|_| wrong())?;
    let mut fields = Vec::new();
    for (name, value) in object {
        let values = match value {
            Json::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            let text = match value {
                Json::Null => continue,
                Json::String(text) => text,
                Json::Bool(_) | Json::Number(_) => value.to_string(),
                Json::Array(_) | Json::Object(_) => return Err(wrong()),
            };
            fields.push((name.clone(), text));
        }
    }
    Ok(fields)
}

/// Why something no longer applies.
fn moved(found: &Contribution) -> Problem {
    let what = match found.stage {
        _ if found.publisher.is_some() => "its publication is under way",
        Stage::Received | Stage::Checked => "it is being read",
        Stage::Compared => "somebody changed it meanwhile: look at it again",
        Stage::Published => "it is published",
        Stage::Unchanged => "it is what is published already",
        Stage::Rejected => "it was refused: its report says why",
        Stage::Asked => "a question must be answered first",
        Stage::Withdrawn => "it was withdrawn",
    };
    Problem::Conflict(format!("contribution {}: {what}", found.id))
}

/// Scopes, and the versions that they were compared with.
fn compared(found: &Contribution) -> Vec<(String, String, i64)> {
    let mut scopes = Vec::new();
    for outcome in &found.outcomes {
        let Some(collection) = &outcome.collection else {
            continue;
        };
        for scope in &outcome.scopes {
            scopes.push((
                collection.to_string(),
                scope.scope.clone(),
                scope.compared_with,
            ));
        }
    }
    scopes
}

/// Judges every scope for who publishes, who may be another than who sent it. Rows that merge into
/// one scope for all are judged when they are read.
fn writable(app: &App, writer: &Writer, found: &Contribution) -> Result<(), Problem> {
    for (collection, scope, _) in compared(found) {
        let layer = app.catalogue.get(&collection);
        let judged =
            layer.map(|layer| writing::may_write(writer, layer, &scope, std::iter::empty()));
        if judged != Some(Ok(())) {
            return Err(Problem::Forbidden(format!(
                "« {scope} » of {collection} lies outside what this credential writes"
            )));
        }
    }
    Ok(())
}
