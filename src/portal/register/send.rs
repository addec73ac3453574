//! `POST /documents`, and taking one away: the metropolis's finance officers and administrators.

use axum::extract::Path;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{NaiveDate, Utc};
use serde_json::json;

use super::{nothing, unkept};
use crate::access::register::publisher;
use crate::exercise::sha256;
use crate::model::{MOST_DOCUMENT, NewDocument, Operation, Problem};
use crate::ogc::ask::{Ask, media};
use crate::portal::contributions::{patiently, text};

/// `POST /documents`: a file `fichier` with `titre`, `groupe`, `date` and `pour` (`tous`, `communes`, or
/// INSEE codes with commas between), as multipart/form-data. 201 with its number, or for a form of a
/// page of ours that page again.
///
/// # Errors
/// 401, 403; 400 for a field that is missing or wrong; 413 for a file that is too large.
pub async fn send(
    ask: Ask,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let held = publisher(&ask.caller)?;
    ask.no_more_params()?;
    let mut form = form.map_err(|_| {
        Problem::bad(
            "a document is sent as multipart/form-data (curl -F fichier=@compte-rendu.pdf)",
        )
    })?;
    let _heavy = ask.app.heavy_of(ask.payer)?;
    let (new, content) = read(&ask, &mut form).await?;
    let sum = sha256(&content);
    let kept = (content.as_slice(), sum.as_str());
    let id = ask
        .app
        .store
        .publish_document(&new, kept, &held.label, Utc::now())
        .await?;
    tracing::info!(document = id, key = held.key, "a document was published");
    if let Some(page) = back_to_page(&ask) {
        return Ok(page);
    }
    let told = json!({ "id": id, "sha256": sum });
    let mut response = (StatusCode::CREATED, told.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
    let address = format!("{}/documents/{id}/fichier", ask.base);
    if let Ok(value) = HeaderValue::from_str(&address) {
        headers.insert(header::LOCATION, value);
    }
    Ok(unkept(response))
}

/// What the form holds.
async fn read(ask: &Ask, form: &mut Multipart) -> Result<(NewDocument, Vec<u8>), Problem> {
    let app = &ask.app;
    let mut file: Option<(String, Vec<u8>)> = None;
    let (mut title, mut group, mut day, mut readers) = Default::default();
    while let Some(mut field) = patiently(app, form.next_field()).await? {
        match field.file_name().map(str::to_owned) {
            Some(name) if name.is_empty() => {}
            Some(_) if file.is_some() => return Err(Problem::bad("one file at a time")),
            Some(name) => {
                let mut bytes = Vec::new();
                while let Some(chunk) = patiently(app, field.chunk()).await? {
                    ask.tally.received(chunk.len() as u64);
                    if bytes.len() + chunk.len() > MOST_DOCUMENT {
                        return Err(Problem::TooLarge(format!(
                            "a document has at most {MOST_DOCUMENT} bytes"
                        )));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                file = Some((name, bytes));
            }
            None => {
                let (name, value) = text(app, &mut field).await?;
                let place: &mut Option<String> = match name.as_str() {
                    "titre" => &mut title,
                    "groupe" => &mut group,
                    "date" => &mut day,
                    "pour" => &mut readers,
                    other => {
                        return Err(Problem::bad(format!(
                            "« {} » is not fichier, titre, groupe, date or pour",
                            crate::model::shown(other)
                        )));
                    }
                };
                *place = Some(value);
            }
        }
    }
    let (name, content) = file
        .filter(|(_, content)| !content.is_empty())
        .ok_or_else(|| Problem::bad("no file was sent, or an empty one: -F fichier=@relevé.pdf"))?;
    let said = |value: Option<String>, name: &str| {
        value.ok_or_else(|| Problem::bad(format!("« {name} » is missing")))
    };
    let day: NaiveDate = said(day, "date")?
        .parse()
        .map_err(|_| Problem::bad("date is a day such as 2026-03-31"))?;
    let readers = said(readers, "pour")?
        .parse()
        .map_err(Problem::BadRequest)?;
    let texts = (said(group, "groupe")?, said(title, "titre")?);
    let new = NewDocument::new((&texts.0, &texts.1), day, &name, readers);
    Ok((new.map_err(Problem::BadRequest)?, content))
}

/// `POST /documents/{id}/withdraw` or `DELETE /documents/{id}`: its file is gone, and nobody sees it any
/// more; the register remembers who did it.
///
/// # Errors
/// 401, 403; 404 when there is none.
pub async fn withdraw(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let held = publisher(&ask.caller)?;
    ask.no_more_params()?;
    let number: i32 = id.parse().map_err(|_| nothing(&ask, &id))?;
    let store = &ask.app.store;
    if !store
        .withdraw_document(number, &held.label, Utc::now())
        .await?
    {
        return Err(nothing(&ask, &id));
    }
    tracing::info!(
        document = number,
        key = held.key,
        "a document was withdrawn"
    );
    let done = || unkept(StatusCode::NO_CONTENT.into_response());
    Ok(back_to_page(&ask).unwrap_or_else(done))
}

/// The register's page, for who sent a form of it.
fn back_to_page(ask: &Ask) -> Option<Response> {
    let of_form = ask.f.is_none() && ask.prefers_html();
    let path = format!("{}/documents", ask.site().root());
    of_form.then(|| unkept(Redirect::to(&path).into_response()))
}
