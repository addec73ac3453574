//! `/reseaux`: who reads the directory, in which forms, and what keeps it.

use super::{LIST, file, networks};
use crate::support::Server;

/// A server whose directory has one referent, and its members.
async fn directory() -> Server {
    let server = Server::start().await;
    server.database.adhere(&["44109"], "outils").await;
    server.database.adhere(&["44143"], "portail").await;
    let path = file("directory.csv", LIST.as_bytes());
    let (code, _, err) = networks(&server.database, &["import", &path]).await;
    assert_eq!(code, 0, "{err}");
    server
}

#[tokio::test]
async fn members_read_the_directory_in_each_form_and_no_cache_keeps_it() {
    let server = directory().await;
    let key = server.key("member", "44109").await;
    server.refresh().await;
    let credential: &[(&str, &str)] = &[("x-api-key", &key)];
    for path in [
        "/reseaux",
        "/reseaux?f=html",
        "/reseaux.csv",
        "/reseaux.json",
    ] {
        let answer = server.get_with(path, credential).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(
            answer.text().contains("anne.exemple@nantes.example"),
            "{path}"
        );
        assert!(!answer.text().contains("Denis"), "{path} tells who left");
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{path}"
        );
        assert_eq!(answer.header("etag"), "", "{path}");
    }
    let json = server
        .get_with("/reseaux.json?reseau=energie", credential)
        .await
        .json();
    let people = json["referents"].as_array().expect("people");
    assert_eq!(people.len(), 2);
    assert_eq!(
        json["networks"][0]["lacking"],
        serde_json::json!(["44020", "44162"])
    );
    let page = server
        .get_with("/reseaux?f=html&reseau=energie&commune=", credential)
        .await;
    let text = page.text();
    assert!(
        text.contains("Sans référent") && text.contains("<li>Bouguenais</li>"),
        "{text}"
    );
    assert_eq!(
        text.matches("référent manquant</title>").count(),
        2,
        "{text}"
    );
    assert!(
        !text.contains("<script") && !text.contains("style="),
        "{text}"
    );
    for (path, wanted) in [
        ("/reseaux?reseau=rien", "no network"),
        ("/reseaux?commune=75056", "no commune"),
        ("/reseaux?par=nom", "not reseau or commune"),
        ("/reseaux.csv?pour=lotus", "not excel"),
        ("/reseaux?x=y", "x"),
    ] {
        let problem = server.get_with(path, credential).await.problem(400);
        assert!(problem.contains(wanted), "{path}: {problem}");
    }
}

#[tokio::test]
async fn an_adhesion_to_the_portal_alone_or_none_does_not_read_it_by_key() {
    let server = directory().await;
    let portal = server.key("member", "44143").await;
    let stranger = server.key("administrator", "44162").await;
    server.refresh().await;
    for key in [&portal, &stranger] {
        for path in ["/reseaux", "/reseaux.csv", "/reseaux.json"] {
            let answer = server.get_with(path, &[("x-api-key", key)]).await;
            answer.problem(403);
            assert!(!answer.text().contains("Exemple"));
        }
    }
}

#[tokio::test]
async fn the_csv_is_read_back_by_import_and_by_excel() {
    let server = directory().await;
    let key = server.key("member", "44109").await;
    server.refresh().await;
    let credential: &[(&str, &str)] = &[("x-api-key", &key)];
    let plain = server.get_with("/reseaux.csv", credential).await;
    assert!(
        plain.text().starts_with("reseau,reseau_titre,commune,"),
        "{}",
        plain.text()
    );
    let excel = server.get_with("/reseaux.csv?pour=excel", credential).await;
    assert!(
        excel
            .text()
            .starts_with("\u{feff}reseau;reseau_titre;commune;"),
        "{}",
        excel.text()
    );
    for answer in [plain, excel] {
        assert!(
            answer.text().contains("\r\nenergie"),
            "lines end as RFC 4180 says"
        );
        let path = file("back.csv", &answer.body);
        let (_, out, err) = networks(&server.database, &["import", &path, "--complete"]).await;
        assert_eq!(out, "added 0, changed 0, unchanged 3, left 0\n", "{err}");
    }
}

#[tokio::test]
async fn nobody_reads_the_directory_without_a_credential() {
    let server = Server::shared();
    for path in [
        "/reseaux",
        "/reseaux.csv",
        "/reseaux.json",
        "/reseaux?reseau=energie",
        "/reseaux?x=y",
        "/reseaux.csv?pour=rien",
    ] {
        let answer = server.get(path).await;
        answer.problem(401);
        assert!(
            answer.header("www-authenticate").starts_with("Basic "),
            "{path}"
        );
    }
    let collections = server.get("/collections").await.text();
    assert!(
        !collections.contains("reseaux"),
        "the directory is no collection"
    );
    // Whatever the statement, no role that readers take has a right on it.
    let mut reader = server.database.connect(geonantes::store::READER).await;
    let read = sqlx::query("SELECT name FROM referent")
        .execute(&mut reader)
        .await;
    assert!(read.is_err());
}
