//! `geonantes ingest` on files as communes send them, made by ogr2ogr from what is published.

mod claims;
mod cli;
mod everyday;
mod exports;
mod faults;
pub mod files;
mod formats;
mod history;
mod mappings;
mod national;
mod places;
mod questions;
mod readers;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::support::Database;

/// Runs `ingest` with `--json`: its exit code, and its document.
pub async fn ingest(database: &Database, file: &Path, options: &[&str]) -> (i32, Value) {
    let file = file.to_str().expect("a path of ours");
    let arguments = [&["ingest", file, "--json"], options].concat();
    read(database.run(&arguments).await)
}

/// The same of several files, which are one delivery.
pub async fn ingest_all(database: &Database, files: &[&Path], options: &[&str]) -> (i32, Value) {
    let files = files
        .iter()
        .map(|file| file.to_str().expect("a path of ours"));
    let arguments: Vec<&str> = ["ingest"].into_iter().chain(files).collect();
    read(
        database
            .run(&[&arguments[..], &["--json"], options].concat())
            .await,
    )
}

/// The exit code of a run, and the JSON document of its standard output.
pub fn read(output: Output) -> (i32, Value) {
    let code = output.status.code().expect("it ended by itself");
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        panic!("no JSON ({error}):\n{shown}\n{said}")
    });
    (code, document)
}

/// Rules of the findings of that severity, in their order, each once.
pub fn rules(document: &Value, severity: &str) -> Vec<String> {
    let findings = document["findings"].as_array().expect("findings");
    let of = findings
        .iter()
        .filter(|finding| finding["severity"] == severity);
    let mut rules: Vec<String> = of
        .map(|finding| finding["rule"].as_str().expect("a rule").to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    rules
}
