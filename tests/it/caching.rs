//! What HTTP promises around an answer: tags, 304, HEAD, OPTIONS, CORS, codings, methods.

use crate::support::{Server, unpack};

#[tokio::test]
async fn what_the_client_holds_is_not_sent_again_until_it_changes() {
    let server = Server::start().await;
    let fid: i64 = server
        .database
        .one("SELECT fid FROM layer.parcelles WHERE idu = '44143000AK0001'")
        .await;
    let paths = [
        "/".to_owned(),
        "/collections".to_owned(),
        "/collections/parcelles".to_owned(),
        "/collections/parcelles/queryables".to_owned(),
        "/collections/parcelles/items?limit=5&section=AB".to_owned(),
        "/collections/parcelles/items?limit=2000".to_owned(),
        format!("/collections/parcelles/items/{fid}"),
        "/styles/geonantes".to_owned(),
        "/tiles/parcelles.json".to_owned(),
        "/api".to_owned(),
    ];
    let mut held = Vec::new();
    for path in &paths {
        let answer = server.get(path).await;
        let etag = answer.header("etag").to_owned();
        assert!(etag.contains('"'), "{path} has no tag");
        for tag in [etag.clone(), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = server.get_with(path, &[("if-none-match", &tag)]).await;
            assert_eq!(again.status, 304, "{path} with {tag}");
            assert!(again.body.is_empty(), "{path}");
            assert_eq!(again.header("etag"), etag, "{path}");
        }
        let other = server
            .get_with(path, &[("if-none-match", "\"other\"")])
            .await;
        assert_eq!(other.status, 200, "{path}");
        held.push(etag);
    }
    let one = "SELECT '44143000AK01' AS _scope, '44143000AK0001' AS idu, '44143' AS commune, \
               ST_Multi(ST_MakeEnvelope(354100, 6686100, 354150, 6686150, 2154)) AS geom";
    server.publish("parcelles", one).await;
    for (path, etag) in paths
        .iter()
        .zip(&held)
        .filter(|(path, _)| path.contains("items"))
    {
        let again = server.get_with(path, &[("if-none-match", etag)]).await;
        assert_eq!(
            again.status, 200,
            "{path} kept its tag through a publication"
        );
        assert_ne!(again.header("etag"), etag);
    }
    let other = server.get("/collections/adresses/items?limit=1").await;
    let tag = other.header("etag").to_owned();
    let held = [("if-none-match", tag.as_str())];
    let again = server
        .get_with("/collections/adresses/items?limit=1", &held)
        .await;
    assert_eq!(
        again.status, 304,
        "another layer's publication changed the tag"
    );
}

#[tokio::test]
async fn representations_do_not_share_a_tag() {
    let server = Server::shared();
    let path = "/collections/parcelles/items?limit=5";
    let json = server.get(path).await;
    assert!(
        json.header("vary").to_lowercase().contains("accept"),
        "{:?}",
        json.headers
    );
    let page = server.get_with(path, &[("accept", "text/html")]).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert_ne!(page.header("etag"), json.header("etag"));
    let fid = crate::support::numbers(&json.json())[0];
    let item = format!("/collections/parcelles/items/{fid}");
    let (json, page) = (
        server.get(&item).await,
        server.get(&format!("{item}?f=html")).await,
    );
    assert_ne!(page.header("etag"), json.header("etag"));
    let tag = json.header("etag").to_owned();
    let crossed = server
        .get_with(&format!("{item}?f=html"), &[("if-none-match", &tag)])
        .await;
    assert_eq!(
        crossed.status, 200,
        "the page was taken for the GeoJSON that the client holds"
    );
}

#[tokio::test]
async fn head_tells_what_get_would() {
    let server = Server::shared();
    for path in [
        "/",
        "/collections/parcelles/items?limit=5",
        "/collections/parcelles/items?limit=2000",
        "/styles/geonantes",
        "/collections/rien",
        "/collections/cameras-csu",
    ] {
        let (get, head) = (server.get(path).await, server.send("HEAD", path, &[]).await);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in [
            "content-type",
            "etag",
            "content-crs",
            "cache-control",
            "www-authenticate",
        ] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn any_page_may_read_open_data() {
    let server = Server::shared();
    let origin = ("origin", "https://ailleurs.example");
    for path in [
        "/",
        "/collections/parcelles/items",
        "/tiles/parcelles.json",
        "/collections/rien",
    ] {
        let answer = server.get_with(path, &[origin]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            "",
            "{path}"
        );
        let asking = [origin, ("access-control-request-method", "GET")];
        let preflight = server.send("OPTIONS", path, &asking).await;
        assert!(
            matches!(preflight.status, 200 | 204),
            "{path}: {}",
            preflight.status
        );
        assert!(
            preflight
                .header("access-control-allow-methods")
                .contains("GET"),
            "{path}"
        );
    }
    let plain = server
        .send("OPTIONS", "/collections/parcelles/items", &[])
        .await;
    assert!(matches!(plain.status, 200 | 204), "{}", plain.status);
}

#[tokio::test]
async fn resources_are_read_and_nothing_else() {
    let server = Server::shared();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
        for path in [
            "/",
            "/collections/parcelles/items",
            "/tiles/parcelles/14/8000/5700.mvt",
        ] {
            let answer = server.send(method, path, &[]).await;
            answer.problem(405);
            assert!(answer.header("allow").contains("GET"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn codings_change_the_bytes_and_not_the_document() {
    let server = Server::shared();
    for path in [
        "/collections/parcelles/items?limit=200",
        "/collections/parcelles/items?limit=2000",
    ] {
        let plain = server.get(path).await;
        assert_eq!(plain.header("content-encoding"), "");
        let mut plain = plain.json();
        for coding in ["gzip", "br", "zstd"] {
            let packed = server.get_with(path, &[("accept-encoding", coding)]).await;
            assert_eq!(packed.header("content-encoding"), coding, "{path}");
            let mut whole: serde_json::Value =
                serde_json::from_slice(&unpack(coding, &packed.body)).expect("whole JSON");
            // The one thing that may differ is when it was asked for.
            whole["timeStamp"] = plain["timeStamp"].take();
            plain["timeStamp"] = whole["timeStamp"].clone();
            assert!(whole == plain, "{path} in {coding}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_no_sniffing() {
    let server = Server::shared();
    let mut ids = Vec::new();
    for path in [
        "/",
        "/rien",
        "/collections/cameras-csu",
        "/health/ready",
        "/metrics",
    ] {
        let answer = server.get(path).await;
        let id = answer.header("x-request-id").to_owned();
        assert!(id.len() > 20, "{path}: {id}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn health_and_metrics_answer() {
    let server = Server::shared();
    assert_eq!(server.get("/health/live").await.status, 200);
    let ready = server.json("/health/ready").await;
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["migrations"], "current");
    assert_eq!(server.get("/metrics").await.status, 200);
}
