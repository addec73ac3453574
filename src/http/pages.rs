//! What answers for people need at the edge: problems written as pages, and the policy of pages.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::app::App;
use crate::model::{Caller, Problem};
use crate::ogc;
use crate::ogc::visitor::Visitor;

/// What remains of a request when its answer is there.
pub struct Asked {
    /// The address.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
}

/// Pages load nothing but our own style sheet and drawing: no script, no style of their own, no
/// frame in somebody else's page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'none'; style-src 'self'; img-src 'self' data: https:; \
     object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'",
);

/// The challenge for people in a browser. At that of Basic, which GDAL and QGIS wait for, it would
/// open a window of its own before they see the page that says where to sign in, and another for
/// each tile of a map whose session is over.
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"Geonantes\"");

/// Whether a browser asks for a page, or one of our pages asks for what it shows: nothing else
/// sends these headers.
fn is_browsing(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|it| it == value);
    is("sec-fetch-mode", "navigate") || is("sec-fetch-site", "same-origin")
}

/// Writes a problem as a page for who reads pages, with the same status and headers, and gives
/// every page its policy.
pub async fn finish(app: &App, asked: &Asked, id: &str, response: &mut Response) {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let status = response.status().as_u16();
        let caller = response.extensions().get::<Caller>().cloned();
        let (uri, headers) = (&asked.uri, &asked.headers);
        let visitor = Visitor::of(app, &caller.unwrap_or_default(), uri, headers).await;
        let problem = (status, &problem);
        let page = ogc::page::problem(app, &visitor, uri, headers, problem, id);
        if let Some(page) = page {
            *response.body_mut() = Body::from(page);
            let headers = response.headers_mut();
            // The problem may have been compressed on its way here.
            headers.remove(header::CONTENT_ENCODING);
            headers.remove(header::CONTENT_LENGTH);
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(ogc::ask::media::HTML),
            );
        }
    }
    if response.status() == StatusCode::UNAUTHORIZED && is_browsing(&asked.headers) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, BEARER);
    }
    let headers = response.headers_mut();
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
}
