//! An exercise from text: TOML or JSON, the same tables in both.
//!
//! Both readers hand numbers that are not integers on as their own text, so that none ever is a
//! float; what is wrong is told by table, row and cell.

mod json;
mod toml;

#[cfg(test)]
mod tests;

use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::exercise::Exercise;
use crate::finding::Finding;

/// Reads an exercise written in TOML.
///
/// # Errors
/// What is wrong, at its line when the text is no TOML, else at its table, row and cell.
pub fn from_toml(text: &str) -> Result<Exercise, Finding> {
    toml(text)
}

/// Reads an exercise written in JSON.
///
/// # Errors
/// What is wrong, at its line when the text is no JSON, else at its table, row and cell.
pub fn from_json(text: &str) -> Result<Exercise, Finding> {
    json(text)
}

/// Reads a document of tables written in TOML, exactly.
pub(crate) fn toml<T: DeserializeOwned>(text: &str) -> Result<T, Finding> {
    let parsed = toml::parse(text)?;
    document(toml::Value(&parsed))
}

/// Reads a document of tables written in JSON, exactly.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, Finding> {
    document(json::Value(json::parse(text)?))
}

/// Reads tables through a deserializer that gives numbers as text.
pub(crate) fn document<'de, T, D>(from: D) -> Result<T, Finding>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    serde_path_to_error::deserialize(from).map_err(|error| {
        let (table, row, cell) = place(error.path());
        let message = tidy(&error.inner().to_string());
        let missing = message
            .strip_prefix("missing key `")
            .and_then(|rest| rest.strip_suffix('`'));
        Finding {
            table,
            row,
            cell: cell.or_else(|| missing.map(str::to_owned)),
            message,
        }
    })
}

/// Table, row (from 1) and cell of a path such as `services[0].members[2].from`.
fn place(path: &Path) -> (String, Option<usize>, Option<String>) {
    let mut tables: Vec<String> = Vec::new();
    let mut row = None;
    let mut segments = path.iter().peekable();
    let mut cell = None;
    while let Some(segment) = segments.next() {
        match segment {
            Segment::Map { key } if segments.peek().is_none() => cell = Some(key.clone()),
            Segment::Map { key } => {
                if let (Some(row), Some(last)) = (row.take(), tables.last_mut()) {
                    *last = format!("{last}, row {row}");
                }
                tables.push(key.clone());
            }
            Segment::Seq { index } => row = Some(index + 1),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    (tables.join(" › "), row, cell)
}

/// serde's words for what is missing or in excess, in the exercise's terms.
fn tidy(message: &str) -> String {
    // serde_json adds the place inside the slice that it was given, which is no place of the file.
    let message = message.split(" at line ").next().unwrap_or(message);
    for (theirs, ours) in [
        ("unknown field", "unknown key"),
        ("unknown variant", "unknown value"),
        ("missing field", "missing key"),
    ] {
        if let Some(rest) = message.strip_prefix(theirs) {
            return format!("{ours}{rest}");
        }
    }
    message.to_owned()
}
