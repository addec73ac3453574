//! A sheet in the making: cells by row and column, both from 0.

use super::term::Term;
use crate::number::Exact;
use crate::sheets::{Cell, Look, Sheet, letters};

/// Cells that are put one by one.
#[derive(Debug, Default)]
pub(super) struct Grid {
    name: String,
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// An empty sheet.
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rows: Vec::new(),
        }
    }

    /// Puts a cell.
    pub(super) fn put(&mut self, (row, column): (usize, usize), cell: Cell) {
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        if self.rows[row].len() <= column {
            self.rows[row].resize(column + 1, Cell::Empty);
        }
        self.rows[row][column] = cell;
    }

    /// Puts words.
    pub(super) fn words(&mut self, at: (usize, usize), words: &str) {
        self.put(at, Cell::Text(words.to_owned()));
    }

    /// Puts headings, from a cell to the right.
    pub(super) fn headings(&mut self, (row, column): (usize, usize), headings: &[&str]) {
        for (nth, heading) in headings.iter().enumerate() {
            self.put((row, column + nth), Cell::Heading((*heading).to_owned()));
        }
    }

    /// Puts a whole number, and gives what names it in formulas of the sheet.
    pub(super) fn number(&mut self, at: (usize, usize), value: i128) -> Term {
        self.put(at, Cell::Number(Exact::new(value, 1)));
        Term::new(address(at), value)
    }

    /// Puts a formula, and gives what names its cell in formulas of the sheet.
    pub(super) fn formula(&mut self, at: (usize, usize), term: &Term) -> Term {
        self.put(at, term.cell());
        Term::new(address(at), term.value)
    }

    /// What names one of the sheet's cells in formulas of others.
    pub(super) fn outside(&self, at: &Term) -> Term {
        let sheet = self.name.replace('\'', "''");
        Term::new(format!("'{sheet}'!{}", at.text()), at.value)
    }

    /// The sheet.
    pub(super) fn done(self, looks: Vec<Look>, headings: usize) -> Sheet {
        Sheet {
            name: self.name,
            looks,
            headings,
            rows: self.rows,
        }
    }
}

/// The name of a cell, the same wherever a formula is copied.
pub(super) fn address((row, column): (usize, usize)) -> String {
    format!("${}${}", letters(column), row + 1)
}

/// The name of some rows of a column.
pub(super) fn range(column: usize, first: usize, count: usize) -> String {
    let last = first + count.max(1) - 1;
    format!("{}:{}", address((first, column)), address((last, column)))
}

/// The sum of some rows of a column, whose values are given.
pub(super) fn sum(column: usize, first: usize, values: &[i128]) -> Term {
    if values.is_empty() {
        return Term::number(0);
    }
    let text = format!("SUM({})", range(column, first, values.len()));
    Term::new(text, values.iter().sum())
}
