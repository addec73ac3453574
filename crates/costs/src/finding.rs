//! What is wrong or odd in an exercise, and where: table, row, cell.

use std::fmt;

use serde::Serialize;

/// Something wrong (an error) or odd (a warning) at a place of the exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The table, such as `services « sig » › members`; empty for the file as a whole.
    pub table: String,
    /// Its row, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The row's cell, or the table's when there is no row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Finding {
    /// One about the file as a whole.
    pub(crate) fn file(message: String) -> Self {
        Self {
            table: String::new(),
            row: None,
            cell: None,
            message,
        }
    }

    /// One about a cell of a table that has no rows.
    pub(crate) fn cell(table: &str, cell: &str, message: &str) -> Self {
        Self {
            table: table.to_owned(),
            row: None,
            cell: Some(cell.to_owned()),
            message: message.to_owned(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.row.map(|row| format!("row {row}"));
        let cell = self.cell.as_ref().map(|cell| format!("cell `{cell}`"));
        let table = (!self.table.is_empty()).then(|| self.table.clone());
        let place: Vec<String> = [table, row, cell].into_iter().flatten().collect();
        if !place.is_empty() {
            write!(f, "{}: ", place.join(", "))?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Finding {}
