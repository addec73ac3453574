//! What is wrong with parameters, in two shapes at once: a problem (RFC 9457), and the members
//! `code` and `message` by which clients of API Carto show what they did wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, json};

use crate::model::{Problem, shown, shown_words};

/// Parameters that cannot be understood.
#[derive(Debug, Default)]
pub struct Faults(Vec<(String, String, String)>);

impl Faults {
    /// A parameter, its value, and what is wrong with it, in French.
    pub fn one(param: &str, value: &str, message: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(param, value, message);
        faults
    }

    /// One more.
    pub fn add(&mut self, param: &str, value: &str, message: impl Into<String>) {
        self.0
            .push((param.to_owned(), value.to_owned(), message.into()));
    }

    /// Nothing, when nothing is wrong.
    ///
    /// # Errors
    /// The faults themselves.
    pub fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    pub(super) fn detail(&self) -> String {
        let each = self.0.iter().map(|(param, value, message)| {
            if value.is_empty() {
                format!("{}\u{a0}: {message}", shown(param))
            } else {
                format!("{}={}\u{a0}: {message}", shown(param), shown_words(value))
            }
        });
        each.collect::<Vec<_>>().join("\u{a0}; ")
    }
}

impl IntoResponse for Faults {
    fn into_response(self) -> Response {
        let detail = self.detail();
        let message: Map<_, _> = self
            .0
            .iter()
            .map(|(param, value, message)| {
                let fault = json!({
                    "msg": message, "param": shown(param), "value": shown_words(value), "location": "query",
                });
                (shown(param), fault)
            })
            .collect();
        let body = json!({
            "type": "about:blank",
            "title": "The request cannot be understood",
            "status": 400,
            "detail": detail,
            "code": 400,
            "message": message,
        });
        let mut response = (StatusCode::BAD_REQUEST, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // So that the edge may write it as a page.
        response
            .extensions_mut()
            .insert(Problem::BadRequest(detail));
        response
    }
}
