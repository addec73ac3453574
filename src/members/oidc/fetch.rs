//! The way to the issuer: short questions, bounded answers, no redirect followed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::{Method, Request, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use crate::config::trusted;

/// Time that one question may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes of an answer.
const LONGEST: usize = 1 << 20;

/// Why the issuer gave no answer that can be used; for the log.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that can be believed.
    #[error("{0}")]
    Address(String),
    /// No answer, or half of one.
    #[error("{address} does not answer: {reason}")]
    Away {
        /// Where.
        address: String,
        /// Why.
        reason: String,
    },
    /// An answer that says no.
    #[error("{address} answered {status}: {words}")]
    Refused {
        /// Where.
        address: String,
        /// Its status.
        status: u16,
        /// What it says of it, shortened.
        words: String,
    },
    /// Something else than what the standard says.
    #[error("{address} answered something else than expected: {reason}")]
    Unexpected {
        /// Where.
        address: String,
        /// What.
        reason: String,
    },
}

/// How the client says who it is at the token endpoint (RFC 6749 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the `Authorization` header.
    Basic,
    /// In the form.
    Post,
}

type Https = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// An HTTP client for the issuer alone.
pub struct Fetch {
    /// Or why there is none.
    client: Result<Https, String>,
}

impl Fetch {
    /// A client that believes the certificates that this machine does; without any, each question
    /// ends in an error that says so.
    pub fn new() -> Self {
        let connector = HttpsConnectorBuilder::new().with_native_roots();
        let client = connector.map(|connector| {
            let connector = connector.https_or_http().enable_http1().build();
            Client::builder(TokioExecutor::new())
                .pool_idle_timeout(Duration::from_secs(30))
                .build(connector)
        });
        Self {
            client: client.map_err(|error| {
                format!("{error}: this machine knows no authority (on Debian: ca-certificates)")
            }),
        }
    }

    /// A JSON document.
    ///
    /// # Errors
    /// When there is none that can be used.
    pub async fn document<T: DeserializeOwned>(&self, address: &str) -> Result<T, FetchError> {
        let request = Request::get(address)
            .header(header::ACCEPT, "application/json")
            .body(Full::default());
        self.answer(address, request).await
    }

    /// What a form is answered, in JSON. `client` is the client's name, its secret and the way to
    /// tell it.
    ///
    /// # Errors
    /// When there is no answer that can be used.
    pub async fn form<T: DeserializeOwned>(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        client: Option<(&str, &str, ClientAuth)>,
    ) -> Result<T, FetchError> {
        let mut fields = fields.to_vec();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        match client {
            Some((id, secret, ClientAuth::Basic)) => {
                let plain = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
                let pair = STANDARD.encode(format!("{}:{}", plain(id), plain(secret)));
                request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
            }
            Some((_, secret, ClientAuth::Post)) => fields.push(("client_secret", secret)),
            None => {}
        }
        let request = request.body(Full::from(encoded(&fields)));
        self.answer(address, request).await
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        address: &str,
        request: hyper::http::Result<Request<Full<Bytes>>>,
    ) -> Result<T, FetchError> {
        trusted(address).map_err(FetchError::Address)?;
        let request = request.map_err(|error| FetchError::Address(error.to_string()))?;
        let away = |reason: String| FetchError::Away {
            address: address.to_owned(),
            reason,
        };
        let client = self
            .client
            .as_ref()
            .map_err(|reason| away(reason.clone()))?;
        let whole = async {
            let response = client.request(request).await;
            let (head, body) = response.map_err(|error| away(chain(&error)))?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await;
            let body = body.map_err(|error| away(error.to_string()))?.to_bytes();
            Ok((head.status, body))
        };
        let (status, body) = tokio::time::timeout(PATIENCE, whole)
            .await
            .unwrap_or_else(|_| Err(away(format!("nothing within {} s", PATIENCE.as_secs()))))?;
        if !status.is_success() {
            let words: String = String::from_utf8_lossy(&body).chars().take(200).collect();
            return Err(FetchError::Refused {
                address: address.to_owned(),
                status: status.as_u16(),
                words,
            });
        }
        serde_json::from_slice(&body).map_err(|error| FetchError::Unexpected {
            address: address.to_owned(),
            reason: error.to_string(),
        })
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// An error with its causes: the outermost alone says «client error (Connect)».
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
