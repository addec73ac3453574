//! XLSX, written.

use chrono::Datelike;
use costs::sheets::{Cell, Look, Sheet};
use rust_xlsxwriter::{
    ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

/// Widths of columns, in characters.
const NARROW: f64 = 14.0;
const WIDE: f64 = 42.0;

/// The first year whose days Excel counts rightly.
const FIRST_YEAR: i32 = 1901;

/// A workbook of these sheets.
pub(super) fn write(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let page = workbook.add_worksheet();
        page.set_name(&sheet.name)?;
        one(page, sheet)?;
    }
    workbook.save_to_buffer()
}

fn one(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_background_color("EAF0F4")
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let field = Format::new().set_font_color("6B7780").set_font_size(9);
    for (column, look) in (0_u16..).zip(&sheet.looks) {
        let width = if *look == Look::Wide { WIDE } else { NARROW };
        page.set_column_width(column, width)?;
    }
    page.set_freeze_panes(u32::try_from(sheet.headings).unwrap_or(0), 0)?;
    for (row, cells) in (0_u32..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            let look = sheet.looks.get(usize::from(column));
            let format = match row as usize {
                0 if sheet.headings > 0 => head.clone(),
                row if row < sheet.headings => field.clone(),
                _ => plain(cell, look.copied().unwrap_or(Look::Plain)),
            };
            put(page, (row, column), cell, &format)?;
        }
    }
    Ok(())
}

fn plain(cell: &Cell, look: Look) -> Format {
    match (cell, look) {
        (Cell::Number(_), Look::Euros) => Format::new().set_num_format("#,##0.00##########"),
        (Cell::Date(_), _) => Format::new().set_num_format("yyyy-mm-dd"),
        (Cell::Heading(_), _) => Format::new().set_bold().set_background_color("EAF0F4"),
        (Cell::Formula(..), Look::Euros) => Format::new().set_num_format("#,##0.00"),
        // What is text stays text when people type over it: codes keep their zeros.
        (Cell::Text(_), Look::Plain) => Format::new().set_num_format("@"),
        _ => Format::new(),
    }
}

fn put(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(words) | Cell::Error(words) | Cell::Heading(words) => {
            page.write_string_with_format(row, column, words, format)?
        }
        Cell::Number(number) => match number.to_string().parse::<f64>() {
            Ok(value) => page.write_number_with_format(row, column, value, format)?,
            Err(_) => page.write_string_with_format(row, column, number.to_string(), format)?,
        },
        Cell::Date(day) => match excel(*day) {
            Some(date) => page.write_datetime_with_format(row, column, date, format)?,
            None => page.write_string_with_format(row, column, day.to_string(), format)?,
        },
        Cell::Formula(text, result) => {
            let formula = Formula::new(format!("={text}")).set_result(result.to_string());
            page.write_formula_with_format(row, column, formula, format)?
        }
        Cell::Truth(truth) => page.write_boolean_with_format(row, column, *truth, format)?,
    };
    Ok(())
}

/// A day that Excel counts; none before its calendar, where it takes 1900 for a leap year, and after.
fn excel(day: chrono::NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year())
        .ok()
        .filter(|_| day.year() >= FIRST_YEAR)?;
    let (month, day) = (
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    );
    ExcelDateTime::from_ymd(year, month, day).ok()
}
