//! The map viewer, built from `web/` and embedded in the program.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::app::App;
use crate::config::Background;
use crate::encode::compress::Coding;
use crate::model::Problem;
use crate::ogc::ask::Ask;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/dist"]
#[allow_missing = true]
struct Dist;

/// Files compressed so far, by name and coding: each is compressed once.
type Compressed = HashMap<(String, Coding), (Coding, Bytes)>;
static COMPRESSED: LazyLock<Mutex<Compressed>> = LazyLock::new(Mutex::default);

/// `GET /carte`: the page.
///
/// # Errors
/// 404 when the program was built without the viewer.
pub async fn page(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut response = file("index.html", &headers)?;
    let unchanged = HeaderValue::from_static("no-cache");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, unchanged);
    allow(&app, &mut response);
    Ok(response)
}

/// `GET /carte/{path}`: scripts, styles, fonts. Names of `assets/` hold a hash of the content.
///
/// # Errors
/// 404.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut response = file(&path, &headers)?;
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}

fn file(path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let found = Dist::get(path).ok_or_else(|| {
        Problem::NotFound("the map viewer has no such file; the map is at /carte".to_owned())
    })?;
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    // Fonts are compressed already.
    let wanted = if path.ends_with(".woff2") {
        Coding::Identity
    } else {
        Coding::accepted(accepted)
    };
    let hash: String = found.metadata.sha256_hash()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let etag = format!("\"{hash}.{}\"", wanted.name().unwrap_or(""));
    let held = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let (coding, bytes) = if held {
        (Coding::Identity, Bytes::new())
    } else {
        compressed(path, wanted, &found.data)
    };
    let mut response = if held {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(bytes).into_response()
    };
    let out = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, found.metadata.mimetype());
    set(header::ETAG, &etag);
    set(header::VARY, "Accept-Encoding");
    if let Some(name) = coding.name() {
        set(header::CONTENT_ENCODING, name);
    }
    Ok(response)
}

fn compressed(path: &str, wanted: Coding, plain: &[u8]) -> (Coding, Bytes) {
    let key = (path.to_owned(), wanted);
    let mut known = COMPRESSED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    known
        .entry(key)
        .or_insert_with(|| wanted.compress(plain.to_vec()))
        .clone()
}

/// Lets a page run the portal's own script, and its map draw what the viewer's draws.
pub(super) fn scripted(ask: &Ask, mut response: Response) -> Response {
    allow(&ask.app, &mut response);
    response
}

fn allow(app: &App, response: &mut Response) {
    if let Ok(value) = HeaderValue::from_str(&policy(&app.config.file.backgrounds)) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

/// Nothing but this origin, and the backgrounds that the administrator configured.
fn policy(backgrounds: &[Background]) -> String {
    let mut origins: Vec<String> = backgrounds.iter().filter_map(origin).collect();
    origins.sort();
    origins.dedup();
    let connect = if origins.is_empty() {
        String::new()
    } else {
        format!(" connect-src 'self' {};", origins.join(" "))
    };
    format!(
        "default-src 'self'; img-src 'self' data: blob:;{connect} object-src 'none'; \
         base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
    )
}

/// Scheme, host and port of a background's address.
fn origin(background: &Background) -> Option<String> {
    let (scheme, rest) = background.url.split_once("://")?;
    let host = rest.split('/').next()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
    host.bytes()
        .all(plain)
        .then(|| format!("{scheme}://{host}"))
}
