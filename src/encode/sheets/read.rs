//! Cells of spreadsheets, as values.

use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Ods, Range, Reader, Xlsx};
use chrono::NaiveDate;
use costs::sheets::{Cell, Sheet};

use super::Error;

/// Rows and columns that a sheet may have.
pub(super) const ROWS: u32 = 200_000;
pub(super) const COLUMNS: u32 = 256;

/// A formula whose result the file does not hold: written by a program that computes none.
const UNCOMPUTED: &str =
    "a formula without its result: open the file in a spreadsheet program and save it";

/// The sheets of an XLSX file.
pub(super) fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, Error> {
    let unreadable = |error: calamine::XlsxError| Error::Unreadable("XLSX", error.to_string());
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let mut rows = Vec::new();
        // Charts are sheets without cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
            continue;
        };
        while let Some(cell) = cells.next_cell_with_formula().map_err(unreadable)? {
            let value = match cell.value {
                DataRef::Empty if cell.formula.is_some() => Cell::Error(UNCOMPUTED.to_owned()),
                value => read(value.into()),
            };
            put(&name, &mut rows, cell.pos, value)?;
        }
        sheets.push(sheet(name, rows));
    }
    Ok(sheets)
}

/// The sheets of an ODS file.
pub(super) fn ods(bytes: &[u8]) -> Result<Vec<Sheet>, Error> {
    let unreadable = |error: calamine::OdsError| Error::Unreadable("ODS", error.to_string());
    let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(unreadable)?;
        let formulas = workbook.worksheet_formula(&name).map_err(unreadable)?;
        let mut rows = Vec::new();
        for (at, value) in filled(&range) {
            put(&name, &mut rows, at, read(value.clone()))?;
        }
        for (at, _) in filled(&formulas).filter(|(_, formula)| !formula.is_empty()) {
            if matches!(range.get_value(at), None | Some(Data::Empty)) {
                put(&name, &mut rows, at, Cell::Error(UNCOMPUTED.to_owned()))?;
            }
        }
        sheets.push(sheet(name, rows));
    }
    Ok(sheets)
}

/// The cells of a range that are not empty, and where they stand in the sheet.
fn filled<T: calamine::CellType>(range: &Range<T>) -> impl Iterator<Item = ((u32, u32), &T)> {
    let (top, left) = range.start().unwrap_or_default();
    // A range is of a sheet, whose rows and columns are counted in 32 bits.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    range
        .used_cells()
        .map(move |(row, column, value)| ((top + place(row), left + place(column)), value))
}

fn sheet(name: String, rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet {
        name,
        looks: Vec::new(),
        headings: 0,
        rows,
    }
}

/// Puts a cell where it stands; an empty one takes no room.
fn put(
    sheet: &str,
    rows: &mut Vec<Vec<Cell>>,
    (row, column): (u32, u32),
    cell: Cell,
) -> Result<(), Error> {
    if cell == Cell::Empty {
        return Ok(());
    }
    if row >= ROWS || column >= COLUMNS {
        return Err(Error::TooLarge(sheet.to_owned()));
    }
    let (row, column) = (row as usize, column as usize);
    if rows.len() <= row {
        rows.resize(row + 1, Vec::new());
    }
    if rows[row].len() <= column {
        rows[row].resize(column + 1, Cell::Empty);
    }
    rows[row][column] = cell;
    Ok(())
}

fn read(value: Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(number) => number_of(number as f64),
        Data::Float(number) => number_of(number),
        Data::String(words) => Cell::Text(words),
        Data::Bool(truth) => Cell::Truth(truth),
        Data::DateTime(date) => day(&date),
        Data::DateTimeIso(text) => {
            let (date, time) = text.split_once('T').unwrap_or((&text, ""));
            match date.parse() {
                Ok(day) if time.bytes().all(|b| matches!(b, b'0' | b':' | b'.' | b'Z')) => {
                    Cell::Date(day)
                }
                _ => Cell::Error(format!("« {text} » is not a day")),
            }
        }
        Data::DurationIso(text) => Cell::Error(format!("« {text} » is a duration")),
        Data::Error(error) => Cell::Error(format!("{error}: the cell's formula has failed")),
    }
}

/// What a spreadsheet shows of a double: 15 significant digits.
fn number_of(number: f64) -> Cell {
    match format!("{number:.14e}").parse() {
        Ok(number) => Cell::Number(number),
        Err(_) => Cell::Error(format!("{number} is no number that an exercise holds")),
    }
}

fn day(date: &ExcelDateTime) -> Cell {
    let (year, month, day, hours, minutes, seconds, _) = date.to_ymd_hms_milli();
    let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    match day {
        Some(day) if date.is_datetime() && (hours, minutes, seconds) == (0, 0, 0) => {
            Cell::Date(day)
        }
        _ => Cell::Error(format!(
            "{} shown as a date or time is not a day",
            date.as_f64()
        )),
    }
}
