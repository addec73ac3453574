//! What was published, what changed, and taking back, from the command line.

use serde_json::Value;

use super::files::Files;
use super::{ingest, read};
use crate::support::Database;

const HEAD: &str = "identifiant;nom;type;commune;x_l93;y_l93\n";

async fn ask(database: &Database, arguments: &[&str]) -> Value {
    let arguments = [&["ingest"], arguments, &["--json"]].concat();
    let (code, document) = read(database.run(&arguments).await);
    assert_eq!(code, 0, "{document:#}");
    document
}

async fn name(database: &Database) -> Option<String> {
    database
        .one("SELECT string_agg(nom, ',' ORDER BY nom) FROM layer.mairies")
        .await
}

#[tokio::test]
async fn a_version_is_shown_compared_and_taken_back() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let mut versions = Vec::new();
    for name in ["Mairie", "Mairie de Rezé"] {
        let text = format!("{HEAD}M1;{name};mairie;44143;354500;6686500\n");
        let file = files.write("mairies.csv", &text);
        let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
        assert_eq!(code, 0, "{document:#}");
        versions.push(document["version"].as_i64().expect("a version").to_string());
    }
    let (first, second) = (versions[0].as_str(), versions[1].as_str());

    let history = ask(&database, &["history", "--to", "mairies"]).await;
    let listed: Vec<i64> = history
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["version"].as_i64().expect("a number"))
        .collect();
    assert_eq!(
        listed,
        [second.parse().unwrap(), first.parse::<i64>().unwrap()]
    );
    assert_eq!(history[0]["current"], true);
    assert_eq!(history[1]["superseded_by"].to_string(), second);

    let shown = ask(&database, &["show", second]).await;
    assert_eq!(shown["title"], "mairies.csv");
    assert_eq!(shown["counts"]["changed"], 1);
    let told = ask(&database, &["diff", first, second]).await;
    let field = &told["features"][0]["fields"][0];
    assert_eq!(
        (&field["field"], &field["old"], &field["new"]),
        (&"nom".into(), &"Mairie".into(), &"Mairie de Rezé".into())
    );

    let dry = ask(&database, &["rollback", second, "--dry-run"]).await;
    assert_eq!(dry["state"], "checked");
    assert_eq!(name(&database).await.as_deref(), Some("Mairie de Rezé"));
    let back = ask(&database, &["rollback", second]).await;
    assert_eq!(
        (&back["state"], &back["counts"]["changed"]),
        (&"published".into(), &1.into())
    );
    assert_eq!(name(&database).await.as_deref(), Some("Mairie"));
    // An older version is returned to; the current one, with nothing before it, leaves nothing.
    ask(&database, &["rollback", second]).await;
    assert_eq!(name(&database).await.as_deref(), Some("Mairie de Rezé"));
}

#[tokio::test]
async fn what_nobody_published_before_leaves_an_empty_scope() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write(
        "m.csv",
        format!("{HEAD}M1;Mairie;mairie;44143;354500;6686500\n"),
    );
    let (_, document) = ingest(&database, &file, &["--to", "mairies"]).await;
    let version = document["version"].to_string();
    let back = ask(&database, &["rollback", &version]).await;
    assert_eq!(back["counts"]["removed"], 1);
    assert_eq!(name(&database).await, None);
    let output = database.run(&["ingest", "rollback", "999999"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("999999"));
}

#[tokio::test]
async fn taking_a_rollback_back_leaves_other_collections_alone() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let mut first = String::new();
    for (to, head, row) in [
        (
            "piscines",
            HEAD.replace("type;", ""),
            "P1;Petit-Port;44143;354600;6686500",
        ),
        (
            "mairies",
            HEAD.to_owned(),
            "M1;Mairie;mairie;44143;354500;6686500",
        ),
    ] {
        let file = files.write(&format!("{to}.csv"), format!("{head}{row}\n"));
        let (code, document) = ingest(&database, &file, &["--to", to]).await;
        assert_eq!(code, 0, "{document:#}");
        first = document["version"].to_string();
    }
    let back = ask(&database, &["rollback", &first]).await;
    assert_eq!(name(&database).await, None);
    ask(&database, &["rollback", &back["version"].to_string()]).await;
    assert_eq!(name(&database).await.as_deref(), Some("Mairie"));
    // Of the same commune, and delivered by another contribution.
    let pools: i64 = database.one("SELECT count(*) FROM layer.piscines").await;
    assert_eq!(pools, 1);
}
