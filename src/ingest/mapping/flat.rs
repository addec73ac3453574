//! JSON that is no GeoJSON, made a table: an object a row, `a.b` the member of a member,
//! `list.1.b` that of the first element of a list.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::ingest::IngestError;
use crate::ingest::recognise::{Found, malformed};
use crate::model::Finding;

/// Bytes of a document that is made a table.
const MOST: u64 = 256 << 20;

/// The table of a file, in a folder of the delivery's; none when it is no list of objects, and what is
/// wrong with one that is no JSON.
///
/// # Errors
/// When the file cannot be read, or the table written.
pub(super) fn table(
    file: &Found,
    folder: &Path,
) -> Result<Result<Option<PathBuf>, Finding>, IngestError> {
    let failed = |cause| IngestError::Io {
        what: file.name.clone(),
        cause,
    };
    if !file.name.to_lowercase().ends_with(".json") || file.size > MOST {
        return Ok(Ok(None));
    }
    let bytes = std::fs::read(&file.path).map_err(failed)?;
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let document = match serde_json::from_slice::<Value>(bare) {
        Ok(document) => document,
        Err(error) => {
            let place = (error.line() as u64, error.column() as u64);
            let words = error.to_string();
            let words = words.split(" at line").next().unwrap_or_default();
            return Ok(Err(malformed::of(&file.name, place, None, words)));
        }
    };
    let Some(list) = objects(document) else {
        return Ok(Ok(None));
    };
    let mut columns: Vec<String> = Vec::new();
    let rows: Vec<Vec<(usize, String)>> = list
        .iter()
        .map(|object| {
            let mut row = Vec::new();
            flatten("", object, &mut |name, text| {
                let known = columns.iter().position(|column| *column == name);
                let place = known.unwrap_or_else(|| {
                    columns.push(name);
                    columns.len() - 1
                });
                row.push((place, text));
            });
            row
        })
        .collect();
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let path = folder.join(format!("{stem}-table.csv"));
    let write = || -> Result<(), csv::Error> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_path(&path)?;
        writer.write_record(&columns)?;
        for row in &rows {
            let mut cells = vec![""; columns.len()];
            for (place, text) in row {
                cells[*place] = text;
            }
            writer.write_record(&cells)?;
        }
        writer.flush()?;
        Ok(())
    };
    write().map_err(|error| failed(std::io::Error::other(error)))?;
    Ok(Ok(Some(path)))
}

/// The objects of a document: its list, or the only one that it holds.
fn objects(document: Value) -> Option<Vec<Value>> {
    let list = match document {
        Value::Array(list) => list,
        Value::Object(members) if members.contains_key("features") => return None,
        Value::Object(members) => {
            let mut lists = members.into_iter().filter_map(|(_, value)| match value {
                Value::Array(list) if list.iter().all(Value::is_object) => Some(list),
                _ => None,
            });
            match (lists.next(), lists.next()) {
                (Some(list), None) => list,
                _ => return None,
            }
        }
        _ => return None,
    };
    (!list.is_empty() && list.iter().all(Value::is_object)).then_some(list)
}

fn flatten(name: &str, value: &Value, put: &mut dyn FnMut(String, String)) {
    let inside = |part: &str| match name {
        "" => part.to_owned(),
        name => format!("{name}.{part}"),
    };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (part, value) in members {
                flatten(&inside(part), value, put);
            }
        }
        Value::Array(list) => {
            for (place, value) in list.iter().enumerate() {
                flatten(&inside(&(place + 1).to_string()), value, put);
            }
        }
        Value::String(text) => put(name.to_owned(), text.clone()),
        other => put(name.to_owned(), other.to_string()),
    }
}
