//! What pages load: one style sheet and one drawing, embedded in the program.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::Digest as _;

use crate::encode::html;
use crate::model::Problem;

/// Name, media type and content.
const FILES: [(&str, &str, &str); 2] = [
    ("geonantes.css", "text/css; charset=utf-8", html::STYLE),
    (
        "geonantes.svg",
        "image/svg+xml",
        include_str!("../../templates/static/geonantes.svg"),
    ),
];

/// Kept, but never used without asking: names stay the same from one release to the next, and a
/// page of one with the style of another is broken.
const CACHING: HeaderValue = HeaderValue::from_static("public, no-cache");

/// `GET /static/{file}`.
///
/// # Errors
/// 404.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (_, kind, content) = FILES
        .into_iter()
        .find(|(known, ..)| *known == name)
        .ok_or_else(|| Problem::NotFound("there is no such file".to_owned()))?;
    let digest = sha2::Sha256::digest(content);
    let hash: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
    // Weak: what compresses the answer on its way changes its bytes.
    let etag = format!("W/\"{hash}\"");
    let held = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .any(|tags| tags.contains(&hash));
    let mut response = if held {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        content.into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CACHE_CONTROL, CACHING);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    Ok(response)
}
