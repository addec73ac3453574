//! What never shows: keys in links, pages and logs; addresses in logs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::support::{Database, Home, Instance, Server, get};

const OPEN: &str = "/collections/communes/items?limit=1";

/// A key in an address comes back in no link, no page and no header.
#[tokio::test]
async fn a_key_comes_back_in_nothing() {
    let server = Server::start().await;
    let key = server.key("member,csu", "territoire").await;
    let collection = "/collections/communes";
    let fid: i64 = server
        .database
        .one("SELECT min(fid) FROM layer.communes")
        .await;
    let mut paths: Vec<String> = [
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/tileMatrixSets",
        "/styles",
        "/connexion",
        "/nowhere",
    ]
    .map(str::to_owned)
    .to_vec();
    for tail in [
        "",
        "/items",
        "/queryables",
        "/schema",
        "/tiles",
        "/tiles/WebMercatorQuad",
    ] {
        paths.push(format!("{collection}{tail}"));
    }
    paths.push(format!("{collection}/items/{fid}"));
    let mut asked: Vec<String> = paths
        .iter()
        .flat_map(|path| {
            [
                format!("{path}?key={key}"),
                format!("{path}?f=html&key={key}"),
            ]
        })
        .collect();
    for more in [
        "/collections/parcelles/items?limit=2",
        "/collections/parcelles/items?limit=2&f=html",
        "/collections/parcelles/items?f=html&commune=&limit=2",
        "/collections/parcelles/items?f=html&bbox=nonsense",
        "/collections/parcelles/items?f=csv&limit=2",
        "/collections/cameras-csu/items?limit=1",
        "/collections/cameras-csu/items?limit=1&f=html",
        "/collections/secteurs-craiol/items?f=html",
        "/tiles/communes.json?f=json",
        "/styles/geonantes?f=json",
        "/carte?f=html",
    ] {
        asked.push(format!("{more}&key={key}"));
    }
    for path in asked {
        for accept in ["application/json", "text/html,application/json"] {
            let answer = server.get_with(&path, &[("accept", accept)]).await;
            assert!(answer.status < 500, "{path}: {}", answer.text());
            let headers = answer
                .headers
                .values()
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            for text in headers.chain([answer.text()]) {
                assert!(!text.contains(&key[12..]), "{path}: {text}");
            }
        }
    }
}

/// Nor is it in the log, however it is presented; nor is anybody's address.
#[tokio::test]
async fn a_key_and_an_address_are_in_no_log() {
    let database = Database::clone_template().await;
    let key = database.key("member", "territoire").await;
    let home = Home::new();
    let program = Instance::talkative(&home, &database.url()).await;
    let server = |path: &str| program.url(path);
    let basic = format!("Basic {}", BASE64.encode(format!("qgis:{key}")));
    let bearer = format!("Bearer {key}");
    let slip = format!("{}0", &key[..key.len() - 1]);
    let from = ("x-forwarded-for", "198.51.100.77");
    for path in [
        OPEN,
        "/tiles/communes/8/126/89.mvt",
        "/nowhere",
        "/collections/x/items",
    ] {
        for headers in [
            [("x-api-key", key.as_str()), from],
            [("authorization", &bearer), from],
            [("authorization", &basic), from],
            [("x-api-key", &slip), from],
        ] {
            get(&server(path), &headers).await;
        }
        let joint = if path.contains('?') { '&' } else { '?' };
        get(&server(&format!("{path}{joint}key={key}")), &[from]).await;
    }
    let log = program.log();
    assert!(log.contains("answered"), "{log}");
    for secret in [&key[12..], &basic[6..], &slip[12..], "198.51.100.77"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}
