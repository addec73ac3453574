//! Limits at the edge: on whose account a request goes, whether it may pass, and what its answer
//! says of what is left (draft-ietf-httpapi-ratelimit-headers).

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::Utc;

use super::credentials;
use crate::access::limits::{Left, Limits, Month, Payer, Place};
use crate::app::App;
use crate::config::Proxy;
use crate::model::{Caller, Problem};

/// The policies that hold for the caller.
pub static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of them.
pub static LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// That a monthly quota runs short.
pub static WARNING: HeaderName = HeaderName::from_static("x-quota-warning");
static FORWARDED: &str = "x-forwarded-for";

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A request that may pass; it counts as under way until this is dropped.
pub struct Admission {
    /// Who asks.
    pub caller: Caller,
    /// On whose account.
    pub payer: Payer,
    left: Option<Left>,
    month: Option<Month>,
    _place: Option<Place>,
}

/// Says who asks and whether the request may pass. Probes always may.
///
/// A credential that is not accepted is charged to the address: guessing is bounded too.
///
/// # Errors
/// The refusal: 400, 401, 403 for the credential, 429 for the limits, 503.
pub async fn admit(app: &App, route: &str, parts: &Parts) -> Result<Admission, Response> {
    if is_probe(route) {
        return Ok(Admission {
            caller: Caller::anonymous(),
            payer: Payer::default(),
            left: None,
            month: None,
            _place: None,
        });
    }
    let limits = &app.limits;
    let address = address(parts, &app.config.file.callers.trusted_proxies);
    let visitor = Payer::new(&Caller::anonymous(), address);
    let refuse = |payer, quota, problem: Problem| {
        let mut response = problem.into_response();
        mark(limits, payer, quota, &mut response);
        response
    };
    let mut place = limits
        .enter(visitor)
        .map_err(|problem| refuse(visitor, None, problem))?;
    let caller = match credentials::caller(app, route, parts).await {
        Ok(caller) => caller,
        Err(problem) => {
            let problem = limits.charge(visitor).err().unwrap_or(problem);
            return Err(refuse(visitor, None, problem));
        }
    };
    let payer = Payer::new(&caller, address);
    let quota = caller.credential().and_then(|held| held.quota);
    let refuse = |problem| {
        let mut response = refuse(payer, quota, problem);
        // For the meter: what is refused is counted, to whom it was refused.
        response.extensions_mut().insert(caller.clone());
        response
    };
    if payer != visitor {
        place = limits.enter(payer).map_err(refuse)?;
    }
    let month = limits.month(&caller, Utc::now()).map_err(refuse)?;
    // A tile is charged when it has to be drawn.
    let left = if is_tile(route) {
        None
    } else {
        Some(limits.charge(payer).map_err(refuse)?)
    };
    Ok(Admission {
        caller,
        payer,
        left,
        month,
        _place: Some(place),
    })
}

impl Admission {
    /// Writes into an answer what is left, and warns of a quota that runs short.
    pub fn tell(&self, limits: &Limits, response: &mut Response) {
        let quota = self.caller.credential().and_then(|held| held.quota);
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            mark(limits, self.payer, quota, response);
            return;
        }
        let mut items = Vec::new();
        if let Some(left) = self.left {
            let Left {
                requests,
                full_in_s,
            } = left;
            items.push(format!("\"requests\";r={requests};t={full_in_s}"));
        }
        if let Some(month) = self.month {
            items.push(format!("\"month\";r={};t={}", month.left, month.ends_in_s));
        }
        if items.is_empty() {
            return;
        }
        let headers = response.headers_mut();
        set(headers, &POLICY, &limits.policy(self.payer, quota));
        set(headers, &LIMIT, &items.join(", "));
        if let Some(month) = self.month.filter(Month::is_short) {
            let text = format!("{} % of the month's units are used", month.used_percent);
            set(headers, &WARNING, &text);
        }
    }
}

/// Writes into a refusal which limit was met.
fn mark(limits: &Limits, payer: Payer, quota: Option<i64>, response: &mut Response) {
    let met = match response.extensions().get::<Problem>() {
        Some(Problem::TooMany {
            limit, retry_after, ..
        }) => format!("\"{limit}\";r=0;t={retry_after}"),
        _ => return,
    };
    let headers = response.headers_mut();
    set(headers, &POLICY, &limits.policy(payer, quota));
    set(headers, &LIMIT, &met);
}

fn set(headers: &mut HeaderMap, name: &HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name.clone(), value);
    }
}

pub(super) fn is_probe(route: &str) -> bool {
    matches!(route, "/health/live" | "/health/ready" | "/metrics")
}

fn is_tile(route: &str) -> bool {
    route.ends_with("/{z}/{x}/{file}") || route.ends_with("/{z}/{row}/{column}")
}

/// The address that asks: the other end of the connection or, when that is a proxy of ours, what
/// the proxies in front say that theirs was.
fn address(parts: &Parts, trusted: &[Proxy]) -> IpAddr {
    let ours = |address: IpAddr| trusted.iter().any(|proxy| proxy.has(address));
    let nobody = IpAddr::from([0, 0, 0, 0]);
    let mut address = parts
        .extensions
        .get::<Peer>()
        .map_or(nobody, |peer| peer.0.to_canonical());
    let lists: Vec<&str> = parts
        .headers
        .get_all(FORWARDED)
        .iter()
        .filter_map(|list| list.to_str().ok())
        .collect();
    // Each proxy adds the address that it saw at the end: what stands before those of our own
    // proxies was written by anybody.
    for text in lists.iter().rev().flat_map(|list| list.rsplit(',')) {
        if !ours(address) {
            break;
        }
        match read(text.trim()) {
            Some(before) => address = before.to_canonical(),
            None => break,
        }
    }
    address
}

/// An address, with or without a port.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| {
        let socket: std::net::SocketAddr = text.parse().ok()?;
        Some(socket.ip())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut request = axum::http::Request::builder();
        for list in forwarded {
            request = request.header(FORWARDED, *list);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts
            .extensions
            .insert(Peer(peer.parse().expect("an address")));
        let trusted = ["127.0.0.1", "10.0.0.0/8"];
        let trusted = trusted.map(|text| Proxy::try_from(text.to_owned()).expect("a network"));
        address(&parts, &trusted).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(seen("::ffff:127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            seen("10.1.2.3", &["203.0.113.9, 198.51.100.7"]),
            "198.51.100.7"
        );
        let chain = ["203.0.113.9, 198.51.100.7", "10.9.9.9"];
        assert_eq!(seen("127.0.0.1", &chain), "198.51.100.7");
        assert_eq!(seen("127.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["unknown"]), "127.0.0.1");
    }
}
