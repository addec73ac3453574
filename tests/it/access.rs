//! What is not open stays shut, on every path and in the database itself.

use geonantes::store::READER;
use sqlx::AssertSqlSafe;

use crate::support::{Answer, Server};

const CLOSED: [&str; 3] = ["cameras-csu", "secteurs-craiol", "sites-archives"];

/// Words of the fixture that no answer may hold.
const SECRETS: [&str; 4] = ["SECRET-", "PERSONNEL-", "demandeur", "Demandeur"];

fn holds_no_secret(path: &str, answer: &Answer) {
    let text = answer.text();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{path} tells {secret}");
        for header in answer.headers.values() {
            assert!(
                !String::from_utf8_lossy(header.as_bytes()).contains(secret),
                "{path}"
            );
        }
    }
}

fn paths(id: &str) -> Vec<String> {
    let collection = format!("/collections/{id}");
    let items = format!("{collection}/items");
    let mut list = vec![
        collection.clone(),
        format!("{collection}?f=html"),
        format!("{collection}?foo=bar"),
        format!("{collection}/queryables"),
        format!("{collection}/schema"),
        items.clone(),
        format!("{items}?limit=1"),
        format!("{items}?limit=0"),
        format!("{items}?bbox=-2,47,-1,48"),
        format!("{items}?bbox=nonsense"),
        format!("{items}?commune=44109"),
        format!("{items}?nom=SECRET"),
        format!("{items}?next=AAAAAAAAAAAAAAAAAAAAAA"),
        format!("{items}/1"),
        format!("{items}/999999"),
        format!("{items}/x"),
        format!("{collection}/tiles"),
        format!("{collection}/tiles/WebMercatorQuad"),
        format!("{collection}/tiles/WebMercatorQuad/14/5722/8121"),
        format!("{collection}/tiles/WebMercatorQuad/99/0/0"),
        format!("/tiles/{id}.json"),
        format!("/tiles/{id}/14/8121/5722.mvt"),
        format!("/tiles/{id}/14/0/0.mvt"),
        format!("/tiles/{id}/99/0/0.mvt"),
    ];
    for f in ["json", "geojson", "html", "fgb", "csv", "gpkg", "xyz"] {
        list.push(format!("{items}?f={f}"));
    }
    list
}

/// The same answer for everything inside: existence, counts and errors are not told apart.
#[tokio::test]
async fn a_closed_collection_asks_everybody_for_a_credential() {
    let server = Server::shared();
    let credentials: [&[(&str, &str)]; 4] = [
        &[],
        &[("authorization", "Basic Y3N1OmNzdQ==")],
        &[("authorization", "Bearer 42"), ("x-api-key", "42")],
        &[
            ("accept", "text/html"),
            ("if-none-match", "*"),
            ("range", "bytes=0-10"),
        ],
    ];
    for id in CLOSED {
        for path in paths(id) {
            for headers in credentials {
                let answer = server.get_with(&path, headers).await;
                assert_eq!(answer.status, 401, "{path} {headers:?}: {}", answer.text());
                let challenge = answer.header("www-authenticate");
                assert!(challenge.starts_with("Basic realm="), "{path}: {challenge}");
                holds_no_secret(&path, &answer);
                assert_eq!(answer.header("etag"), "", "{path}");
            }
            let head = server.send("HEAD", &path, &[]).await;
            assert_eq!(head.status, 401, "HEAD {path}");
        }
        let path = format!("/collections/{id}/items?key=42");
        assert_eq!(server.get(&path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn lists_are_silent_about_what_is_closed() {
    let server = Server::shared();
    for path in [
        "/",
        "/collections",
        "/collections?f=html",
        "/api",
        "/api?f=html",
        "/styles",
        "/styles/geonantes",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        for id in CLOSED {
            assert!(!answer.text().contains(id), "{path} lists {id}");
        }
        holds_no_secret(path, &answer);
    }
}

/// The applicant of an ADS file is in no answer, whoever asks however.
#[tokio::test]
async fn personal_fields_are_nowhere() {
    let server = Server::shared();
    let stored: i64 = server
        .database
        .one("SELECT count(demandeur) FROM layer.dossiers_ads_personal")
        .await;
    assert_eq!(stored, 40, "the fixture has applicants");
    let items = "/collections/dossiers-ads/items";
    let fid: i64 = server
        .database
        .one("SELECT min(fid) FROM layer.dossiers_ads")
        .await;
    let mut paths = vec![
        "/collections/dossiers-ads".to_owned(),
        "/collections/dossiers-ads/queryables".to_owned(),
        "/collections/dossiers-ads/queryables?f=html".to_owned(),
        "/collections/dossiers-ads/schema".to_owned(),
        "/api".to_owned(),
        "/styles/geonantes".to_owned(),
        "/tiles/dossiers-ads.json".to_owned(),
        format!("{items}/{fid}"),
        format!("{items}/{fid}?f=html"),
    ];
    for f in ["json", "html", "csv", "fgb"] {
        paths.push(format!("{items}?limit=100&f={f}"));
    }
    for path in paths {
        let answer = server.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        holds_no_secret(&path, &answer);
    }
    for zoom in 12..=16 {
        let scale = f64::from(1u32 << zoom);
        let (lon, lat) = (-1.5702_f64, 47.2042_f64.to_radians());
        let x = ((lon + 180.0) / 360.0 * scale) as u32;
        let y = ((1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * scale) as u32;
        let path = format!("/tiles/dossiers-ads/{zoom}/{x}/{y}.mvt");
        let answer = server.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        holds_no_secret(&path, &answer);
    }
    for field in [
        "demandeur",
        "demandeur_adresse",
        "demandeur_courriel",
        "demandeur_telephone",
    ] {
        let path = format!("{items}?{field}=PERSONNEL-NOM%200001");
        // The refusal is that of a field that does not exist.
        server.get(&path).await.problem(400);
    }
}

/// The program's own mistakes cannot reach what the database refuses.
#[tokio::test]
async fn the_readers_role_has_no_right_on_what_is_closed() {
    let server = Server::shared();
    let mut reader = server.database.connect(READER).await;
    let mut tables: Vec<String> = server
        .database
        .one(
            "SELECT array_agg(relname::text) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace \
             WHERE nspname = 'layer' AND relkind = 'r' AND relname ~ \
             '^(cameras_csu|secteurs_craiol|sites_archives)|_personal$'",
        )
        .await;
    assert!(tables.len() > 6, "{tables:?}");
    tables.push("pg_authid".to_owned());
    for table in tables {
        let name = if table.starts_with("pg_") {
            table.clone()
        } else {
            format!("layer.{table}")
        };
        let read = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {name}")))
            .fetch_all(&mut reader)
            .await;
        let error = read
            .err()
            .unwrap_or_else(|| panic!("the reader reads {name}"));
        let code = error.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some("42501"), "{name}: {error}");
    }
    for statement in [
        "DELETE FROM layer.communes",
        "INSERT INTO publication SELECT * FROM publication",
        "UPDATE layer.parcelles SET idu = ''",
        "CREATE TABLE mine (a int)",
        "CREATE TABLE layer.mine (a int)",
        "SET ROLE geonantes",
    ] {
        let done = sqlx::query(statement).execute(&mut reader).await;
        assert!(done.is_err(), "the reader may {statement}");
    }
    let open: Result<i64, _> = sqlx::query_scalar("SELECT count(*) FROM layer.communes")
        .fetch_one(&mut reader)
        .await;
    assert_eq!(open.expect("open layers are read"), 4);
}
