//! Notes that instructors share: who writes, who reads, and what stays.

use serde_json::{Value as Json, json};

use crate::support::{Answer, Server};

const SHEET: &str = "/ads/parcelles/44109000AB0003";

struct Network {
    server: Server,
    /// Two instructors of other communes, an administrator who instructs, a member.
    one: String,
    other: String,
    chief: String,
    member: String,
}

impl Network {
    async fn start() -> Self {
        let server = Server::start().await;
        server.database.adhere(&["44109", "44143"], "outils").await;
        let one = server.key("instructor", "44109").await;
        let other = server.key("instructor", "44143").await;
        let chief = server.key("instructor,administrator", "territoire").await;
        let member = server.key("member", "44143").await;
        server.refresh().await;
        Self {
            server,
            one,
            other,
            chief,
            member,
        }
    }

    async fn post(&self, path: &str, key: Option<&str>, body: Json) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(key.map(|key| ("x-api-key", key)));
        let body = body.to_string().into();
        crate::support::send(hyper::Method::POST, &self.server.url(path), &headers, body).await
    }

    async fn get(&self, path: &str, key: Option<&str>) -> Answer {
        let headers: Vec<(&str, &str)> = key.map(|key| ("x-api-key", key)).into_iter().collect();
        self.server.get_with(path, &headers).await
    }

    /// The notes of a member's sheet, as zone and text.
    async fn on_sheet(&self) -> Vec<String> {
        let sheet = self.get(SHEET, Some(&self.member)).await.json();
        let notes = sheet["notes"].as_array().expect("notes").iter();
        notes
            .map(|note| format!("{} {}", note["zone"], note["texte"]).replace('"', ""))
            .collect()
    }
}

#[tokio::test]
async fn notes_are_written_by_instructors_and_read_by_members_alone() {
    let network = Network::start().await;
    let note =
        json!({"zone": "uma", "article": "B.1.2", "texte": "VERANDAS comptées\ndans l’emprise"});
    for (key, status) in [(None, 401), (Some(&network.member), 403)] {
        let key = key.map(String::as_str);
        network
            .post("/notes", key, note.clone())
            .await
            .problem(status);
        for path in ["/notes", "/notes?f=html", "/notes/1"] {
            assert_eq!(network.get(path, key).await.status, status, "{path}");
        }
    }
    let before = network
        .get(SHEET, Some(&network.member))
        .await
        .header("etag")
        .to_owned();
    let made = network.post("/notes", Some(&network.one), note).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(
        made.header("location").ends_with("/notes/1"),
        "{}",
        made.header("location")
    );
    assert_eq!(made.json()["note"]["zone"], "UMa", "as the plan writes it");
    let by_type = json!({"zone": "U", "texte": "VERANDAS de toutes les zones U"});
    assert_eq!(
        network
            .post("/notes", Some(&network.other), by_type)
            .await
            .status,
        201
    );
    let elsewhere = json!({"zone": "UMb", "texte": "VERANDAS d’ailleurs"});
    assert_eq!(
        network
            .post("/notes", Some(&network.other), elsewhere)
            .await
            .status,
        201
    );

    for key in [
        &network.one,
        &network.other,
        &network.chief,
        &network.member,
    ] {
        let sheet = network.get(SHEET, Some(key)).await;
        let notes = sheet.json()["notes"].clone();
        assert_eq!(notes.as_array().map(Vec::len), Some(2), "{notes}");
        assert_ne!(sheet.header("etag"), before, "a note is another sheet");
        assert!(sheet.header("cache-control").contains("private"));
        for path in [&format!("{SHEET}?f=html"), "/parcelles/44109000AB0003"] {
            let page = network.get(path, Some(key)).await;
            assert!(page.text().contains("VERANDAS de toutes"), "{path}");
            assert!(!page.header("cache-control").contains("public"), "{path}");
        }
    }
    for form in ["", "?f=html", "?f=geojson", "/note.odt", "?date=2025-01-01"] {
        let path = format!("{SHEET}{form}");
        let answer = network.get(&path, None).await;
        assert!(
            !answer.text().contains("VERANDAS") && !answer.text().contains("\"notes\""),
            "{path}"
        );
    }
    let api = network.get("/api?f=json", None).await;
    assert!(!api.text().contains("/notes"));
    let page = network
        .get("/notes?f=html&zone=UMa", Some(&network.one))
        .await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("B.1.2") && !page.text().contains("d’ailleurs"));
    assert!(page.header("cache-control").contains("no-store"));
    for (wrong, says) in [
        (json!({"zone": "UZZ", "texte": "x"}), "UZZ"),
        (json!({"zone": "UMa", "texte": "  "}), "texte"),
        (json!({"texte": "x"}), "zone"),
        (json!({"zone": "UMa", "texte": "x".repeat(4001)}), "4000"),
        (
            json!({"zone": "UMa", "texte": "x", "auteur": "un autre"}),
            "auteur",
        ),
        (
            json!({"zone": "UMa", "texte": "x", "revision": 3}),
            "revision",
        ),
    ] {
        let detail = network
            .post("/notes", Some(&network.one), wrong)
            .await
            .problem(400);
        assert!(detail.contains(says), "{says}: {detail}");
    }
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("x-api-key", &network.one),
    ];
    let body = "zone=UMa&article=&texte=Par+un+formulaire"
        .to_owned()
        .into();
    let sent = crate::support::send(
        hyper::Method::POST,
        &network.server.url("/notes"),
        &form,
        body,
    )
    .await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/notes#note-4")
    );
}

#[tokio::test]
async fn a_correction_keeps_what_was_and_only_the_author_or_an_administrator_makes_it() {
    let network = Network::start().await;
    let first = json!({"zone": "UMa", "texte": "premier"});
    network.post("/notes", Some(&network.one), first).await;
    let second = json!({"revision": 1, "zone": "UMa", "texte": "second"});
    let refused = network
        .post("/notes/1", Some(&network.other), second.clone())
        .await;
    refused.problem(403);
    network
        .post(
            "/notes/1/retrait",
            Some(&network.other),
            json!({"revision": 1}),
        )
        .await
        .problem(403);
    network
        .post("/notes/1", None, second.clone())
        .await
        .problem(401);
    network
        .post("/notes/7", Some(&network.one), second.clone())
        .await
        .problem(404);
    assert_eq!(network.on_sheet().await, ["UMa premier"]);
    assert_eq!(
        network
            .post("/notes/1", Some(&network.one), second.clone())
            .await
            .status,
        200
    );
    network
        .post("/notes/1", Some(&network.one), second)
        .await
        .problem(409);
    assert_eq!(network.on_sheet().await, ["UMa second"]);
    let gone = network
        .post(
            "/notes/1/retrait",
            Some(&network.chief),
            json!({"revision": 2}),
        )
        .await;
    assert_eq!((gone.status, &gone.json()["retiree"]), (200, &json!(true)));
    network
        .post(
            "/notes/1",
            Some(&network.one),
            json!({"zone": "UMa", "texte": "encore"}),
        )
        .await
        .problem(409);
    assert!(network.on_sheet().await.is_empty());
    let kept = network.get("/notes/1", Some(&network.other)).await.json();
    let texts: Vec<&Json> = kept["revisions"]
        .as_array()
        .expect("revisions")
        .iter()
        .map(|it| &it["texte"])
        .collect();
    assert_eq!(texts, [&Json::Null, &json!("second"), &json!("premier")]);
    let database = &network.server.database;
    let mut owner = database.connect(geonantes::store::cluster::SUPERUSER).await;
    for statement in [
        "UPDATE ads.note SET author = 'x'",
        "DELETE FROM ads.note",
        "TRUNCATE ads.note",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut owner).await;
        let told = refused.expect_err("refused").to_string();
        assert!(told.contains("is never changed"), "{told}");
    }
}
