//! The embedded viewer, and what the pages of [`crate::encode::html`] load.

pub mod assets;
pub mod contributions;
pub mod networks;
pub mod pieces;
pub mod privacy;
pub mod signin;
pub mod usage;
pub mod viewer;

use axum::http::{HeaderValue, header};
use axum::response::Response;

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
