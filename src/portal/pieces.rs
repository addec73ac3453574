//! Written pieces of documents, as they were delivered: strangers' files, which run nothing here.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;

use crate::app::App;
use crate::model::Problem;

/// A piece may change under its name: it is never used without asking.
const CACHING: HeaderValue = HeaderValue::from_static("public, no-cache");
/// Nothing in a piece runs, loads or is taken for a page of ours.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'");

/// `GET /pieces/{document}/{name}`.
///
/// # Errors
/// 404 when the document has no such piece, 503 when the database does not answer.
pub async fn piece(
    State(app): State<Arc<App>>,
    Path((document, name)): Path<(String, String)>,
    method: Method,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.store.piece(&document, &name).await?;
    let piece =
        found.ok_or_else(|| Problem::NotFound("the document has no such piece".to_owned()))?;
    // Weak: what compresses the answer on its way changes its bytes.
    let etag = format!("W/\"{}\"", piece.sha256);
    let held = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .any(|tags| tags.contains(&piece.sha256));
    let mut response = match held {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false if method == Method::HEAD => StatusCode::OK.into_response(),
        false => content(app, piece.sha256).await?.into_response(),
    };
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&piece.media);
    headers.insert(
        header::CONTENT_TYPE,
        media.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CACHE_CONTROL, CACHING);
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("inline"),
    );
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}

/// The content, a part at a time: a slow client holds no connection of the database. The first
/// part is read before the answer begins, since its status cannot change afterwards.
async fn content(app: Arc<App>, sha256: String) -> Result<Body, Problem> {
    let first = app.store.piece_part(&sha256, 0).await?;
    let Some(first) = first else {
        return Err(Problem::NotFound("the piece has no content".to_owned()));
    };
    let rest = stream::try_unfold((app, sha256, 1), |(app, sha256, part)| async move {
        let read = app.store.piece_part(&sha256, part).await;
        let bytes = read.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(bytes.map(|bytes| (Bytes::from(bytes), (app, sha256, part + 1))))
    });
    let whole = stream::once(std::future::ready(Ok(Bytes::from(first))));
    Ok(Body::from_stream(futures::StreamExt::chain(whole, rest)))
}
