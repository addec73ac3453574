//! Whole deliveries: cadastral sheets, planning documents, easements, addresses. Each is one
//! deposit, published together or not at all.

mod addresses;
mod cadastre;
mod exchange;
mod planning;

use std::path::Path;

use serde_json::Value;
use sqlx::Row as _;

use super::ingest::files::{Files, ogr2ogr};
use super::ingest::read;
use super::support::Database;

/// Delivers a file or folder: the exit code, and one report a collection.
pub async fn deliver(database: &Database, path: &Path, options: &[&str]) -> (i32, Vec<Value>) {
    let path = path.to_str().expect("a path of ours");
    let arguments = [&["ingest", path, "--json", "--accept"], options].concat();
    let (code, document) = read(database.run(&arguments).await);
    match document {
        Value::Array(reports) => (code, reports),
        one => (code, vec![one]),
    }
}

/// `collection scope state added/removed/changed/unchanged` of each report.
pub fn told(reports: &[Value]) -> Vec<String> {
    let one = |report: &Value| {
        let counts = ["added", "removed", "changed", "unchanged"];
        let counts = counts.map(|name| report["counts"][name].to_string());
        let text = |name: &str| report[name].as_str().unwrap_or("-").to_owned();
        let (id, state) = (text("collection"), text("state"));
        format!("{id} {} {state} {}", text("scope"), counts.join("/"))
    };
    reports.iter().map(one).collect()
}

/// `rule value` of the findings of that severity in all reports.
pub fn said(reports: &[Value], severity: &str) -> Vec<String> {
    let all = reports
        .iter()
        .flat_map(|report| report["findings"].as_array().expect("findings"));
    let of = all.filter(|finding| finding["severity"] == severity);
    let brief = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
        format!("{} {}", text("rule"), text("value"))
    };
    of.map(brief).collect()
}

/// The texts that a statement selects.
pub async fn texts(database: &Database, statement: &str) -> Vec<String> {
    let rows = database.rows(statement).await;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Writes a table as a Shapefile, or as a DBF alone when no column is `wkt`; values are separated
/// by semicolons.
pub fn table(files: &Files, name: &str, lines: &[&str]) {
    let csv = files.write("table.csv", lines.join("\n"));
    let to = files.path(name);
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    let (to, csv) = (to.to_str().expect("ours"), csv.to_str().expect("ours"));
    let plain = [
        "-f",
        "ESRI Shapefile",
        to,
        csv,
        "-oo",
        "SEPARATOR=SEMICOLON",
    ];
    let spatial = [
        "-oo",
        "GEOM_POSSIBLE_NAMES=wkt",
        "-oo",
        "KEEP_GEOM_COLUMNS=NO",
        "-a_srs",
        "EPSG:2154",
    ];
    let options: &[&str] = match lines[0].contains("wkt") {
        true => &spatial,
        false => &["-nlt", "NONE"],
    };
    ogr2ogr(&[&plain, options, &["-lco", "ENCODING=UTF-8"]].concat());
}
