//! A plain HTTP client: one connection a request, nothing decoded behind the test's back.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::net::TcpStream;

/// An answer, read to its end.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it was sent.
    pub body: Bytes,
}

impl Answer {
    /// One header, empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The address of the link with that relation, if any.
    pub fn link(&self, rel: &str) -> Option<String> {
        link(&self.json(), rel)
    }

    /// Checks that this is a problem (RFC 9457) of that status; gives its detail.
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], status);
        assert!(
            body["title"].is_string() && body["type"].is_string(),
            "{body}"
        );
        body["detail"].as_str().expect("a detail").to_owned()
    }
}

/// The address of a document's link with that relation, if any.
pub fn link(document: &Json, rel: &str) -> Option<String> {
    let links = document["links"].as_array()?;
    let found = links.iter().find(|link| link["rel"] == rel)?;
    Some(found["href"].as_str()?.to_owned())
}

/// The features of a collection document.
pub fn features(page: &Json) -> &Vec<Json> {
    page["features"]
        .as_array()
        .unwrap_or_else(|| panic!("no features: {page}"))
}

/// The values of a property, in the order of the page.
pub fn values(page: &Json, property: &str) -> Vec<String> {
    let text = |feature: &Json| match &feature["properties"][property] {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    features(page).iter().map(text).collect()
}

/// The numbers of the features, in the order of the page.
pub fn numbers(page: &Json) -> Vec<i64> {
    features(page)
        .iter()
        .map(|feature| feature["id"].as_i64().expect("a number"))
        .collect()
}

/// `GET` of an address.
pub async fn get(url: &str, headers: &[(&str, &str)]) -> Answer {
    request(Method::GET, url, headers).await
}

/// A request without a body.
pub async fn request(method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
    send(method, url, headers, Bytes::new()).await
}

/// A form, as a page sends it.
pub async fn post(url: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    send(Method::POST, url, &all, form.into()).await
}

/// What a test sends as a form with files: fields, then files with their names and bytes.
#[derive(Clone)]
pub struct Form {
    body: Vec<u8>,
}

impl Form {
    /// What stands between the parts.
    const BOUNDARY: &str = "------------------------geonantes";

    /// An empty one.
    pub fn new() -> Self {
        Self { body: Vec::new() }
    }

    /// The same with a field.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    /// The same with a file.
    #[must_use]
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"fichier\"; filename=\"{name}\""), bytes)
    }

    fn part(mut self, what: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; {what}\r\n\r\n",
            Self::BOUNDARY
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// Its media type, and its bytes.
    pub fn finish(mut self) -> (String, Bytes) {
        let end = format!("--{}--\r\n", Self::BOUNDARY);
        self.body.extend_from_slice(end.as_bytes());
        (
            format!("multipart/form-data; boundary={}", Self::BOUNDARY),
            self.body.into(),
        )
    }

    /// Sends it.
    pub async fn post(self, url: &str, headers: &[(&str, &str)]) -> Answer {
        let (kind, body) = self.finish();
        let mut all = vec![("content-type", kind.as_str())];
        all.extend_from_slice(headers);
        send(Method::POST, url, &all, body).await
    }
}

/// A request with a body.
pub async fn send(method: Method, url: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
    let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
    let authority = uri.authority().expect("a host").to_string();
    let stream = TcpStream::connect(&authority)
        .await
        .expect("the server listens");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("a handshake");
    let driving = tokio::spawn(connection);
    let target = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut builder = Request::builder()
        .method(method)
        .uri(target)
        .header("host", &authority);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder.body(Full::new(body)).expect("a request");
    let response = sender.send_request(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    drop(sender);
    driving.abort();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
    }
}
