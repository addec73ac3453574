//! The register of documents: who publishes, who reads what, and what becomes of a stranger's file.

use serde_json::Value;

use crate::sheets::Folder;
use crate::support::{Form, Server};

/// What a browser would run, were it shown as a page of ours.
const HOSTILE: &[u8] = b"<html><script>alert(document.cookie)</script></html>";

fn form(title: &str, readers: &str, name: &str) -> Form {
    Form::new()
        .field("titre", title)
        .field("groupe", "Conférence des maires")
        .field("date", "2026-03-13")
        .field("pour", readers)
        .file(name, HOSTILE)
}

fn titles(document: &Value) -> Vec<&str> {
    let rows = document["documents"].as_array().expect("documents").iter();
    rows.map(|row| row["title"].as_str().expect("a title"))
        .collect()
}

#[tokio::test]
async fn the_metropolis_publishes_and_each_commune_reads_what_is_for_it() {
    let server = Server::start().await;
    server.database.adhere(&["44109", "44143"], "outils").await;
    let metropolis = server.key("finance", "territoire").await;
    let [nantes, reze] = [
        server.key("member", "44109").await,
        server.key("member", "44143").await,
    ];
    let officer = server.key("finance,administrator", "44109").await;
    let other = server.key("member,contributor", "territoire").await;
    server.refresh().await;
    let address = server.url("/documents");
    let send = async |form: Form, key: &str| form.post(&address, &[("x-api-key", key)]).await;
    let sent = form("Relevé", "communes", "../relevé.html");
    assert_eq!(sent.clone().post(&address, &[]).await.status, 401);
    for key in [&nantes, &officer, &other] {
        assert_eq!(send(sent.clone(), key).await.status, 403);
    }
    let created = send(sent, &metropolis).await;
    assert_eq!(created.status, 201, "{}", created.text());
    for (title, readers) in [("Pour Rezé", "44143"), ("Charte", "tous")] {
        assert_eq!(
            send(form(title, readers, "a.pdf"), &metropolis)
                .await
                .status,
            201
        );
    }
    // Nothing is kept of what is not understood.
    for (title, readers) in [
        ("", "communes"),
        ("Sans public", "personne"),
        ("Deux\u{202e}", "tous"),
    ] {
        assert_eq!(
            send(form(title, readers, "a.pdf"), &metropolis)
                .await
                .status,
            400,
            "{title}"
        );
    }
    let read = async |path: &str, key: &str| match key {
        "" => server.get(path).await,
        key => server.get_with(path, &[("x-api-key", key)]).await,
    };
    for (key, seen, files) in [
        ("", vec!["Charte"], [401, 401, 200]),
        (&nantes, vec!["Charte", "Relevé"], [200, 404, 200]),
        (
            &reze,
            vec!["Charte", "Pour Rezé", "Relevé"],
            [200, 200, 200],
        ),
        (
            &metropolis,
            vec!["Charte", "Pour Rezé", "Relevé"],
            [200, 200, 200],
        ),
    ] {
        assert_eq!(titles(&read("/documents?f=json", key).await.json()), seen);
        for (id, status) in (1..).zip(files) {
            let path = format!("/documents/{id}/fichier");
            assert_eq!(read(&path, key).await.status, status, "{path} {seen:?}");
        }
        let feed = read("/documents.atom", key).await;
        assert_eq!(feed.header("content-type"), "application/atom+xml");
        assert_eq!(feed.text().matches("<entry>").count(), seen.len());
        let page = read("/documents?f=html", key).await.text();
        assert_eq!(page.contains("Pour Rezé"), seen.len() == 3);
        assert_eq!(page.contains("Publier un document"), key == metropolis);
    }
    // Saved, never shown, under a name without folders; the bytes as they came.
    let file = read("/documents/1/fichier", &reze).await;
    assert_eq!(file.body.as_ref(), HOSTILE);
    for (header, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "private, no-store"),
        (
            "content-disposition",
            "attachment; filename=\"relev_.html\"; filename*=UTF-8''relev%C3%A9.html",
        ),
    ] {
        assert_eq!(file.header(header), value);
    }
    // What is withdrawn is gone for all.
    let withdraw = async |key: &str| {
        let path = "/documents/1";
        server
            .send("DELETE", path, &[("x-api-key", key)])
            .await
            .status
    };
    assert_eq!(withdraw(&officer).await, 403);
    assert_eq!(withdraw(&metropolis).await, 204);
    assert_eq!(withdraw(&metropolis).await, 404);
    assert_eq!(read("/documents/1/fichier", &metropolis).await.status, 404);
    let kept: i64 = server
        .database
        .one("SELECT count(*) FROM register.content")
        .await;
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn the_feed_gives_each_commune_its_statements_of_sealed_exercises() {
    let folder = Folder::new("papers");
    let (server, _kept) = crate::kept::kept("papers").await;
    let file = folder.path("relevé.pdf");
    std::fs::write(&file, b"%PDF-1.7").expect("written");
    let publish = [
        "documents",
        "publish",
        &file,
        "--group",
        "Groupe <SIG>",
        "--title",
        "Bilan & suites",
        "--date",
        "2026-02-03",
    ];
    for command in [&publish[..], &["costs", "seal", "1"]] {
        let output = server.database.run(command).await;
        assert!(output.status.success(), "{output:?}");
    }
    let officer = server.key("finance", "44143").await;
    let member = server.key("member", "44143").await;
    server.refresh().await;
    let feed = async |headers: &[(&str, &str)]| {
        let text = server.get_with("/documents.atom", headers).await.text();
        let entries = text.matches("<entry>").count();
        (
            entries,
            text.contains("/couts/2026-forecast/44143.pdf"),
            text,
        )
    };
    // The matrix is everybody's; the report the communes'; the statement its commune's officers'.
    let (entries, statement, _) = feed(&[]).await;
    assert_eq!((entries, statement), (1, false));
    let (entries, statement, text) = feed(&[("x-api-key", &member)]).await;
    assert_eq!((entries, statement), (2, false));
    assert!(
        !text.contains("Groupe <SIG>") && !text.contains("Bilan & "),
        "{text}"
    );
    let (entries, statement, text) = feed(&[("x-api-key", &officer)]).await;
    assert_eq!((entries, statement), (3, true));
    assert!(!text.contains("/44109"), "{text}");
    let page = server
        .get_with("/documents?f=html", &[("x-api-key", &officer)])
        .await
        .text();
    assert!(page.contains("État de refacturation 2026, Rezé"), "{page}");
}
