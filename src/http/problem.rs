//! The one table from a failure's meaning to its status (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::model::Problem;

impl IntoResponse for Problem {
    /// As problem+json; the problem itself stays with the answer, so that the edge may write it as
    /// a page.
    fn into_response(self) -> Response {
        let (status, title, detail) = match &self {
            Self::BadRequest(detail) => (
                StatusCode::BAD_REQUEST,
                "The request cannot be understood",
                detail.clone(),
            ),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "A credential is needed",
                "this collection is not open: present a key of an adhering commune".to_owned(),
            ),
            Self::BadCredential(detail) => (
                StatusCode::UNAUTHORIZED,
                "The credential is not accepted",
                detail.clone(),
            ),
            Self::Forbidden(detail) => (
                StatusCode::FORBIDDEN,
                "The credential does not suffice",
                detail.clone(),
            ),
            Self::NotFound(detail) => (StatusCode::NOT_FOUND, "Not found", detail.clone()),
            Self::Gone { detail, .. } => (StatusCode::GONE, "No longer there", detail.clone()),
            Self::MethodNotAllowed(allowed) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "The method does not apply here",
                format!("methods that apply: {allowed}"),
            ),
            Self::NotAcceptable(detail) => (
                StatusCode::NOT_ACCEPTABLE,
                "No such representation",
                detail.clone(),
            ),
            Self::Conflict(detail) => (
                StatusCode::CONFLICT,
                "It changed in the meantime",
                detail.clone(),
            ),
            Self::TooLarge(detail) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "More than may be sent",
                detail.clone(),
            ),
            Self::Full(detail) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "No room left",
                detail.clone(),
            ),
            Self::RangeNotSatisfiable(length) => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                "The range lies outside the file",
                format!("the file has {length} bytes"),
            ),
            Self::TooMany { detail, .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                detail.clone(),
            ),
            Self::Unavailable { detail, .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Not available for the moment",
                detail.clone(),
            ),
            Self::Timeout => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The answer took too long",
                "ask for less: a smaller box, fewer features, a filter on an indexed field"
                    .to_owned(),
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "A fault of the service",
                "it has been recorded under the id in the X-Request-Id header".to_owned(),
            ),
        };
        let mut body = serde_json::json!({
            "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail,
        });
        if let Self::Gone { former, .. } = &self {
            body["former"] = former.clone();
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut set = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        match &self {
            // GDAL and QGIS wait for the challenge before they send a password.
            Self::Unauthorized | Self::BadCredential(_) => {
                set(header::WWW_AUTHENTICATE, challenge())
            }
            Self::MethodNotAllowed(allowed) => set(header::ALLOW, (*allowed).to_owned()),
            Self::RangeNotSatisfiable(length) => {
                set(header::CONTENT_RANGE, format!("bytes */{length}"));
            }
            Self::TooMany { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                set(header::RETRY_AFTER, retry_after.to_string());
            }
            Self::Timeout => set(header::RETRY_AFTER, "10".to_owned()),
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn challenge() -> String {
    "Basic realm=\"Geonantes\", charset=\"UTF-8\"".to_owned()
}
