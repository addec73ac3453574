//! `geonantes usage report`.

use serde_json::Value as Json;

use super::{json, ledger, text};
use crate::support::Database;

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
async fn lines_are_told_apart_once_more() {
    let database = ledger().await;
    let asked = [
        "usage",
        "report",
        "--from",
        "2025-01-01",
        "--to",
        "2025-12-31",
        "--by",
        "month",
        "--split",
    ];
    let lines = json(
        &database,
        &[&asked[..], &["layer", "--json", "--commune", "44109"]].concat(),
    )
    .await;
    let line = |line: &Json| format!("{} {} {}", line["key"], line["split"], line["units"]);
    let lines: Vec<String> = lines.as_array().expect("a list").iter().map(line).collect();
    assert_eq!(
        lines,
        ["\"2025-06\" \"communes\" 10", "\"2025-07\" \"communes\" 4"]
    );
    for wrong in ["key", "month"] {
        let refused = database.run(&[&asked[..], &[wrong]].concat()).await;
        assert_eq!(refused.status.code(), Some(1), "{wrong}");
    }
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
    let table = database.run(&asked).await;
    assert_eq!(
        text(&table.stdout),
        "LAYER     REQUESTS  UNITS  BYTES  FEATURES  ABORTED\n\
         communes        10     10    900         0        0\n\
         ---------------------------------------------------\n\
         total           10     10    900         0        0\n"
    );
    let csv = database
        .run(&[&asked[..], &["--format", "csv"]].concat())
        .await;
    assert_eq!(
        text(&csv.stdout),
        "key,requests,units,bytes,features,aborted\r\ncommunes,10,10,900,0,0\r\n"
    );
    let sheet = database
        .run(&[&asked[..], &["--format", "xlsx"]].concat())
        .await;
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
    let backwards = database.run(&asked).await;
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
        let refused = database.run(&asked).await;
        assert_eq!(refused.status.code(), Some(2), "{flag} {value}");
    }
}
