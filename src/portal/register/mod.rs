//! The register of documents: `/documents` as a page, as JSON and as an Atom feed, its files, and what
//! the metropolis publishes and withdraws. Who sees what is [`crate::access::register`]'s to say.

mod feed;
mod send;

pub use feed::feed;
pub use send::{send, withdraw};

use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::Utc;
use serde_json::{Value as Json, json};

use super::costs::{Paper, papers};
use super::unkept;
use crate::access::register::{Shelf, publishes};
use crate::encode::html::register::{self as html, Register};
use crate::model::{Document, Problem, shown};
use crate::ogc::ask::{Ask, Format, media};

/// Documents that one answer lists.
const MOST: i64 = 500;

/// `GET /documents`: the documents that the caller may read, `groupe=` those of one group.
///
/// # Errors
/// 400 for another parameter, 503 when the database does not answer.
pub async fn list(mut ask: Ask) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask.caller)?;
    let group = ask.params.take("groupe").filter(|group| !group.is_empty());
    ask.no_more_params()?;
    let store = &ask.app.store;
    let found = store.documents(shelf.reach(), group.as_deref(), MOST);
    let documents = ask.tally.timed(found).await?;
    let papers = papers(&ask).await?;
    if ask.format()? == Format::Json {
        let documents: Vec<Json> = documents.iter().map(|it| told(&ask, it)).collect();
        let papers: Vec<Json> = papers.iter().map(|it| told_paper(&ask, it)).collect();
        let document = json!({ "documents": documents, "exercises": papers });
        return Ok(unkept(ask.json(media::JSON, &document)));
    }
    let groups = store.document_groups(shelf.reach()).await?;
    let page = html::documents(
        ask.site(),
        Register {
            documents: &documents,
            groups: &groups,
            group: group.as_deref(),
            papers: &papers,
            publishes: ask.caller.credential().is_some_and(publishes),
            today: ask.app.territory.day(Utc::now()),
        },
    );
    Ok(unkept(ask.page(page)?))
}

/// A document, as JSON tells it.
fn told(ask: &Ask, it: &Document) -> Json {
    let mut told = json!(it);
    told["links"] = json!([{ "rel": "enclosure", "type": kind(&it.name),
        "href": file_address(ask, it), "length": it.bytes }]);
    told
}

fn told_paper(ask: &Ask, it: &Paper) -> Json {
    json!({ "title": it.title, "sealed": it.sealed, "sha256": it.sha256,
        "links": [{ "rel": "enclosure", "type": it.media, "href": format!("{}{}", ask.base, it.file) }] })
}

fn file_address(ask: &Ask, it: &Document) -> String {
    format!("{}/documents/{}/fichier", ask.base, it.id)
}

/// `GET /documents/{id}/fichier`: the file, saved and never shown: what somebody sent runs nothing here.
///
/// # Errors
/// 404 when there is none, or none for this caller; 401 without a credential that might suffice.
pub async fn file(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask.caller)?;
    ask.no_more_params()?;
    let found = match id.parse() {
        Ok(id) => ask.tally.timed(ask.app.store.document(id)).await?,
        Err(_) => None,
    };
    let document = found.filter(|it| shelf.holds(&it.readers));
    let document = document.ok_or_else(|| nothing(&ask, &id))?;
    let place = ask.app.heavy_of(ask.payer)?;
    let content = ask.app.store.document_content(document.id).await?;
    drop(place);
    let content = content.ok_or_else(|| nothing(&ask, &id))?;
    let mut response = Body::from(content).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(kind(&document.name)),
    );
    if let Ok(value) = HeaderValue::from_str(&disposition(&document.name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok(unkept(response))
}

/// What is said of a document that is not there, or not for this caller: the same, so that nobody learns
/// which there are. Without a credential: that one may help.
fn nothing(ask: &Ask, id: &str) -> Problem {
    match ask.caller.credential() {
        None => Problem::Unauthorized,
        Some(_) => Problem::NotFound(format!("there is no document « {} » for you", shown(id))),
    }
}

/// The media type that a file is served as: what papers are, else bytes; never what a browser runs.
fn kind(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("pdf") => media::PDF,
        Some("odt") => "application/vnd.oasis.opendocument.text",
        Some("ods") => "application/vnd.oasis.opendocument.spreadsheet",
        Some("odp") => "application/vnd.oasis.opendocument.presentation",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("pptx") => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Saves the answer under a name of any letters (RFC 6266).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() || " ._-()".contains(sign) {
                sign
            } else {
                '_'
            }
        })
        .collect();
    let mut told = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        // Writing to a text never fails.
        let _ = match byte {
            byte if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) => {
                write!(told, "{}", char::from(byte))
            }
            byte => write!(told, "%{byte:02X}"),
        };
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_its_name_and_never_taken_for_a_page() {
        assert_eq!(
            disposition("relevé n°2.pdf"),
            "attachment; filename=\"relev_ n_2.pdf\"; filename*=UTF-8''relev%C3%A9%20n%C2%B02.pdf"
        );
        for (name, expected) in [
            ("a.PDF", "application/pdf"),
            ("a.pdf.html", "application/octet-stream"),
            ("a.svg", "application/octet-stream"),
            ("html", "application/octet-stream"),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }
}
