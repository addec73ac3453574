//! Who asks: the credential that a request presents, and what it is worth.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::Utc;
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::members::cookies::{self, Cookies, same_origin};
use crate::model::{Caller, Level, Problem, Through};
use crate::ogc::ask::base;

/// What a request presents.
#[derive(Debug, PartialEq, Eq)]
enum Presented {
    /// No credential in its headers nor its query.
    Nothing,
    /// A key, or what should be one.
    Key(String),
    /// A token of single sign-on: three parts with dots between them.
    Token(String),
}

/// Who asks.
///
/// Probes, files that pages load and the sign-in page are served whatever is presented.
///
/// # Errors
/// 400 when two different credentials are presented; 401 when the one presented is not accepted,
/// on open data too, so that nobody takes a mistyped key for one that works; 403 when no commune
/// of its adheres, or when it opens the portal alone.
pub async fn caller(app: &App, route: &str, request: &Parts) -> Result<Caller, Problem> {
    if is_exempt(route) {
        return Ok(Caller::anonymous());
    }
    match presented(&request.headers, request.uri.query())? {
        Presented::Nothing => session(app, request),
        Presented::Key(text) => outside_portal(app.keyring.present(&app.store, &text).await?),
        Presented::Token(text) => {
            let issuer = app.issuer.as_ref().ok_or_else(|| {
                Problem::BadCredential(
                    "single sign-on is not set up here: present a key".to_owned(),
                )
            })?;
            let identity = issuer.bearer(&text).await?;
            outside_portal(identity.caller(&app.keyring, Through::Token)?)
        }
    }
}

/// The caller whom the cookie of a browser session names; nobody when the session is over, was
/// tampered with or is worth nothing any more: what is open stays readable.
///
/// A browser sends the cookie whoever makes it send a request. So what changes something has to
/// come from a page of ours. tower-http's `csrf` layer asks the same of every request: it cannot
/// tell a cookie from a key in a header, which no page can make a stranger's browser send, and
/// lets pass what says nothing of where it comes from.
///
/// # Errors
/// 403 for an unsafe method that another site's page may have sent.
fn session(app: &App, request: &Parts) -> Result<Caller, Problem> {
    if !request.headers.contains_key(header::COOKIE) {
        return Ok(Caller::anonymous());
    }
    let base = base(app, &request.headers);
    let name = Cookies::at(&base).session();
    let values = cookies::values(&request.headers, name);
    let caller = app
        .sessions
        .open(name, &values, Utc::now())
        .and_then(|session| session.caller(&app.keyring).ok());
    let Some(caller) = caller else {
        return Ok(Caller::anonymous());
    };
    if !request.method.is_safe() && !same_origin(&request.headers, &base) {
        return Err(Problem::Forbidden(
            "a browser session changes nothing at the request of another site: use the portal's \
             own pages, or a key in a header"
                .to_owned(),
        ));
    }
    Ok(caller)
}

fn is_exempt(route: &str) -> bool {
    matches!(
        route,
        "/health/live"
            | "/health/ready"
            | "/metrics"
            | "/static/{file}"
            | "/carte/{*path}"
            | "/connexion"
            | "/connexion/compte"
            | "/connexion/retour"
            | "/deconnexion"
    )
}

/// Refuses what an adhesion of level `portail` does not open (DESIGN, «Who sees what»: its key
/// opens a browser session and nothing else).
fn outside_portal(caller: Caller) -> Result<Caller, Problem> {
    let held = caller.credential();
    if held.is_some_and(|held| held.level == Level::Portail && held.through != Through::Session) {
        return Err(Problem::Forbidden(
            "this adhesion opens the portal alone: sign in at /connexion".to_owned(),
        ));
    }
    Ok(caller)
}

/// The credential in headers and query: `X-API-Key`, `Authorization` (Bearer; Basic with the key
/// as password, or as user name with an empty password), the parameter `key`.
fn presented(headers: &HeaderMap, query: Option<&str>) -> Result<Presented, Problem> {
    let mut found: Vec<String> = Vec::new();
    let texts = |name| {
        headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    found.extend(texts("x-api-key".to_owned()));
    for text in texts(header::AUTHORIZATION.to_string()) {
        found.push(authorization(&text)?);
    }
    let pairs = query.unwrap_or("").split('&');
    found.extend(
        pairs
            .filter_map(|pair| pair.strip_prefix("key="))
            .map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned()),
    );
    let mut distinct = found.iter().map(|text| text.trim());
    let Some(first) = distinct.next() else {
        return Ok(Presented::Nothing);
    };
    if distinct.any(|other| other != first) {
        return Err(Problem::bad(
            "two different credentials are presented: keep one of X-API-Key, Authorization and \
             the parameter key",
        ));
    }
    Ok(if first.matches('.').count() == 2 {
        Presented::Token(first.to_owned())
    } else {
        Presented::Key(first.to_owned())
    })
}

/// The credential of an `Authorization` header.
fn authorization(text: &str) -> Result<String, Problem> {
    let (scheme, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(rest.to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let pair = BASE64
            .decode(rest)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        return match pair.as_deref().and_then(|pair| pair.split_once(':')) {
            Some((user, "")) => Ok(user.to_owned()),
            Some((_, password)) => Ok(password.to_owned()),
            None => Err(Problem::BadCredential(
                "the Basic credential cannot be read: it is user:password in base64".to_owned(),
            )),
        };
    }
    Err(Problem::BadCredential(
        "of the schemes of Authorization, Basic and Bearer are known here".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)], query: Option<&str>) -> Result<Presented, Problem> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header"));
        }
        presented(&map, query)
    }

    fn key(text: &str) -> Result<Presented, Problem> {
        Ok(Presented::Key(text.to_owned()))
    }

    #[test]
    fn a_key_is_read_wherever_it_stands() {
        assert_eq!(read(&[], None), Ok(Presented::Nothing));
        assert_eq!(read(&[], Some("f=json&limit=1")), Ok(Presented::Nothing));
        assert_eq!(read(&[("x-api-key", "gn_a")], None), key("gn_a"));
        assert_eq!(read(&[("authorization", "bearer gn_a")], None), key("gn_a"));
        let basic = |pair: &str| format!("Basic {}", BASE64.encode(pair));
        let header = basic("anybody:gn_a");
        assert_eq!(read(&[("authorization", &header)], None), key("gn_a"));
        let header = basic("gn_a:");
        assert_eq!(read(&[("authorization", &header)], None), key("gn_a"));
        assert_eq!(read(&[], Some("f=json&key=gn%5Fa")), key("gn_a"));
        let token = Ok(Presented::Token("a.b.c".to_owned()));
        assert_eq!(read(&[("authorization", "Bearer a.b.c")], None), token);
    }

    #[test]
    fn an_empty_credential_is_one_that_is_wrong() {
        assert_eq!(read(&[], Some("key=")), key(""));
        assert_eq!(read(&[("x-api-key", "")], None), key(""));
    }

    #[test]
    fn the_same_twice_will_do_and_two_different_ones_will_not() {
        let both = [("x-api-key", "gn_a"), ("authorization", "Bearer gn_a")];
        assert_eq!(read(&both, Some("key=gn_a")), key("gn_a"));
        for query in [Some("key=gn_b"), Some("key=")] {
            let refused = read(&both, query);
            assert!(matches!(refused, Err(Problem::BadRequest(_))), "{query:?}");
        }
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
        assert!(matches!(read(&twice, None), Err(Problem::BadRequest(_))));
    }

    #[test]
    fn what_is_no_scheme_of_ours_is_not_passed_over() {
        for header in ["Negotiate abc", "Basic %%%", "Basic", "gn_a"] {
            let refused = read(&[("authorization", header)], None);
            assert!(
                matches!(refused, Err(Problem::BadCredential(_))),
                "{header}: {refused:?}"
            );
        }
    }
}
