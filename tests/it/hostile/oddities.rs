//! Requests that no client would write: headers, methods, bodies, bytes that are not HTTP.

use super::Attempt;
use super::requests::plain;

/// Headers that ask for trouble.
pub fn headers() -> Vec<Attempt> {
    let items = "/collections/parcelles/items?limit=2";
    let file = "/collections/parcelles/items?f=fgb";
    let mut list = Vec::new();
    let long = "a".repeat(20_000);
    for header in [
        "Accept: \u{e9}\u{e9}".to_owned(),
        format!("Accept: {}", "text/html,".repeat(800)),
        "Accept: ;;;,,,q=".to_owned(),
        "Accept: */*;q=nan".to_owned(),
        "Accept-Encoding: gzip;q=1e99, br;q=-1, zstd;q=x".to_owned(),
        "Accept-Encoding: *;q=0".to_owned(),
        "Accept-Encoding: identity;q=0".to_owned(),
        "Accept-Language: ../../x".to_owned(),
        "If-None-Match: W/".to_owned(),
        "If-None-Match: \"\"\"\"".to_owned(),
        format!("If-None-Match: {}", "\"a\",".repeat(3000)),
        "If-Modified-Since: yesterday".to_owned(),
        "If-Match: \"x\"".to_owned(),
        "If-Range: \"x\"".to_owned(),
        "Range: bytes=0-10".to_owned(),
        "Range: bytes=-1".to_owned(),
        "Range: bytes=99999999-".to_owned(),
        "Range: bytes=5-1".to_owned(),
        format!("Range: bytes={}", "0-1,".repeat(500)),
        "Range: lines=1-2".to_owned(),
        "Range: bytes=18446744073709551616-".to_owned(),
        "X-Forwarded-Host: evil.example".to_owned(),
        "X-Forwarded-Proto: javascript".to_owned(),
        "X-Forwarded-For: 127.0.0.1, ::1, x".to_owned(),
        "Forwarded: for=\"_x\";proto=gopher".to_owned(),
        "X-Original-URL: /collections/cameras-csu".to_owned(),
        "X-Rewrite-URL: /collections/cameras-csu/items".to_owned(),
        "X-HTTP-Method-Override: DELETE".to_owned(),
        "Authorization: Basic !!!!".to_owned(),
        "Authorization: Bearer".to_owned(),
        format!("Authorization: Basic {long}"),
        "Cookie: session=' OR 1=1 --".to_owned(),
        "Origin: null".to_owned(),
        "Upgrade: h2c\r\nConnection: Upgrade".to_owned(),
        "Expect: 100-continue".to_owned(),
        "TE: trailers, deflate;q=0.5".to_owned(),
        format!("X-Long: {long}"),
        "X-Request-Id: <script>alert(1)</script>".to_owned(),
        "Content-Type: application/x-www-form-urlencoded".to_owned(),
    ] {
        for target in [items, file, "/collections/cameras-csu/items", "/"] {
            list.push(plain("GET", target, &format!("{header}\r\n")));
        }
    }
    for host in [
        "",
        "evil.example\"><script>alert(1)</script>",
        "a b",
        "[::1",
        "évil",
        "x:99999999",
        "..",
        &long[..5000],
    ] {
        let text = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        list.push(Attempt {
            label: format!("Host {:.40}", host),
            bytes: text.into_bytes(),
        });
        let text = format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        );
        list.push(Attempt {
            label: format!("Host {:.40} for a page", host),
            bytes: text.into_bytes(),
        });
    }
    list
}

/// Methods that do not apply, bodies where none belong.
pub fn methods_and_bodies() -> Vec<Attempt> {
    let mut list = Vec::new();
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "HEAD", "PROPFIND", "get",
        "FOO-BAR", "GETT",
    ] {
        for target in [
            "/",
            "/collections/parcelles/items",
            "/collections/cameras-csu",
            "/tiles/parcelles/14/1/1.mvt",
        ] {
            list.push(plain(method, target, ""));
        }
    }
    for (headers, body) in [
        ("Content-Length: 5", "hello".to_owned()),
        ("Content-Length: 60000", "x".repeat(60_000)),
        ("Content-Length: -1", "x".to_owned()),
        ("Content-Length: 99999999999999999999", "x".to_owned()),
        ("Content-Length: 3\r\nContent-Length: 5", "hello".to_owned()),
        (
            "Transfer-Encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n".to_owned(),
        ),
        ("Transfer-Encoding: chunked", "ZZ\r\nhello\r\n".to_owned()),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "0\r\n\r\n".to_owned(),
        ),
        (
            "Content-Type: application/json\r\nContent-Length: 4000",
            "[".repeat(4000),
        ),
        (
            "Content-Encoding: gzip\r\nContent-Length: 3",
            "\u{1f}\u{1}".to_owned(),
        ),
    ] {
        for method in ["GET", "POST", "HEAD"] {
            let mut attempt = plain(
                method,
                "/collections/parcelles/items",
                &format!("{headers}\r\n"),
            );
            attempt.bytes.extend_from_slice(body.as_bytes());
            list.push(attempt);
        }
    }
    list
}

/// Bytes that are not HTTP, or nearly.
pub fn malformed() -> Vec<Attempt> {
    let long = "a".repeat(100_000);
    let texts = [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / \r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET  /  HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET http://evil.example/collections HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            .to_owned(),
        "GET //evil.example/%2e%2e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /carte/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            .to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\nA\u{0}B: c\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\n folded: c\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\nHost: y\n\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET /?{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
            "X: y\r\n".repeat(400)
        ),
        format!("{long} / HTTP/1.1\r\n\r\n"),
        format!(
            "GET /collections/parcelles/items?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a=1&".repeat(1000)
        ),
        format!(
            "GET /collections/parcelles/items?filter={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "(".repeat(5000)
        ),
        format!(
            "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "/a".repeat(1500)
        ),
    ];
    let mut list: Vec<Attempt> = texts
        .into_iter()
        .map(|text| Attempt {
            label: format!("{:.60}", text.escape_debug()),
            bytes: text.into_bytes(),
        })
        .collect();
    // Not UTF-8, overlong, TLS, nothing at all.
    let raw: [&[u8]; 7] = [
        b"GET /collections/\xff\xfe/items HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /collections/%c0%ae%c0%ae/items HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /collections/parcelles/items?idu=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /collections/parcelles/items?idu=%ed%a0%80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /tiles/%ff.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\r\n\r\n",
    ];
    list.extend(raw.map(|bytes| Attempt {
        label: String::from_utf8_lossy(bytes).into_owned(),
        bytes: bytes.to_vec(),
    }));
    list
}
