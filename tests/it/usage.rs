//! Reports of use: `geonantes usage`, over a ledger small enough to count by hand.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::support::Database;

/// Keys 1 (of 44143) and 2 (of the territory); four days of two communes, the metropolis and the
/// public. Units are thousandths; operations and clients are numbers of the model.
const LEDGER: &str = "
INSERT INTO adhesion (commune, service, level, since, until) VALUES
    ('44143', 'sig', 'outils', '2018-01-01', NULL), ('44143', 'ads', NULL, '2025-07-01', NULL),
    ('44109', 'sig', 'outils', '2018-01-01', '2025-06-30');
INSERT INTO key (id, prefix, hash, label, roles, communes) VALUES
    ('00000000-0000-4000-8000-000000000001', 'gn_AAAAAAAA', '\\x01', 'SIG de Rezé', '{member}', '{44143}'),
    ('00000000-0000-4000-8000-000000000002', 'gn_BBBBBBBB', '\\x02', 'Métropole', '{administrator}', NULL);
INSERT INTO usage.daily (day, commune, key, service, layer, operation, client,
                         requests, units, bytes, features, database_us, aborted, in_doubt, errors) VALUES
    ('2025-06-29', '44143', 1, 'ads', 'parcelles', 2, 1, 3, 3010, 3000, 301, 9, 0, 0, 0),
    ('2025-07-01', '44143', 1, 'ads', 'parcelles', 2, 1, 2, 2020, 2000, 202, 9, 1, 0, 0),
    ('2025-07-01', '44143', 0, 'sig', '', 0, 3, 1, 0, 500, 0, 0, 0, 0, 0),
    ('2025-06-30', '44109', 0, 'sig', 'communes', 1, 3, 10, 10000, 900, 0, 5, 0, 0, 0),
    ('2025-07-01', '44109', 0, 'sig', 'communes', 1, 3, 4, 4000, 400, 0, 5, 0, 0, 0),
    ('2025-07-02', 'metropolis', 2, 'sig', 'communes', 1, 2, 5, 5000, 100, 0, 5, 0, 0, 0),
    ('2025-07-02', 'public', 0, 'sig', 'communes', 1, 4, 7, 7000, 100, 0, 5, 0, 0, 1);
";

async fn ledger() -> Database {
    let database = Database::clone_template().await;
    database.execute(LEDGER).await;
    database
}

/// Runs the program on the database.
async fn run(database: &Database, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geonantes"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("NO_COLOR", "1")
        .env(
            "GEONANTES_LAYERS",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("layers"),
        )
        .env("GEONANTES_DATABASE_URL", database.url());
    tokio::task::spawn_blocking(move || command.output().expect("the program runs"))
        .await
        .expect("a run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn json(database: &Database, arguments: &[&str]) -> Json {
    let output = run(database, arguments).await;
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        text(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// A report of 2025 as JSON, by something.
async fn report(database: &Database, by: &str, more: &[&str]) -> Vec<(String, i64, f64)> {
    let mut arguments = vec![
        "usage",
        "report",
        "--from",
        "2025-01-01",
        "--to",
        "2025-12-31",
    ];
    arguments.extend(["--by", by, "--json"]);
    arguments.extend(more);
    let lines = json(database, &arguments).await;
    let lines = lines.as_array().expect("a list");
    let line = |line: &Json| {
        (
            line["key"].as_str().expect("a key").to_owned(),
            line["requests"].as_i64().expect("a count"),
            line["units"].as_f64().expect("units"),
        )
    };
    lines.iter().map(line).collect()
}

fn lines(expected: &[(&str, i64, f64)]) -> Vec<(String, i64, f64)> {
    let own = |&(key, requests, units): &(&str, i64, f64)| (key.to_owned(), requests, units);
    expected.iter().map(own).collect()
}

#[tokio::test]
async fn a_report_sums_the_ledger_each_way() {
    let database = ledger().await;
    assert_eq!(
        report(&database, "layer", &[]).await,
        lines(&[
            ("communes", 26, 26.0),
            ("parcelles", 5, 5.03),
            ("none", 1, 0.0)
        ])
    );
    assert_eq!(
        report(&database, "day", &["--commune", "44143"]).await,
        lines(&[("2025-06-29", 3, 3.01), ("2025-07-01", 3, 2.02)])
    );
    assert_eq!(
        report(&database, "month", &[]).await,
        lines(&[("2025-06", 13, 13.01), ("2025-07", 19, 18.02)])
    );
    assert_eq!(
        report(&database, "operation", &["--commune", "44143"]).await,
        lines(&[("items", 5, 5.03), ("page", 1, 0.0)])
    );
    assert_eq!(
        report(&database, "client", &[]).await,
        lines(&[
            ("browser", 15, 14.0),
            ("script", 7, 7.0),
            ("qgis", 5, 5.03),
            ("gdal", 5, 5.0)
        ])
    );
    assert_eq!(
        report(&database, "key", &[]).await,
        lines(&[
            ("none", 22, 21.0),
            ("gn_AAAAAAAA", 5, 5.03),
            ("gn_BBBBBBBB", 5, 5.0)
        ])
    );
    assert_eq!(
        report(&database, "commune", &[]).await,
        lines(&[
            ("44109", 14, 14.0),
            ("public", 7, 7.0),
            ("44143", 6, 5.03),
            ("metropolis", 5, 5.0)
        ])
    );
    assert_eq!(
        report(&database, "service", &["--commune", "public"]).await,
        lines(&[("sig", 7, 7.0)])
    );
}

#[tokio::test]
async fn a_report_is_a_table_a_csv_or_a_spreadsheet() {
    let database = ledger().await;
    let asked = [
        "usage",
        "report",
        "--from",
        "2025-06-30",
        "--to",
        "2025-06-30",
        "--by",
        "layer",
    ];
    let table = run(&database, &asked).await;
    assert_eq!(
        text(&table.stdout),
        "LAYER     REQUESTS  UNITS  BYTES  FEATURES  ABORTED\n\
         communes        10     10    900         0        0\n\
         ---------------------------------------------------\n\
         total           10     10    900         0        0\n"
    );
    let csv = run(&database, &[&asked[..], &["--format", "csv"]].concat()).await;
    assert_eq!(
        text(&csv.stdout),
        "key,requests,units,bytes,features,aborted\r\ncommunes,10,10,900,0,0\r\n"
    );
    let sheet = run(&database, &[&asked[..], &["--format", "xlsx"]].concat()).await;
    assert!(sheet.status.success() && sheet.stdout.starts_with(b"PK"));
}

#[tokio::test]
async fn what_cannot_be_reported_is_refused() {
    let database = ledger().await;
    let asked = [
        "usage",
        "report",
        "--from",
        "2025-07-01",
        "--to",
        "2025-06-30",
        "--by",
        "layer",
    ];
    let backwards = run(&database, &asked).await;
    assert_eq!(backwards.status.code(), Some(1));
    assert!(text(&backwards.stderr).contains("before it begins"));
    for (flag, value) in [
        ("--by", "couche"),
        ("--commune", "nantes"),
        ("--from", "hier"),
    ] {
        let mut asked = vec!["usage", "report", "--to", "2025-06-30", flag, value];
        for (other, fine) in [("--by", "day"), ("--from", "2025-01-01")] {
            if other != flag {
                asked.extend([other, fine]);
            }
        }
        let refused = run(&database, &asked).await;
        assert_eq!(refused.status.code(), Some(2), "{flag} {value}");
    }
}
