//! What every handler is given: the caller, the parameters, the address that clients see.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

use super::query;
use super::visitor::Visitor;
use crate::access::limits::Payer;
use crate::app::App;
use crate::catalogue::View;
use crate::model::{Bound, Caller, ItemsQuery, Params, Problem, Rows, Tally, shown};

/// A request, understood as far as every handler needs.
#[derive(Clone)]
pub struct Ask {
    /// The program's parts.
    pub app: Arc<App>,
    /// Who asks.
    pub caller: Caller,
    /// On whose account the request goes.
    pub payer: Payer,
    /// Query parameters not yet taken; `f` and `key` are.
    pub params: Params,
    /// Address of the service, without a trailing slash.
    pub base: String,
    /// The path asked for.
    pub path: String,
    /// Who reads, should the answer be a page.
    pub visitor: Visitor,
    /// What the `f` parameter says.
    pub f: Option<String>,
    /// The request's headers.
    pub headers: HeaderMap,
    /// What the answer is made of, for the meter.
    pub tally: Arc<Tally>,
}

impl FromRequestParts<Arc<App>> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let mut params = Params::parse(parts.uri.query())?;
        let f = params.take("f");
        // A key may be presented here; it never comes back in a link.
        params.take("key");
        let caller = parts.extensions.get::<Caller>();
        let caller = caller.cloned().unwrap_or_default();
        Ok(Self {
            visitor: Visitor::of(app, &caller, &parts.uri, &parts.headers).await,
            caller,
            payer: parts.extensions.get::<Payer>().copied().unwrap_or_default(),
            base: base(app, &parts.headers),
            path: parts.uri.path().to_owned(),
            params,
            f,
            headers: parts.headers.clone(),
            tally: parts
                .extensions
                .get::<Arc<Tally>>()
                .cloned()
                .unwrap_or_default(),
            app: app.clone(),
        })
    }
}

/// The configured address, or what the request's `Host` says when it looks like a host.
pub fn base(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.config.file.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| !host.is_empty() && host.len() < 256 && host.bytes().all(is_host_byte))
        .map_or_else(|| app.config.listen.to_string(), str::to_owned);
    let secure = headers
        .get("x-forwarded-proto")
        .is_some_and(|proto| proto == "https");
    format!("{}://{host}", if secure { "https" } else { "http" })
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_')
}

/// A representation of a resource that is a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// A page for people.
    Html,
}

/// Whether `Accept` names HTML before any JSON, as browsers do.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let place = |name: &str| accept.and_then(|accept| accept.find(name));
    match (place("text/html"), place("json")) {
        (Some(html), Some(json)) => html < json,
        (html, None) => html.is_some(),
        (None, Some(_)) => false,
    }
}

impl Ask {
    /// The representation asked for, by `f` or else by `Accept`.
    ///
    /// # Errors
    /// 400 when `f` is not one of them.
    pub fn format(&self) -> Result<Format, Problem> {
        match self.f.as_deref() {
            Some("json" | "geojson") => Ok(Format::Json),
            Some("html") => Ok(Format::Html),
            Some(other) => Err(Problem::bad(format!(
                "f={} is not offered here; json and html are",
                shown(other)
            ))),
            None => Ok(if self.prefers_html() {
                Format::Html
            } else {
                Format::Json
            }),
        }
    }

    /// Whether `Accept` names HTML before any JSON, as browsers do.
    pub fn prefers_html(&self) -> bool {
        prefers_html(&self.headers)
    }

    /// The layer of that id, as the caller reads it.
    ///
    /// # Errors
    /// 404, 401, 403, or 503 when nobody can tell for the moment.
    pub fn layer(&self, id: &str) -> Result<View, Problem> {
        let view = self.app.view(id, &self.caller)?;
        self.tally.of(self.app.place(&view));
        Ok(view)
    }

    /// The parameters of a page of items, its boxes cut to where the layer has ever had anything.
    ///
    /// # Errors
    /// 400 with what is wrong and what to write.
    pub fn items_query(&self, view: &View) -> Result<ItemsQuery, Problem> {
        let query = query::items(self.params.clone(), view, &self.app.served)?;
        Ok(self.within_reach(view, query))
    }

    /// The parameters of an export, as [`Ask::items_query`].
    ///
    /// # Errors
    /// 400 with what is wrong and what to write.
    pub fn export_query(&self, view: &View) -> Result<ItemsQuery, Problem> {
        let query = query::export(self.params.clone(), view, &self.app.served)?;
        Ok(self.within_reach(view, query))
    }

    fn within_reach(&self, view: &View, mut query: ItemsQuery) -> ItemsQuery {
        if let Some(bbox) = &mut query.filter.bbox
            && let Some(state) = self.app.freshness.now().get(view.id.as_str())
        {
            state.within_reach(bbox);
        }
        query
    }

    /// Tells the store where the rows lie that this caller sees: one whose reach is a small part of
    /// a large layer would else have the index walk over the rows of everybody.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn bound(&self, view: &View, query: &mut ItemsQuery) -> Result<(), Problem> {
        if view.is_restricted() && view.reading().rows != Rows::All {
            let seen = self.app.seen(view).await?;
            query.bound = seen.extent_3857.map(|bbox| Bound {
                bbox,
                version: seen.version,
            });
        }
        Ok(())
    }

    /// Refuses parameters that this resource does not have.
    ///
    /// # Errors
    /// 400 with the first unknown one.
    pub fn no_more_params(&self) -> Result<(), Problem> {
        self.params.clone().finish("this resource takes f alone")
    }

    /// Whether the client holds what this tag names.
    pub fn holds(&self, etag: &str) -> bool {
        let Some(tags) = self
            .headers
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
        else {
            return false;
        };
        let bare = etag.trim_start_matches("W/");
        tags.trim() == "*"
            || tags
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == bare)
    }

    /// A JSON document, tagged by its content.
    pub fn json(&self, kind: &'static str, document: &Json) -> Response {
        self.document(kind, document.to_string())
    }

    /// A document, tagged by its content. Documents list what the caller may see: what was made
    /// for who has a credential is no other's.
    pub fn document(&self, kind: &'static str, body: String) -> Response {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(body.as_bytes());
        let etag = format!("W/\"{}\"", hex(&digest[..8]));
        let body = (!self.holds(&etag)).then(|| Body::from(body));
        let mut response = tagged(&etag, kind, body);
        tell_apart(&mut response, self.caller.credential().is_some());
        response
    }
}

/// Says in the headers for whom a layer's answer is: what anybody would read is left as it is.
pub fn for_whom(response: &mut Response, view: &View) {
    if !view.is_open() || view.personal_role.is_some() {
        tell_apart(response, !view.is_common());
    }
}

/// Marks an answer as one that credentials change, and that caches may not share if it is private.
pub fn tell_apart(response: &mut Response, private: bool) {
    let headers = response.headers_mut();
    if private {
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Authorization, X-API-Key, Cookie"),
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An answer with its tag, or 304 without a body.
pub fn tagged(etag: &str, kind: &'static str, body: Option<Body>) -> Response {
    let mut response = match body {
        Some(body) => body.into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, no-cache"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept, Accept-Encoding"),
    );
    if let Ok(value) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, value);
    }
    response
}

/// The name under which a browser saves an answer.
pub fn name_file(response: &mut Response, name: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}

/// Keeps an answer out of every cache, the browser's included.
pub fn unkept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers.remove(header::ETAG);
    response
}

/// An answer that a browser saves as a file of that name, and no cache keeps.
pub fn attached(body: impl IntoResponse, kind: &'static str, name: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    name_file(&mut response, name);
    unkept(response)
}

/// The name of an answer that a browser shows, should it be saved.
pub fn show_as(response: &mut Response, name: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}

/// Media types.
pub mod media {
    /// PDF.
    pub const PDF: &str = "application/pdf";
    /// JSON.
    pub const JSON: &str = "application/json";
    /// GeoJSON.
    pub const GEOJSON: &str = "application/geo+json";
    /// JSON Schema.
    pub const SCHEMA: &str = "application/schema+json";
    /// OpenAPI 3.0.
    pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
    /// HTML.
    pub const HTML: &str = "text/html; charset=utf-8";
    /// Mapbox Vector Tile.
    pub const MVT: &str = "application/vnd.mapbox-vector-tile";
    /// FlatGeobuf.
    pub const FLATGEOBUF: &str = "application/vnd.flatgeobuf";
    /// GeoPackage.
    pub const GEOPACKAGE: &str = "application/geopackage+sqlite3";
    /// CSV (RFC 4180).
    pub const CSV: &str = "text/csv; charset=utf-8; header=present";
}
