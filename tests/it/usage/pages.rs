//! `/usage`: who sees what, as pages and as files.

use serde_json::Value as Json;

use super::LEDGER;
use crate::support::{Answer, Server};

const YEAR: &str = "from=2025-06-01&to=2025-07-31";

async fn server() -> Server {
    let server = Server::start().await;
    server.database.execute(LEDGER).await;
    // Who was in the ledger's year is in today's too.
    server
        .database
        .execute(
            "UPDATE adhesion SET until = NULL WHERE commune = '44109';
             INSERT INTO adhesion (commune, service, level, since) VALUES
                ('44162', 'sig', 'outils', '2018-01-01')",
        )
        .await;
    server
}

async fn get(server: &Server, path: &str, key: &str, accept: &str) -> Answer {
    let headers = [("x-api-key", key), ("accept", accept)];
    server.get_with(path, &headers).await
}

async fn page(server: &Server, path: &str, key: &str) -> String {
    let answer = get(server, path, key, "text/html").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let text = answer.text();
    assert!(
        !text.contains("<script") && !text.contains(" style="),
        "{path}"
    );
    text
}

fn keys(lines: &Json) -> Vec<&str> {
    let lines = lines.as_array().expect("a list");
    lines
        .iter()
        .filter_map(|line| line["key"].as_str())
        .collect()
}

#[tokio::test]
async fn a_commune_sees_its_own_figures_and_nobody_else_s() {
    let server = server().await;
    let key = server.key("member", "44143").await;
    server.refresh().await;
    let text = page(&server, &format!("/usage?{YEAR}"), &key).await;
    assert!(text.contains("Usage – Rezé"), "{text}");
    assert!(
        text.contains("<svg class=\"chart\"") && text.contains("SIG de Rezé"),
        "{text}"
    );
    assert!(text.contains("Commune médiane"), "{text}");
    for other in ["Nantes</a>", "44109", ">Métropole</", "gn_BBBBBBBB"] {
        assert!(!text.contains(other), "{other} shows: {text}");
    }
    let json = get(&server, &format!("/usage.json?{YEAR}&by=day"), &key, "*/*")
        .await
        .json();
    assert_eq!(keys(&json), ["2025-06-29", "2025-07-01"]);
    assert_eq!(json[0]["units"], 3.01);
    let all = get(
        &server,
        &format!("/usage.json?{YEAR}&by=commune"),
        &key,
        "*/*",
    )
    .await
    .json();
    assert_eq!(keys(&all), ["44143"]);
    for other in ["44109", "metropolis", "public"] {
        for path in ["/usage", "/usage.json", "/usage.csv", "/usage.xlsx"] {
            let path = format!("{path}?{YEAR}&commune={other}");
            assert_eq!(
                get(&server, &path, &key, "text/html").await.status,
                403,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_administrator_sees_all_and_sorts_them() {
    let server = server().await;
    let key = server.key("administrator", "territoire").await;
    server.refresh().await;
    let text = page(&server, &format!("/usage?{YEAR}&tri=commune"), &key).await;
    let place = |word: &str| {
        text.find(word)
            .unwrap_or_else(|| panic!("no {word}: {text}"))
    };
    assert!(place(">Bouguenais</a>") < place(">Nantes</a>"));
    assert!(place(">Saint-Herblain</a>") < place(">Métropole</a>"));
    assert!(
        text.contains("aria-sort=\"ascending\"") && text.contains("class=\"communes\""),
        "{text}"
    );
    let by_units = page(&server, &format!("/usage?{YEAR}&tri=-unites"), &key).await;
    let place = |word: &str| by_units.find(word).expect("a row");
    assert!(place(">Nantes</a>") < place(">Rezé</a>"));
    let one = page(&server, &format!("/usage?{YEAR}&commune=44109"), &key).await;
    assert!(one.contains("<h1>Nantes</h1>"), "{one}");
    let public = page(&server, &format!("/usage?{YEAR}&commune=public"), &key).await;
    assert!(
        !public.contains("Commune médiane"),
        "the public is no commune"
    );

    let csv = get(
        &server,
        &format!("/usage.csv?{YEAR}&by=commune"),
        &key,
        "*/*",
    )
    .await;
    assert!(
        csv.text()
            .starts_with("key,requests,units,bytes,features,aborted\r\n44109,14,14,")
    );
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"usage-2025-06-01-2025-07-31-commune.csv\""
    );
    let sheet = get(
        &server,
        &format!("/usage.xlsx?{YEAR}&by=layer"),
        &key,
        "*/*",
    )
    .await;
    assert!(sheet.body.starts_with(b"PK"));
}

#[tokio::test]
async fn nobody_and_programs_are_sent_away() {
    let server = server().await;
    let program = server.key("application", "44143").await;
    server.refresh().await;
    for path in ["/usage", "/usage.json", "/usage.csv", "/usage.xlsx"] {
        assert_eq!(server.get(path).await.status, 401, "{path}");
        assert_eq!(
            get(&server, path, &program, "*/*").await.status,
            403,
            "{path}"
        );
    }
    let key = server.key("finance", "44143,44162").await;
    server.refresh().await;
    for wrong in [
        "periode=hier",
        "tri=prix",
        "page=2",
        "commune=nantes",
        "from=2025-01-01",
    ] {
        let answer = get(&server, &format!("/usage?{wrong}"), &key, "text/html").await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    // Two communes: both beside each other, and no others.
    let text = page(&server, &format!("/usage?{YEAR}"), &key).await;
    assert!(
        text.contains(">Rezé</a>") && text.contains(">Saint-Herblain</a>"),
        "{text}"
    );
    assert!(
        !text.contains(">Nantes</a>") && !text.contains("Métropole</a>"),
        "{text}"
    );
    let empty = page(&server, "/usage?periode=2019&commune=44162", &key).await;
    assert!(empty.contains("Rien n’a été demandé en 2019"), "{empty}");
}

#[tokio::test]
async fn what_is_recorded_is_said_to_anybody_from_every_page() {
    let server = Server::shared();
    let answer = server
        .get_with("/confidentialite", &[("accept", "text/html")])
        .await;
    assert_eq!(answer.status, 200);
    let text = answer.text();
    for said in ["13\u{a0}mois", "mailto:", "CNIL", "médiane"] {
        assert!(
            text.replace("&nbsp;", "\u{a0}").contains(said),
            "no {said}: {text}"
        );
    }
    for path in ["/", "/collections", "/connexion"] {
        let page = server
            .get_with(path, &[("accept", "text/html")])
            .await
            .text();
        assert!(page.contains("href=\"/confidentialite\""), "{path}");
    }
}
