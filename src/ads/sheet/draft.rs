//! A parcel's sheet as a document to go on writing: `cu.odt` and `note.odt`.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use chrono::Utc;

use super::{Asked, Sheet};
use crate::ads::former::absent;
use crate::ads::lookup::{PARCELS, keys};
use crate::encode::draft::{Draft, content};
use crate::encode::odt;
use crate::model::{Operation, Problem};
use crate::ogc::ask::{Ask, name_file, tell_apart};

/// `GET /ads/parcelles/{idu}/cu.odt`: a draft of the certificate of information.
///
/// # Errors
/// As the sheet's.
pub async fn certificate(ask: Ask, Path(written): Path<String>) -> Result<Response, Problem> {
    draft(ask, &written, Draft::Certificate, "cu").await
}

/// `GET /ads/parcelles/{idu}/note.odt`: a note of what bears on the ground.
///
/// # Errors
/// As the sheet's.
pub async fn note(ask: Ask, Path(written): Path<String>) -> Result<Response, Problem> {
    draft(ask, &written, Draft::Note, "note").await
}

async fn draft(ask: Ask, written: &str, kind: Draft, name: &str) -> Result<Response, Problem> {
    ask.tally.is(Operation::Sheet);
    let view = ask.layer(PARCELS)?;
    ask.no_more_params()?;
    let keys = keys(written)?;
    let sheet = Sheet {
        ask: &ask,
        view: &view,
        keys: &keys,
        asked: &Asked::default(),
    };
    let Some(sheet) = sheet.write().await? else {
        return Err(absent(&ask, &view, &keys).await);
    };
    ask.tally.features(keys.len() as u32);
    let portal = &ask.app.config.file.service.title;
    let today = ask.app.territory.day(Utc::now());
    let failed = |error: &dyn std::error::Error| {
        tracing::error!(%error, "a draft could not be written");
        Problem::Internal
    };
    let text = content(&sheet.document, kind, portal, today).map_err(|error| failed(&error))?;
    let bytes = odt::package(&text).map_err(|error| failed(&error))?;
    let mut response = bytes.into_response();
    let media = header::HeaderValue::from_static(odt::MEDIA);
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    name_file(&mut response, &format!("{name}-{}.odt", keys.join("-")));
    // It is the reader's own copy, of this instant.
    tell_apart(&mut response, true);
    Ok(response)
}
