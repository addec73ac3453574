//! What surrounds every request: its id, its log line, its measures, its limits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::limits;
use super::meter::Metered;
use super::pages::{self, Asked};
use crate::app::App;
use crate::model::{Operation, Problem, Tally};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest path that is looked at.
const LONGEST_PATH: usize = 2048;

/// Limits that every request meets.
#[derive(Clone)]
pub struct Edge {
    /// The program's parts.
    pub app: Arc<App>,
    /// Requests under way at once.
    pub places: Arc<Semaphore>,
    /// Time to hand out the head of the answer.
    pub patience: Duration,
    /// The same for who sends files, which is as long as they may take to arrive.
    pub upload: Duration,
}

/// Surrounds a request.
pub async fn around(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = uuid::Uuid::now_v7().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let tally = Arc::new(Tally::default());
    if limits::is_probe(&route) {
        tally.is(Operation::Probe);
    }
    let metered = Metered::of(&edge.app.meter, &request, tally.clone());
    request.extensions_mut().insert(tally);
    let asked = Asked {
        uri: request.uri().clone(),
        headers: request.headers().clone(),
    };
    let span = tracing::info_span!("request", %id, %method, route);

    let mut response = answer(&edge, &route, request, next)
        .instrument(span.clone())
        .await;

    pages::finish(&edge.app, &asked, &id, &mut response).await;
    let status = response.status().as_u16();
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let elapsed = started.elapsed();
    measure(&method, &route, status, elapsed);
    let _entered = span.enter();
    // The query stays out of the log: it may hold a key.
    let ms = elapsed.as_secs_f64() * 1e3;
    if is_frequent(&route) && status < 500 {
        tracing::debug!(status, ms, "answered");
    } else {
        tracing::info!(status, ms, "answered");
    }
    metered.account(&edge.app, &asked.headers, response)
}

async fn answer(edge: &Edge, route: &str, request: Request, next: Next) -> Response {
    if request.uri().path().len() > LONGEST_PATH {
        return Problem::bad("the path is too long").into_response();
    }
    if percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_err()
    {
        return Problem::bad("the path is not UTF-8").into_response();
    }
    let Ok(_place) = edge.places.try_acquire() else {
        return Problem::busy("too many requests at once", 1).into_response();
    };
    let (mut parts, body) = request.into_parts();
    let admission = match limits::admit(&edge.app, route, &parts).await {
        Ok(admission) => admission,
        Err(refused) => return open_to_scripts(refused),
    };
    parts.extensions.insert(admission.caller.clone());
    parts.extensions.insert(admission.payer);
    let sends = matches!(route, "/contributions" | "/documents") && parts.method == Method::POST;
    let patience = if sends { edge.upload } else { edge.patience };
    let mut response = admitted(patience, Request::from_parts(parts, body), next).await;
    admission.tell(&edge.app.limits, &mut response);
    // For the meter.
    response.extensions_mut().insert(admission.caller);
    response
}

async fn admitted(patience: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        // The compression's refusal carries the document that it could not send.
        Ok(response) if response.status() == StatusCode::NOT_ACCEPTABLE => {
            Problem::NotAcceptable("no content coding that Accept-Encoding allows".to_owned())
                .into_response()
        }
        Ok(response) => response,
        Err(_) => Problem::Timeout.into_response(),
    }
}

/// Lets a page of somebody else's read why it was refused: what is refused here has not passed
/// the layer that says so of every answer.
fn open_to_scripts(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

/// Tiles, probes and what is asked at each key that is struck come by the thousand: the metrics count
/// them, the log does not list them.
fn is_frequent(route: &str) -> bool {
    route.ends_with("/{file}")
        || route.ends_with("/{column}")
        || matches!(
            route,
            "/ads/parcelles" | "/ads/adresses/search" | "/ads/adresses/reverse"
        )
        || limits::is_probe(route)
}

fn measure(method: &Method, route: &str, status: u16, elapsed: Duration) {
    // Anybody may invent methods; each label is a series that is kept.
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "DELETE" | "PATCH") => known,
        _ => "other",
    };
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("geonantes_requests_total", &labels).increment(1);
    metrics::histogram!("geonantes_request_seconds", "route" => route.to_owned())
        .record(elapsed.as_secs_f64());
}

/// What no route matches.
pub async fn nowhere() -> Response {
    Problem::NotFound("there is nothing at this address; the landing page is /".to_owned())
        .into_response()
}

/// A method that a route does not have; every resource here is read.
pub async fn wrong_method() -> Response {
    Problem::MethodNotAllowed("GET, HEAD, OPTIONS").into_response()
}
