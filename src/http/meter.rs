//! The meter at the edge: the outermost thing that sees a response, and the last.
//!
//! A record is written before the last frame is handed to hyper, or before the head where no body
//! is asked for: whatever a reader saw whole is in the journal, however the program ends.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use super::line::Line;
use crate::app::App;
use crate::model::{Caller, Problem, Tally};
use crate::usage::{Facts, Fault, Full, Meter, Place, State};

/// What the meter needs to know of a request.
pub struct Metered {
    /// Whether the method is HEAD, whose answer has no body.
    pub is_head: bool,
    /// The room's own service commun, if it has one.
    pub room: Option<u16>,
    /// The connection.
    pub line: Option<Arc<Line>>,
    /// What handlers tell of the answer.
    pub tally: Arc<Tally>,
}

impl Metered {
    /// Of a request.
    pub fn of(meter: &Meter, request: &axum::extract::Request, tally: Arc<Tally>) -> Self {
        Self {
            is_head: request.method() == Method::HEAD,
            room: meter.room(request.uri().path()),
            line: request.extensions().get::<Arc<Line>>().cloned(),
            tally,
        }
    }

    /// Has a response recorded: now when it has no body, else with its last frame.
    pub fn account(self, app: &Arc<App>, headers: &HeaderMap, mut response: Response) -> Response {
        // The edge tells it with the answer; who was refused is nobody.
        let caller = response.extensions_mut().remove::<Caller>();
        let meter = &app.meter;
        if !meter.is_on() {
            return response;
        }
        let agent = headers
            .get(header::USER_AGENT)
            .map(|agent| agent.as_bytes());
        let status = response.status();
        let facts = meter.facts(
            &caller.unwrap_or_default(),
            self.room,
            agent,
            status.as_u16(),
        );
        if meter.refuses(&facts, &self.tally) {
            return full(response);
        }
        let mut out = Out {
            app: app.clone(),
            facts,
            tally: self.tally,
            line: self.line,
            bytes: 0,
            done: false,
        };
        let has_none = self.is_head
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || response.body().is_end_stream();
        if has_none {
            return match out.whole() {
                Ok(()) => response,
                Err(Full) => full(response),
            };
        }
        let length = response.headers().get(header::CONTENT_LENGTH);
        let length = length
            .and_then(|length| length.to_str().ok()?.parse().ok())
            .or(response.body().size_hint().exact());
        response.map(|inner| Body::new(Counted { inner, length, out }))
    }
}

/// What is answered when nothing can be recorded. It is not billed.
fn full(instead: Response) -> Response {
    let mut response = Problem::busy(
        "use cannot be recorded for the moment, and what is billed is not served unrecorded",
        60,
    )
    .into_response();
    for name in ["x-request-id", "x-content-type-options"] {
        if let Some(value) = instead.headers().get(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// A response on its way out.
struct Out {
    app: Arc<App>,
    facts: Facts,
    tally: Arc<Tally>,
    line: Option<Arc<Line>>,
    bytes: u64,
    done: bool,
}

impl Out {
    /// All of it is about to be handed out.
    fn whole(&mut self) -> Result<(), Full> {
        if self.done {
            return Ok(());
        }
        match (self.record(None)?, &self.line) {
            (Some(place), Some(line)) => line.hand(place),
            (Some(place), None) => place.settle(State::Whole),
            (None, _) => {}
        }
        Ok(())
    }

    fn cut(&mut self, fault: Fault) {
        if !self.done
            && let Ok(Some(place)) = self.record(Some(fault))
        {
            place.settle(State::Aborted);
        }
    }

    fn record(&mut self, fault: Option<Fault>) -> Result<Option<Place>, Full> {
        self.done = true;
        let meter = &self.app.meter;
        let bytes = self.bytes + self.tally.bytes_received();
        let recorded = meter.record(&self.facts, &self.tally, bytes, fault)?;
        if let Some(key) = self.facts.key()
            && fault != Some(Fault::Ours)
        {
            let units = meter.units(&self.facts, &self.tally);
            self.app.limits.used(key, units);
        }
        Ok(recorded)
    }
}

impl Drop for Out {
    /// hyper lets go of a body before its end when the connection is gone.
    fn drop(&mut self) {
        self.cut(Fault::Reader);
    }
}

/// A body that is counted as it goes out.
struct Counted {
    inner: Body,
    /// What the head says of its length: hyper stops there, and does not ask for the end.
    length: Option<u64>,
    out: Out,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        let ends = match &frame {
            Some(Ok(frame)) => {
                let more = frame.data_ref().map_or(0, Bytes::len);
                this.out.bytes += more as u64;
                this.length == Some(this.out.bytes) || this.inner.is_end_stream()
            }
            Some(Err(_)) => {
                this.out.cut(Fault::Ours);
                false
            }
            None => true,
        };
        if ends && this.out.whole().is_err() {
            // The last frame stays here: what cannot be recorded must not look whole.
            return Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other(
                "use cannot be recorded",
            )))));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
