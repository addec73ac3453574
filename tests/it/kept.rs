//! Exercises of shared costs in the database: who loads and seals, who sees what, what never changes.

use costs::sheets::Cell;
use geonantes::encode::sheets::Format;
use serde_json::{Value, json};

use crate::sheets::Folder;
use crate::support::Server;

const SMALL: &str = r#"
year = 2026
title = "Essai"
state = "forecast"
instalments = 2
[[communes]]
insee = "44109"
name = "Nantes"
population = 3
[[communes]]
insee = "44143"
name = "Rezé"
population = 1
[[services]]
id = "sig"
operating = ["100.01"]
members = [{ insee = "44109" }, { insee = "44143" }]
agents = [{ annual_cost = "1000", label = "Géomaticienne", periods = [{ share = 1 }] }]
own_use_rate = "0.1"
"#;

/// A server whose database keeps one exercise, loaded by the command.
pub async fn kept(name: &str) -> (Server, Folder) {
    let server = Server::start().await;
    server.database.adhere(&["44109", "44143"], "outils").await;
    let folder = Folder::new(name);
    let file = folder.path("2026.toml");
    std::fs::write(&file, SMALL).expect("written");
    let load = ["costs", "load", &file, "--author", "Finances"];
    let output = server.database.run(&load).await;
    assert!(output.status.success(), "{output:?}");
    (server, folder)
}

#[tokio::test]
async fn sealing_publishes_the_matrix_and_each_communes_statement() {
    let (server, _folder) = kept("published").await;
    let metropolis = server.key("finance", "territoire").await;
    let commune = server.key("finance", "44143").await;
    let member = server.key("member", "44143").await;
    server.refresh().await;
    let with = async |key: &str, path: &str| server.get_with(path, &[("x-api-key", key)]).await;
    // A draft is theirs who make it.
    assert_eq!(server.get("/couts/2026.json").await.status, 404);
    assert_eq!(with(&commune, "/couts/2026/44143.json").await.status, 404);
    assert_eq!(
        with(&metropolis, "/couts/2026/44143.json").await.status,
        200
    );
    let output = server
        .database
        .run(&["costs", "seal", "1", "--author", "Finances"])
        .await;
    assert!(output.status.success(), "{output:?}");
    // Its matrix is open, without what makes the cost; a statement is its commune's.
    let matrix = server.get("/couts/2026.json").await.json();
    let sig = &matrix["services"]["sig"];
    assert_eq!(sig["cost"], 119_501);
    assert!(sig.get("lines").is_none(), "{sig}");
    let parts = ["own_use", "solidarity", "public_use", "rest_to_metropolis"];
    let carried: i64 = parts
        .iter()
        .map(|part| sig[part].as_i64().expect("cents"))
        .sum();
    let shares = sig["shares"].as_object().expect("shares").values();
    let shares: i64 = shares.map(|cents| cents.as_i64().expect("cents")).sum();
    assert_eq!(sig["cost"], carried + shares);
    assert!(
        !server
            .get("/couts/2026.csv")
            .await
            .text()
            .contains("Géomaticienne")
    );
    assert_eq!(server.get("/couts/2026/44143.json").await.status, 401);
    assert_eq!(with(&member, "/couts/2026/44143.json").await.status, 403);
    assert_eq!(with(&commune, "/couts/2026/44109.pdf").await.status, 403);
    assert_eq!(with(&commune, "/couts/2026.xlsx").await.status, 403);
    assert_eq!(with(&metropolis, "/couts/2026.xlsx").await.status, 200);
    let own = with(&commune, "/couts/2026/44143.json").await;
    assert_eq!(own.json()["total"], sig["shares"]["44143"]);
    assert_eq!(own.header("cache-control"), "private, no-store");
    // The same as a spreadsheet: sums are formulas.
    assert_eq!(with(&commune, "/couts/2026/44109.xlsx").await.status, 403);
    let book = with(&commune, "/couts/2026/44143.xlsx").await;
    let sheets = Format::Xlsx.read(&book.body).expect("a workbook");
    let total = sig["shares"]["44143"].as_i64().expect("cents");
    let euros = format!("{}.{:02}", total / 100, total % 100);
    let euros = Cell::Number(euros.parse().expect("euros"));
    let column: Vec<&Cell> = sheets[0].rows.iter().map(|row| &row[4]).collect();
    assert_eq!(column[1..], [&euros, &euros]);
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["État", "Calcul", "Calendrier"]);
    let page = with(&commune, "/couts/2026/44143?f=html").await.text();
    assert!(
        page.contains("Géomaticienne") && page.contains("Rezé"),
        "{page}"
    );
    assert!(!page.contains("style="), "{page}");
    let page = server.get("/couts?f=html").await.text();
    assert!(
        page.contains("Qui paie quoi") && !page.contains("simulation"),
        "{page}"
    );
}

#[tokio::test]
async fn a_simulation_is_the_crates_and_changes_nothing() {
    let (server, _folder) = kept("simulated").await;
    let key = server.key("finance", "territoire").await;
    server.refresh().await;
    let with = async |path: &str| server.get_with(path, &[("x-api-key", &key)]).await;
    let path = "/couts/2026/simulation?service=sig&cle=equal&usage_propre=0";
    let told = with(path).await.json();
    let changes = &told["variants"][0]["changes"];
    let after = |insee: &str| changes["communes"][insee]["after"].as_i64().expect("cents");
    // Half of 1,195.01 € each, the odd cent to the larger weight, else to the smaller code.
    assert_eq!((after("44109"), after("44143")), (59_751, 59_750));
    assert_eq!(changes["cost"]["change"], 0);
    let left = with("/couts/2026/simulation?service=sig&membres=44109")
        .await
        .json();
    let change = &left["variants"][0]["changes"]["communes"]["44143"];
    assert_eq!(change["after"], 0);
    for (path, said) in [
        ("/couts/2026/simulation?service=x", "no service"),
        (
            "/couts/2026/simulation?service=sig&cle=usage",
            "no measured units",
        ),
        (
            "/couts/2026/simulation?service=sig&usage_propre=2",
            "own_use_rate",
        ),
    ] {
        let problem = with(path).await.problem(400);
        assert!(problem.contains(said), "{path}: {problem}");
    }
    assert_eq!(server.get(path).await.status, 401);
}

#[tokio::test]
async fn nothing_kept_is_ever_changed_and_the_trail_says_who() {
    let (server, _folder) = kept("trail").await;
    let run = async |arguments: &[&str]| server.database.run(arguments).await;
    assert!(
        run(&["costs", "seal", "1", "--author", "Anne"])
            .await
            .status
            .success()
    );
    let again = run(&["costs", "seal", "1", "--author", "Anne"]).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("a correction is another exercise"));
    let mut owner = server
        .database
        .connect(geonantes::store::cluster::SUPERUSER)
        .await;
    for statement in [
        "UPDATE costs.seal SET author = 'x'",
        "DELETE FROM costs.exercise",
        "TRUNCATE costs.act",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut owner).await;
        let told = refused.expect_err("refused").to_string();
        assert!(told.contains("is never changed"), "{told}");
    }
    let audit = run(&["costs", "audit", "1", "--author", "Paul"]).await;
    assert!(audit.status.success(), "{audit:?}");
    let told: Value = serde_json::from_slice(&audit.stdout).expect("JSON");
    assert_eq!(told["verdict"]["seal"], "holds");
    let acts = told["acts"].as_array().expect("acts").iter();
    let acts: Vec<Value> = acts
        .map(|act| json!([act["kind"], act["author"]]))
        .collect();
    let wanted = [
        ["loaded", "Finances"],
        ["sealed", "Anne"],
        ["verified", "Paul"],
    ];
    assert_eq!(json!(acts), json!(wanted));
}
