//! Cookies of the portal, and whether a request comes from its own pages.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// Names and attributes of the portal's cookies.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// For the service at that public address. Over https, the prefix of the names has browsers
    /// refuse such a cookie from a neighbouring host or over plain http (RFC 6265bis 4.1.3).
    pub fn at(base: &str) -> Self {
        Self {
            secure: base.starts_with("https://"),
        }
    }

    /// Holds the session.
    pub fn session(self) -> &'static str {
        if self.secure {
            "__Host-geonantes"
        } else {
            "geonantes"
        }
    }

    /// Holds what a sign-in under way brings back from the issuer.
    pub fn pending(self) -> &'static str {
        if self.secure {
            "__Host-geonantes-connexion"
        } else {
            "geonantes-connexion"
        }
    }

    /// The header that has a browser keep a value: out of scripts' reach, and out of what other
    /// sites make it send, but for links that lead here.
    pub fn keep(self, name: &'static str, value: String, life: Duration) -> Option<HeaderValue> {
        let life = cookie::time::Duration::try_from(life).ok()?;
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(life);
        HeaderValue::from_str(&cookie.build().to_string()).ok()
    }

    /// The header that has a browser forget a cookie.
    pub fn forget(self, name: &'static str) -> Option<HeaderValue> {
        self.keep(name, String::new(), Duration::ZERO)
    }
}

/// The values of the cookies of that name.
pub fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
        .collect()
}

/// Whether the browser says that a page of this service sent the request: by `Sec-Fetch-Site`, or
/// where it is too old or the connection too plain for that by `Origin`. Silence is no.
///
/// `base` is the service's public address; an origin that is the request's own `Host` will do too,
/// for who reaches the service by another name.
pub fn same_origin(headers: &HeaderMap, base: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let is = |authority: &str| origin.eq_ignore_ascii_case(&format!("{scheme}://{authority}"));
    is(authority) || host.is_some_and(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().expect("a header"));
        }
        map
    }

    #[test]
    fn attributes_follow_the_address() {
        let cookies = Cookies::at("https://geo.example.fr/portail");
        let name = cookies.session();
        let header = cookies.keep(name, "v".to_owned(), Duration::from_secs(60));
        assert_eq!(
            header.expect("a header"),
            "__Host-geonantes=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        let cookies = Cookies::at("http://127.0.0.1:8080");
        assert_eq!(
            cookies.forget(cookies.session()).expect("a header"),
            "geonantes=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn every_cookie_of_a_name_is_found() {
        let map = headers(&[("cookie", "a=1; geonantes=x"), ("cookie", "geonantes=y; b")]);
        assert_eq!(values(&map, "geonantes"), ["x", "y"]);
        assert!(values(&map, "c").is_empty());
    }

    #[test]
    fn only_a_page_of_ours_is_the_same_origin() {
        let base = "https://geo.example.fr/portail";
        let own: [&[(&str, &str)]; 5] = [
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", "https://geo.example.fr")],
            &[("origin", "https://GEO.example.fr")],
            &[("origin", "https://geo.interne"), ("host", "geo.interne")],
        ];
        for pairs in own {
            assert!(same_origin(&headers(pairs), base), "{pairs:?}");
        }
        let foreign: [&[(&str, &str)]; 9] = [
            &[],
            &[("host", "geo.example.fr")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://geo.example.fr"),
            ],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "null")],
            &[("origin", "http://geo.example.fr")],
            &[("origin", "https://geo.example.fr.mal.example")],
            &[
                ("origin", "https://mal.example"),
                ("host", "geo.example.fr"),
            ],
        ];
        for pairs in foreign {
            assert!(!same_origin(&headers(pairs), base), "{pairs:?}");
        }
    }
}
