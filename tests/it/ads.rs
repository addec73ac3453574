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
    ] {
        let (code, printed) = run(&["ads", "deadline", "-", "--json"], input);
        assert_eq!(code, Some(1), "{input}");
        assert_eq!(as_json(&printed)["error"]["part"], part);
    }
}
