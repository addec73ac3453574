//! `geonantes adhesions`: periods of communes, as a technician notes them.

use serde_json::Value as Json;

use crate::support::Database;

async fn run(database: &Database, line: &str) -> (i32, String, String) {
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = database.run(&arguments).await;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("an exit code");
    (code, text(&output.stdout), text(&output.stderr))
}

async fn json(database: &Database, line: &str) -> Json {
    let (code, printed, said) = run(database, &format!("{line} --json")).await;
    assert_eq!(code, 0, "{line}: {said}");
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{line}: {error}: {printed}"))
}

#[tokio::test]
async fn periods_follow_each_other_and_never_overlap() {
    let database = Database::clone_template().await;
    let add = "adhesions add --commune 44109 --service sig";
    let first = json(
        &database,
        &format!("{add} --level portail --from 2024-01-01 --until 2024-12-31"),
    )
    .await;
    assert_eq!(first["name"], "Nantes");
    assert_eq!(first["level"], "portail");
    assert_eq!(first["in_force"], false);

    let meets = format!("{add} --level outils --from 2024-12-31");
    let (code, printed, said) = run(&database, &meets).await;
    assert_eq!((code, printed.as_str()), (1, ""), "{said}");
    for word in ["Nantes", "sig", "2024-01-01", "2024-12-31"] {
        assert!(said.contains(word), "{word} is not in: {said}");
    }

    let (code, printed, _) = run(&database, &meets.replace("2024-12-31", "2025-01-01")).await;
    assert_eq!(code, 0);
    assert!(printed.contains("Nantes adheres to « sig »"), "{printed}");
    let ended = json(
        &database,
        "adhesions end --commune 44109 --service sig --until 2025-06-30",
    )
    .await;
    assert_eq!(ended["from"], "2025-01-01");
    assert_eq!(ended["until"], "2025-06-30");

    let listed = json(&database, "adhesions list").await;
    let periods = listed["adhesions"].as_array().expect("an array");
    let dates: Vec<&Json> = periods.iter().map(|period| &period["from"]).collect();
    assert_eq!(dates, ["2024-01-01", "2025-01-01"]);
    let later = json(&database, "adhesions list --from 2025-01-01").await;
    assert_eq!(later["adhesions"].as_array().map(Vec::len), Some(1));
    let (_, table, _) = run(&database, "adhesions list --commune 44109").await;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains("Nantes"), "{table}");
}

#[tokio::test]
async fn what_cannot_be_noted_is_refused_with_the_reason() {
    let database = Database::clone_template().await;
    let refused = [
        (
            "add --commune 44999 --service sig --level outils --from 2026-01-01",
            1,
            "44999",
        ),
        (
            "add --commune 44109 --service golf --from 2026-01-01",
            1,
            "lecture-publique",
        ),
        (
            "add --commune 44109 --service sig --from 2026-01-01",
            1,
            "outils",
        ),
        (
            "add --commune 44109 --service csu --level outils --from 2026-01-01",
            1,
            "--level",
        ),
        (
            "add --commune 44109 --service csu --from 2026-02-01 --until 2026-01-31",
            1,
            "--until",
        ),
        ("end --commune 44109 --service csu", 1, "Nantes"),
        (
            "add --commune Nantes --service csu --from 2026-01-01",
            2,
            "INSEE",
        ),
        ("add --commune 44109 --service csu --from hier", 2, "hier"),
        (
            "add --commune 44109 --service sig --level deux --from 2026-01-01",
            2,
            "portail",
        ),
    ];
    for (line, wanted, word) in refused {
        let (code, printed, said) = run(&database, &format!("adhesions {line}")).await;
        assert_eq!((code, printed.as_str()), (wanted, ""), "{line}: {said}");
        assert!(said.contains(word), "{line}: {word} is not in: {said}");
        assert!(!said.contains("panicked"), "{line}: {said}");
    }
    let kept: i64 = database.one("SELECT count(*) FROM adhesion").await;
    assert_eq!(kept, 0);
}
