//! The seal of an exercise: inputs, results, measured units and the program's version in one
//! document, whose sum tells whether a byte of them has changed since.

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use costs::exercise::Exercise;
use costs::{Finding, Ledger};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Computed;

/// The form of the document.
const FORMAT: &str = "geonantes-costs-seal/1";

/// What is sealed.
#[derive(Debug)]
pub struct Sealing<'a> {
    /// The exercise as it was written.
    pub exercise: &'a Exercise,
    /// The ledger's frozen year, when keys ask for it.
    pub ledger: Option<&'a Ledger>,
    /// The file that it was read from: its name and its SHA-256.
    pub source: (&'a str, &'a str),
    /// Who seals.
    pub author: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a sealed exercise is found to be.
#[derive(Debug)]
pub struct Verdict {
    /// The exercise's year.
    pub year: i32,
    /// When it was sealed, by whom, and the program's version then.
    pub sealed: Value,
    /// The sum that the document states.
    pub stated: String,
    /// The sum of what it holds.
    pub sum: String,
    /// What this program computes otherwise: paths of the results.
    pub differences: Vec<String>,
}

impl Verdict {
    /// True of a document that nobody has changed and that is computed as it was.
    pub fn is_good(&self) -> bool {
        self.stated == self.sum && self.differences.is_empty()
    }
}

/// Seals an exercise.
///
/// # Errors
/// What is wrong with the exercise, or units that the ledger does not have.
pub fn seal(it: &Sealing<'_>) -> Result<Value, Vec<Finding>> {
    let results = results(it.exercise, it.ledger)?;
    let (name, sum_of_source) = it.source;
    let mut document = json!({
        "format": FORMAT,
        "program": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "sealed": {
            "at": it.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "by": it.author,
        },
        "source": { "name": name, "sha256": sum_of_source },
        "exercise": it.exercise,
        "ledger": it.ledger,
        "results": results,
    });
    document["sha256"] = json!(sum(&document));
    Ok(document)
}

/// Recomputes a sealed exercise.
///
/// # Errors
/// When the text is no sealed exercise of this form.
pub fn verify(text: &str) -> anyhow::Result<Verdict> {
    let document: Value = serde_json::from_str(text).context("it is no JSON")?;
    if document["format"] != FORMAT {
        bail!("it is no sealed exercise of the form {FORMAT}");
    }
    let part = |name: &str| document[name].to_string();
    let exercise = costs::from_json(&part("exercise")).context("its exercise cannot be read")?;
    let ledger = match &document["ledger"] {
        Value::Null => None,
        ledger => {
            let read = costs::ledger_from_json(&ledger.to_string());
            Some(read.context("its ledger cannot be read")?)
        }
    };
    let mut differences = Vec::new();
    match results(&exercise, ledger.as_ref()) {
        Ok(results) => differ("", &document["results"], &results, &mut differences),
        Err(findings) => differences.extend(findings.iter().map(Finding::to_string)),
    }
    let mut sealed = document["sealed"].clone();
    if let Value::Object(sealed) = &mut sealed {
        sealed.insert("program".to_owned(), document["program"]["version"].clone());
    }
    Ok(Verdict {
        year: exercise.year,
        sealed,
        stated: document["sha256"].as_str().unwrap_or_default().to_owned(),
        sum: sum(&document),
        differences,
    })
}

/// The exercise that a sealed document holds, computed with the units that it was sealed with.
///
/// # Errors
/// When the text is no sealed exercise, or one that this program refuses.
pub fn opened(text: &str) -> anyhow::Result<Computed> {
    let document: Value = serde_json::from_str(text).context("it is no JSON")?;
    let part = |name: &str| document[name].to_string();
    let mut exercise = costs::from_json(&part("exercise"))?;
    let told = |findings: Vec<Finding>| {
        let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
        anyhow::anyhow!(lines.join("; "))
    };
    if !document["ledger"].is_null() {
        let ledger = costs::ledger_from_json(&part("ledger"))?;
        exercise = costs::measured(exercise, &ledger).map_err(told)?;
    }
    Ok(Computed::of(exercise).map_err(told)?.0)
}

/// What an exercise comes to, with the ledger's units: the outcome, and its sums by commune.
fn results(exercise: &Exercise, ledger: Option<&Ledger>) -> Result<Value, Vec<Finding>> {
    let exercise = match ledger {
        Some(ledger) => costs::measured(exercise.clone(), ledger)?,
        None => exercise.clone(),
    };
    let (checked, _) = costs::check(exercise)?;
    let (outcome, _) = costs::compute(&checked).map_err(|finding| vec![finding])?;
    let told = |message: String| {
        vec![Finding {
            table: String::new(),
            row: None,
            cell: None,
            message,
        }]
    };
    let sums = costs::summary(&checked, &outcome).map_err(|error| told(error.to_string()))?;
    let as_json = |error: serde_json::Error| told(error.to_string());
    let mut results = serde_json::to_value(&outcome).map_err(as_json)?;
    results["summary"] = serde_json::to_value(&sums).map_err(as_json)?;
    Ok(results)
}

/// SHA-256 of a document without its own sum: compact JSON, the names of each object in the order of
/// their bytes.
fn sum(document: &Value) -> String {
    let mut bare = document.clone();
    if let Value::Object(members) = &mut bare {
        members.remove("sha256");
    }
    hex(ordered(bare).to_string().as_bytes())
}

fn ordered(value: Value) -> Value {
    match value {
        Value::Array(rows) => rows.into_iter().map(ordered).collect(),
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            let members = members
                .into_iter()
                .map(|(name, value)| (name, ordered(value)));
            Value::Object(members.collect::<Map<String, Value>>())
        }
        other => other,
    }
}

/// SHA-256 in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The paths at which two documents differ.
fn differ(path: &str, was: &Value, is: &Value, told: &mut Vec<String>) {
    match (was, is) {
        (Value::Object(before), Value::Object(after)) => {
            let others = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(others) {
                differ(&format!("{path}/{name}"), &was[name], &is[name], told);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (at, (was, is)) in before.iter().zip(after).enumerate() {
                differ(&format!("{path}/{at}"), was, is, told);
            }
        }
        _ if was != is => told.push(format!("{path}: {was} was sealed, {is} is computed")),
        _ => {}
    }
}
