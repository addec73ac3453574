//! The embedded viewer, and what the pages of [`crate::encode::html`] load.

pub mod assets;
pub mod contributions;
pub mod costs;
pub mod networks;
pub mod parcels;
pub mod pieces;
pub mod privacy;
pub mod signin;
pub mod usage;
pub mod viewer;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::ogc::ask::name_file;

/// Keeps an answer out of every cache, the browser's included.
fn unkept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers.remove(header::ETAG);
    response
}

/// An answer that a browser saves as a file of that name.
fn attached(body: impl IntoResponse, kind: &'static str, name: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    name_file(&mut response, name);
    unkept(response)
}
