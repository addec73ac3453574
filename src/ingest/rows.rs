//! Columns of a source and fields of a collection, by name, for shapes that know both.

use std::collections::HashMap;

use chrono::NaiveDate;
use exchange::{Cell, Row, SourceLayer};

use super::Given;
use crate::catalogue::Layer;

/// Columns of a source layer, by name in any case.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<String>);

impl Columns {
    /// The columns of that layer.
    pub fn of(layer: &SourceLayer) -> Self {
        Self::named(layer.columns.iter().map(|column| column.name.as_str()))
    }

    /// Columns of those names, in their order.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| name.trim().to_lowercase())
                .collect(),
        )
    }

    /// The place of the first of the names that there is.
    pub fn at(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|name| self.0.iter().position(|known| known == name))
    }

    /// The names, in lower case.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// Reads cells as texts.
pub struct Reader<'a> {
    row: &'a Row,
    text: &'a dyn Fn(&[u8]) -> String,
}

impl<'a> Reader<'a> {
    /// A reader of the row's cells.
    pub fn new(row: &'a Row, text: &'a dyn Fn(&[u8]) -> String) -> Self {
        Self { row, text }
    }

    /// The cell's text, without spaces around; nothing when it is absent or empty. Numbers are
    /// written without a needless fraction.
    pub fn text(&self, at: Option<usize>) -> Option<String> {
        let text = match self.row.cells.get(at?)? {
            Cell::Null => return None,
            Cell::Text(bytes) => (self.text)(bytes),
            Cell::Integer(number) => number.to_string(),
            Cell::Real(number) => number.to_string(),
        };
        let bare = text.trim();
        (!bare.is_empty()).then(|| bare.to_owned())
    }

    /// The cell as it is handed on: texts decoded, without spaces around.
    pub fn given(&self, at: Option<usize>) -> Given {
        match at.and_then(|at| self.row.cells.get(at)) {
            Some(Cell::Integer(number)) => Given::Integer(*number),
            Some(Cell::Real(number)) => Given::Real(*number),
            _ => self.text(at).map_or(Given::Absent, Given::Text),
        }
    }

    /// The cell as a day written `YYYYMMDD`; what is not a day is handed on as text, for the check
    /// of values to say so.
    pub fn day(&self, at: Option<usize>) -> Given {
        match self.text(at) {
            None => Given::Absent,
            Some(text) if text.bytes().all(|b| b == b'0') => Given::Absent,
            Some(text) => match day(&text) {
                Some(day) => Given::Date(day),
                None => Given::Text(text),
            },
        }
    }
}

/// A day written `YYYYMMDD`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    shaped
        .then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok())
        .flatten()
}

/// Places of a collection's fields in a row, by name.
#[derive(Debug, Clone)]
pub struct Fields {
    places: HashMap<String, usize>,
    count: usize,
}

impl Fields {
    /// The fields of that layer.
    pub fn of(layer: &Layer) -> Self {
        let named = |(place, field): (usize, &crate::catalogue::Field)| (field.name.clone(), place);
        Self {
            places: layer.fields.iter().enumerate().map(named).collect(),
            count: layer.fields.len(),
        }
    }

    /// A row whose values are all absent.
    pub fn blank(&self) -> Vec<Given> {
        vec![Given::Absent; self.count]
    }

    /// Sets a value; a field that the catalogue does not have is left out.
    pub fn put(&self, values: &mut [Given], field: &str, value: Given) {
        if let Some(place) = self.places.get(field) {
            values[*place] = value;
        }
    }

    /// Sets a text, absent when there is none.
    pub fn put_text(&self, values: &mut [Given], field: &str, value: Option<String>) {
        self.put(values, field, value.map_or(Given::Absent, Given::Text));
    }

    /// The value of a field in a row.
    pub fn get<'v>(&self, values: &'v [Given], field: &str) -> Option<&'v Given> {
        self.places.get(field).map(|place| &values[*place])
    }
}
