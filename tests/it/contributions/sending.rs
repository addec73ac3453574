//! Sending: rights, limits, names, and what is cut.

use std::time::Duration;

use hyper::Method;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{adhere, contribute, number, server};
use crate::support::{Database, Form, Server, post, send};

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

fn csv() -> Form {
    Form::new().file("arrets.csv", b"nom;x;y\nMairie;355000;6689000\n")
}

#[tokio::test]
async fn contributing_asks_for_the_role_and_the_level() {
    let server = server().await;
    let url = server.url("/contributions");
    let nobody = csv().post(&url, &[]).await;
    nobody.problem(401);
    assert!(nobody.header("www-authenticate").starts_with("Basic"));
    for (roles, reach, status) in [
        ("contributor", "44109", 201),
        ("administrator", "44109", 201),
        ("contributor", "44018,44109", 201),
        ("contributor", "territoire", 201),
        ("member", "44109", 403),
        ("instructor,finance", "territoire", 403),
        ("contributor", "44020", 403),
    ] {
        let key = server.key(roles, reach).await;
        let answer = contribute(&server, &key, csv()).await;
        assert_eq!(answer.status, status, "{roles} {reach}: {}", answer.text());
        let list = server
            .get_with("/contributions", &[("x-api-key", &key)])
            .await;
        let expected = if status == 201 { 200 } else { 403 };
        assert_eq!(list.status, expected, "{roles} {reach}");
    }
    assert_eq!(server.get("/contributions").await.status, 401);
}

#[tokio::test]
async fn what_is_sent_is_kept_whole_and_told_as_it_is() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    // More than a part, and not a multiple of one.
    let bytes: Vec<u8> = (0..2_500_000u32).flat_map(u32::to_le_bytes).collect();
    let form = Form::new()
        .field("to", "adresses")
        .file("lot/gros.gpkg", &bytes)
        .file("petit.csv", b"a;b\n")
        .field("crs", "EPSG:3947")
        .field("map", "a=numero")
        .field("comment", "Livraison de mai")
        .field("encoding", "");
    let answer = contribute(&server, &key, form).await;
    let id = number(&answer);
    assert_eq!(
        answer.header("location"),
        server.url(&format!("/contributions/{id}"))
    );
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let told = answer.json();
    assert_eq!(told["state"], "received");
    assert_eq!(told["title"], "lot/gros.gpkg, petit.csv");
    assert_eq!(told["bytes"], 10_000_004);
    assert_eq!(told["comment"], "Livraison de mai");
    assert_eq!(told["wishes"]["crs"], "EPSG:3947");
    assert_eq!(told["wishes"]["map"][0], "a=numero");
    assert_eq!(told["wishes"]["encoding"], serde_json::Value::Null);
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(told["files"][0]["sha256"], hash);
    let mut kept = Vec::new();
    let store = &server.database.store;
    for part in 0.. {
        match store
            .kept_part(id, "lot/gros.gpkg", part)
            .await
            .expect("a part")
        {
            Some(more) => kept.extend(more),
            None => break,
        }
    }
    assert!(kept == bytes, "{} bytes are kept", kept.len());
    let path = format!("/contributions/{id}");
    let shown = server.get_with(&path, &[("x-api-key", &key)]).await.json();
    assert_eq!(shown, told);
    let list = server
        .get_with("/contributions", &[("x-api-key", &key)])
        .await
        .json();
    assert_eq!(list["contributions"][0]["id"], id);
}

#[tokio::test]
async fn neighbours_see_nothing_of_it() {
    let server = server().await;
    let own = server.key("contributor", "44018").await;
    let id = number(&contribute(&server, &own, csv()).await);
    let path = format!("/contributions/{id}");
    let colleague = server.key("administrator", "44018").await;
    let team = server.key("contributor", "44018,44109").await;
    let neighbour = server.key("contributor", "44109").await;
    let metropolis = server.key("contributor", "territoire").await;
    for (key, status) in [
        (&own, 200),
        (&colleague, 200),
        (&team, 200),
        (&metropolis, 200),
        (&neighbour, 404),
    ] {
        let headers = [("x-api-key", key.as_str())];
        assert_eq!(server.get_with(&path, &headers).await.status, status);
        let list = server.get_with("/contributions", &headers).await.json();
        let count = list["contributions"].as_array().expect("a list").len();
        assert_eq!(count, usize::from(status == 200), "{list}");
        if status == 404 {
            for (method, path) in [
                ("DELETE", path.clone()),
                ("POST", path.clone()),
                ("POST", format!("{path}/publish")),
                ("GET", format!("{path}/rapport.json")),
            ] {
                let answer = server.send(method, &path, &headers).await;
                assert_eq!(answer.status, 404, "{method} {path}");
            }
        }
    }
    // A commune looks on at what its shared team does, and decides nothing for its neighbours.
    let both = number(&contribute(&server, &team, csv()).await);
    let path = format!("/contributions/{both}");
    let headers = [("x-api-key", own.as_str())];
    assert_eq!(server.get_with(&path, &headers).await.status, 200);
    assert_eq!(server.send("DELETE", &path, &headers).await.status, 403);
    let theirs = number(&contribute(&server, &metropolis, csv()).await);
    let path = format!("/contributions/{theirs}");
    assert_eq!(server.get_with(&path, &headers).await.status, 404);
    let odd = server.get_with("/contributions/1e3", &headers).await;
    assert_eq!(odd.status, 404);
}

#[tokio::test]
async fn what_is_too_much_is_refused_with_the_limit() {
    let database = Database::clone_template().await;
    let server = Server::configured(database, |file| {
        file.ingest.file_bytes = 100_000;
        file.ingest.files = 3;
        file.ingest.kept_bytes = 250_000;
    })
    .await;
    adhere(&server).await;
    let key = server.key("contributor", "44109").await;
    let bytes = |count: usize| vec![b'x'; count];
    let much = Form::new()
        .file("a", &bytes(60_000))
        .file("b", &bytes(60_000));
    let detail = contribute(&server, &key, much).await.problem(413);
    assert!(
        detail.contains("100000") && detail.contains("file_bytes"),
        "{detail}"
    );
    // What the head announces is refused before it is read.
    let huge = Form::new().file("a", &bytes(3_000_000));
    contribute(&server, &key, huge).await.problem(413);
    let many = (0..4).fold(Form::new(), |form, n| form.file(&n.to_string(), b"x"));
    let detail = contribute(&server, &key, many).await.problem(413);
    assert!(detail.contains("at most 3 files"), "{detail}");
    contribute(&server, &key, Form::new().field("to", "adresses"))
        .await
        .problem(400);
    contribute(&server, &key, Form::new().file("vide", b""))
        .await
        .problem(400);
    let wrong = csv().field("couche", "adresses");
    assert!(
        contribute(&server, &key, wrong)
            .await
            .problem(400)
            .contains("couche")
    );
    let long = csv().field("comment", &"x".repeat(100_000));
    contribute(&server, &key, long).await.problem(413);
    assert_eq!(kept(&server).await, (0, 0), "refused ones leave nothing");
    // The room for all: two of these, and no third.
    for _ in 0..2 {
        number(&contribute(&server, &key, Form::new().file("a", &bytes(90_000))).await);
    }
    let full = contribute(&server, &key, Form::new().file("a", &bytes(90_000))).await;
    assert!(full.problem(507).contains("kept_bytes"));
    let headers = [("x-api-key", key.as_str())];
    assert_eq!(
        server
            .send("DELETE", "/contributions/1", &headers)
            .await
            .status,
        404
    );
    let list = server.get_with("/contributions", &headers).await.json();
    let first = list["contributions"][1]["id"].as_i64().expect("a number");
    let path = format!("/contributions/{first}");
    assert_eq!(server.send("DELETE", &path, &headers).await.status, 200);
    number(&contribute(&server, &key, Form::new().file("a", &bytes(90_000))).await);
}

/// Contributions and parts of files in the database, once what was given up is gone.
async fn kept(server: &Server) -> (i64, i64) {
    let mut found = (-1, -1);
    for _ in 0..50 {
        let count = async |table: &str| {
            let statement = format!("SELECT count(*) FROM {table}");
            server.database.one::<i64>(&statement).await
        };
        found = (
            count("contribution").await,
            count("contribution_file").await,
        );
        if found == (0, 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    found
}

#[tokio::test]
async fn an_upload_that_is_cut_leaves_nothing() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let (kind, body) = Form::new().file("a.gpkg", &vec![7; 5_000_000]).finish();
    let head = format!(
        "POST /contributions HTTP/1.1\r\nhost: {}\r\nx-api-key: {key}\r\n\
         content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        server.address,
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(server.address)
        .await
        .expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(&body[..3_500_000]).await.expect("sent");
    let parts = async || {
        server
            .database
            .one::<i64>("SELECT count(*) FROM contribution_file")
            .await
    };
    for _ in 0..50 {
        if parts().await >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(parts().await >= 3, "it was under way");
    let headers = [("x-api-key", key.as_str())];
    let list = server.get_with("/contributions", &headers).await.json();
    assert_eq!(
        list["contributions"],
        serde_json::json!([]),
        "nobody sees it yet"
    );
    drop(stream);
    assert_eq!(kept(&server).await, (0, 0));
}

#[tokio::test]
async fn names_and_bodies_of_strangers_do_no_harm() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let form = Form::new()
        .file("../../../etc/passwd", b"a")
        .file("C:\\temp\\A.SHP", b"b")
        .file("c_/temp/a.shp", b"c")
        .file("/vsicurl/http://example.org/x.zip", b"d");
    let told = contribute(&server, &key, form).await.json();
    let names: Vec<&str> = told["files"]
        .as_array()
        .expect("files")
        .iter()
        .filter_map(|file| file["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "etc/passwd",
            "C_/temp/A.SHP",
            "c_/temp/a-2.shp",
            "vsicurl/http_/example.org/x.zip"
        ]
    );
    let url = server.url("/contributions");
    for (kind, body) in [
        ("multipart/form-data", "--x\r\n"),
        ("multipart/form-data; boundary=x", ""),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data",
        ),
        ("application/json", "{}"),
        ("text/plain", "abc"),
    ] {
        let headers = [("x-api-key", key.as_str()), ("content-type", kind)];
        let answer = send(Method::POST, &url, &headers, body.to_owned().into()).await;
        assert_eq!(answer.status, 400, "{kind} {body}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_session_sends_from_our_own_pages_alone() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let signed = post(&server.url("/connexion"), &[OWN], &[("cle", &key)]).await;
    let cookie = signed
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or("")
        .to_owned();
    let cookie = ("cookie", cookie.as_str());
    let url = server.url("/contributions");
    let foreign = csv()
        .post(&url, &[cookie, ("sec-fetch-site", "cross-site")])
        .await;
    foreign.problem(403);
    let silent = csv().post(&url, &[cookie]).await;
    silent.problem(403);
    let id = number(&csv().post(&url, &[cookie, OWN]).await);
    // A form of a page is led back to a page.
    let page = csv()
        .post(&url, &[cookie, OWN, ("accept", "text/html")])
        .await;
    assert_eq!(page.status, 303);
    assert_eq!(
        page.header("location"),
        format!("/contributions/{}", id + 1)
    );
    for (path, status) in [("", 403), ("/withdraw", 403)] {
        let path = server.url(&format!("/contributions/{id}{path}"));
        let answer = post(&path, &[cookie, ("sec-fetch-site", "cross-site")], &[]).await;
        assert_eq!(answer.status, status);
    }
    let path = server.url(&format!("/contributions/{id}/withdraw"));
    assert_eq!(
        post(&path, &[cookie, OWN], &[]).await.json()["state"],
        "withdrawn"
    );
}

#[tokio::test]
async fn what_is_withdrawn_stays_so_and_its_files_go() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let headers = [("x-api-key", key.as_str())];
    let id = number(&contribute(&server, &key, csv()).await);
    let path = format!("/contributions/{id}");
    let early = server
        .send("POST", &format!("{path}/publish"), &headers)
        .await;
    assert!(early.problem(409).contains("being read"));
    let gone = server.send("DELETE", &path, &headers).await;
    assert_eq!(
        (gone.status, &gone.json()["state"]),
        (200, &"withdrawn".into())
    );
    let parts: i64 = server
        .database
        .one("SELECT count(*) FROM contribution_file")
        .await;
    assert_eq!(parts, 0);
    for (method, path) in [
        ("DELETE", path.clone()),
        ("POST", path.clone()),
        ("POST", format!("{path}/publish")),
    ] {
        server.send(method, &path, &headers).await.problem(409);
    }
    let wrong = server.send("PUT", &path, &headers).await;
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, "GET, HEAD, POST, DELETE, OPTIONS")
    );
}
