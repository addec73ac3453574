//! `geonantes ads`: what tests from outside and instructors' tools rely on.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

/// Runs the program away from any database; the exit code and what it printed.
fn run(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let home = std::env::temp_dir().join(format!("geonantes-ads-{}", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_geonantes"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GEONANTES_HOME", &home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input.as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(
        !home.exists(),
        "nothing is made for a question without a database"
    );
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn as_json(printed: &str) -> Json {
    serde_json::from_str(printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

#[test]
fn a_deadline_is_computed_from_its_events() {
    let file = json!({"type": "DP", "events": [
        ["2026-03-10", "deposit"], ["2026-04-01", "extension", 1],
        ["2026-04-02", "request_pieces"], ["2026-05-15", "pieces_complete"]]});
    let (code, printed) = run(&["ads", "deadline", "-", "--json"], &file.to_string());
    let found = as_json(&printed);
    assert_eq!(code, Some(0));
    assert_eq!(found["start"], "2026-05-15");
    assert_eq!(found["limit"], "2026-07-15");
    assert_eq!(found["silence"], "not_opposed");
    assert_eq!(found["articles"][0], "R423-38");

    let (code, printed) = run(&["ads", "deadline", "-"], &file.to_string());
    assert_eq!(code, Some(0));
    assert!(
        printed.contains("Date limite (indicative) : 15/07/2026"),
        "{printed}"
    );
}

#[test]
fn a_deadline_that_cannot_be_computed_says_which_part() {
    for (input, part) in [
        (
            r#"{"type":"DP","events":[["2026-13-01","deposit"]]}"#,
            "2026-13-01",
        ),
        (
            r#"{"type":"DP","events":[["2026-03-01","déjeuner"]]}"#,
            "déjeuner",
        ),
        (r#"{"type":"DP""#, "ligne 1, colonne 12"),
        ("", "ligne 1, colonne 0"),
    ] {
        let (code, printed) = run(&["ads", "deadline", "-", "--json"], input);
        assert_eq!(code, Some(1), "{input}");
        let error = &as_json(&printed)["error"];
        assert_eq!(error["part"], part);
        assert!(
            !error["message"].to_string().contains("expected"),
            "{error}"
        );
    }
    let (code, printed) = run(&["ads", "deadline", "nowhere.json", "--json"], "");
    assert_eq!(code, Some(1));
    assert_eq!(as_json(&printed)["error"]["part"], "nowhere.json");
    // Some editors begin a file with a mark that is none of its text.
    let marked = "\u{feff}{\"type\":\"DP\",\"events\":[[\"2026-03-01\",\"deposit\"]]}";
    assert_eq!(run(&["ads", "deadline", "-", "--json"], marked).0, Some(0));
}

/// Runs `ads parse --json` away from any database: what it says, and the exit code.
fn parse(arguments: &[&str]) -> (Json, Option<i32>) {
    let all: Vec<&str> = ["ads", "parse", "--json"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let (code, printed) = run(&all, "");
    (as_json(&printed), code)
}

#[test]
fn references_with_their_commune_need_no_database() {
    for (arguments, parcels) in [
        (vec!["44109000AB0123"], json!(["44109000AB0123"])),
        (
            vec!["AB 123, 124 et AC 7", "--commune", "44143"],
            json!(["44143000AB0123", "44143000AB0124", "44143000AC0007"]),
        ),
        (vec!["440109000AB0123"], json!(["44109000AB0123"])),
        (
            vec!["code_insee=44109&section=0A&numero=0012"],
            json!(["441090000A0012"]),
        ),
    ] {
        assert_eq!(parse(&arguments), (json!({ "parcels": parcels }), Some(0)));
    }
    let (file, code) = parse(&["pcmi04410922a0001m01"]);
    assert_eq!(
        (&file["file"], code),
        (&json!("PC 044 109 22 A0001 M01"), Some(0))
    );
    assert_eq!(file["nature"], "PCMI");

    let (asked, code) = parse(&["AB 12 A 15", "--commune", "44109"]);
    assert_eq!(code, Some(3));
    assert_eq!(asked["candidates"][0]["parcels"][3], "44109000AB0015");
    assert_eq!(asked["candidates"][1]["parcels"][1], "441090000A0015");

    let (wrong, code) = parse(&["AB 12345", "--commune", "44109"]);
    assert_eq!(code, Some(1));
    assert_eq!(wrong["error"]["part"], "12345");
    assert_eq!(
        wrong["error"].as_object().map(serde_json::Map::len),
        Some(2)
    );
    // What only looks like an option is a text all the same.
    let (code, _) = run(&["ads", "parse", "--commune", "44109", "--", "-AB 12"], "");
    assert_eq!(code, Some(0));
}

/// Names come from the published communes when a database is there.
#[tokio::test(flavor = "multi_thread")]
async fn communes_are_known_by_name_when_they_are_published() {
    let database = crate::support::Database::clone_template().await;
    let url = database.url();
    let run = move |text: &'static str| {
        let url = url.clone();
        tokio::task::spawn_blocking(move || {
            let output = Command::new(env!("CARGO_BIN_EXE_geonantes"))
                .args(["ads", "parse", "--json", text])
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap_or_default())
                .env(
                    "GEONANTES_LAYERS",
                    concat!(env!("CARGO_MANIFEST_DIR"), "/layers"),
                )
                .env("GEONANTES_DATABASE_URL", url)
                .output()
                .expect("the program runs");
            as_json(&String::from_utf8_lossy(&output.stdout))
        })
    };
    let found = run("Rezé AB 12").await.expect("a run");
    assert_eq!(found, json!({ "parcels": ["44143000AB0012"] }));
    let all = run("AB 12").await.expect("a run");
    assert!(
        all["candidates"]
            .as_array()
            .is_some_and(|list| list.len() > 1),
        "{all}"
    );
}
