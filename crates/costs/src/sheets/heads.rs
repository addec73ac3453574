//! Which sheet is which, and which column.

use std::collections::BTreeMap;

use super::form::{Column, Form};
use super::forms::FORMS;
use super::place::Heads;
use super::{Cell, Sheet, folded, letters};
use crate::finding::Finding;

/// Rows in which headings are looked for: a title may stand above them.
const FIRST_ROWS: usize = 10;

/// A sheet's form, its columns and the first row below the headings.
pub(super) struct Headed<'a> {
    pub form: &'static Form,
    pub heads: Heads,
    pub below: usize,
    pub sheet: &'a Sheet,
}

/// The form of a sheet's name, in French or as in TOML.
fn form(name: &str) -> Option<&'static Form> {
    let name = folded(name);
    FORMS
        .iter()
        .find(|form| folded(form.sheet) == name || form.id == name)
}

/// Every sheet with its form, in the order in which they are read: those that others belong to
/// first. Sheets whose name begins with `_` are their author's own.
pub(super) fn headed(sheets: &[Sheet]) -> Result<Vec<Headed<'_>>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut found: Vec<Headed<'_>> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.name.starts_with('_')) {
        if sheet.rows.iter().flatten().all(is_empty) {
            continue;
        }
        let Some(form) = form(&sheet.name) else {
            findings.push(unknown(&sheet.name));
            continue;
        };
        if found.iter().any(|other| std::ptr::eq(other.form, form)) {
            findings.push(Finding::file(format!(
                "sheet « {} »: « {} » is there twice",
                sheet.name, form.sheet
            )));
            continue;
        }
        match heads(sheet, form) {
            Ok((heads, below)) => found.push(Headed {
                form,
                heads,
                below,
                sheet,
            }),
            Err(wrong) => findings.extend(wrong),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let order = |form: &Form| FORMS.iter().position(|other| std::ptr::eq(other, form));
    found.sort_by_key(|headed| order(headed.form));
    Ok(found)
}

fn unknown(name: &str) -> Finding {
    let known: Vec<&str> = FORMS.iter().map(|form| form.sheet).collect();
    Finding::file(format!(
        "sheet « {name} » is no table of an exercise: rename it ({}), or begin its name with _ to \
         leave it out",
        known.join(", ")
    ))
}

/// The columns, and the first row below the headings.
fn heads(sheet: &Sheet, form: &'static Form) -> Result<(Heads, usize), Vec<Finding>> {
    let known = |row: &[Cell]| {
        row.iter()
            .filter(|cell| column(form, cell).is_some())
            .count()
    };
    let first = sheet.rows.iter().take(FIRST_ROWS).position(|row| {
        let filled = row.iter().filter(|cell| !is_empty(cell)).count();
        let known = known(row);
        known > 0 && known * 2 > filled
    });
    let Some(first) = first else {
        let fields: Vec<&str> = form.columns.iter().map(|column| column.field).collect();
        return Err(vec![Finding::file(format!(
            "sheet « {} » has no row of headings: name its columns in the first row ({})",
            sheet.name,
            fields.join(", ")
        ))]);
    };
    let mut columns = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, cell) in sheet.rows[first].iter().enumerate() {
        let message = match column(form, cell) {
            None if is_empty(cell) => continue,
            None => unknown_column(form, cell),
            Some(column) if columns.insert(column.field, at).is_none() => continue,
            Some(column) => format!("the column `{}` is there twice", column.field),
        };
        wrong.push(Finding {
            table: format!("sheet « {} »", sheet.name),
            row: Some(first + 1),
            cell: Some(format!("{}{}", letters(at), first + 1)),
            message,
        });
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    // The columns' names in TOML, below their French headings.
    let again = |row: &Vec<Cell>| {
        let filled = row.iter().filter(|cell| !is_empty(cell)).count();
        filled > 1 && known(row) == filled
    };
    let below = first + 1 + usize::from(sheet.rows.get(first + 1).is_some_and(again));
    let sheet = sheet.name.clone();
    Ok((Heads { sheet, columns }, below))
}

fn unknown_column(form: &Form, cell: &Cell) -> String {
    let known: Vec<String> = form
        .columns
        .iter()
        .map(|column| format!("{} (`{}`)", column.heading, column.field))
        .collect();
    let words = match cell {
        Cell::Text(words) => words.as_str(),
        _ => "this",
    };
    format!(
        "« {words} » is no column of this sheet, which has {}",
        known.join(", ")
    )
}

/// The column that a heading names.
fn column(form: &'static Form, cell: &Cell) -> Option<&'static Column> {
    let Cell::Text(words) = cell else { return None };
    let words = folded(words);
    form.columns
        .iter()
        .find(|column| column.field == words || folded(column.heading) == words)
}

/// True of a cell without a value.
pub(super) fn is_empty(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(words) => words.trim().is_empty(),
        _ => false,
    }
}
