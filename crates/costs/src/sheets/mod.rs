//! An exercise as sheets of cells, for spreadsheets: the same tables as in TOML, one sheet each.
//!
//! Nothing here knows a file format: who reads or writes one hands cells over. Rows of nested
//! tables name what they belong to (`service`, then the agent's, project's, price's or part's
//! number). Above the rows stand the columns' French headings and, below them, their names in TOML;
//! either is enough to read a sheet by.

mod form;
mod forms;
mod heads;
mod place;
mod read;
#[cfg(test)]
mod tests;
mod value;
mod write;

use chrono::NaiveDate;

use crate::number::Exact;

pub use place::Places;
pub use read::{Read, from_sheets};
pub use write::to_sheets;

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words, or a number that spreadsheets would not keep exactly.
    Text(String),
    /// A number of at most 15 significant digits, which is what spreadsheets keep and show.
    Number(Exact),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    Truth(bool),
    /// What cannot be read as a value, and why, such as `#REF!`.
    Error(String),
    /// Words above what they name; only written.
    Heading(String),
    /// What a spreadsheet computes, in its functions' English names, and what it comes to; only
    /// written.
    Formula(String, Exact),
}

/// How numbers of a column are shown; what they are does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As they are.
    Plain,
    /// Euros: thousands apart, cents.
    Euros,
    /// Words that may be long.
    Wide,
}

/// A sheet: rows of cells. The first is row 1, its first cell A1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// How the columns look; of a sheet that was read, nothing.
    pub looks: Vec<Look>,
    /// How many of the first rows are headings.
    pub headings: usize,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// The letters of a column, counted from 0: A to Z, AA…
pub fn letters(column: usize) -> String {
    let (mut left, mut letters) = (column + 1, Vec::new());
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// A name without case, accents or typographer's signs: what people type for it.
fn folded(name: &str) -> String {
    name.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'â' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other,
        })
        .collect()
}
