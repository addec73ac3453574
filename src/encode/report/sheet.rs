//! Spreadsheets (XLSX), for people: real numbers, a header that stays, totals as formulas whose
//! results are written with them, so that a viewer that computes nothing shows them too.

use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

use super::total;
use super::words::{Names, heading};
use crate::model::{By, Figures, Line, UsageQuery};

/// The media type.
pub const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// French heads of the sums.
const HEADS: [&str; 5] = [
    "Demandes",
    "Unités",
    "Octets transmis",
    "Objets transmis",
    "Réponses interrompues",
];

/// How numbers are shown.
const WHOLE: &str = "#,##0";
const UNITS: &str = "#,##0.0##";

/// The row of the heads: a title and a subtitle stand above.
const HEAD: u32 = 3;

/// A report as a workbook of one sheet.
///
/// # Errors
/// When there are more lines than a sheet has rows.
pub fn sheet(
    lines: &[Line],
    query: &UsageQuery,
    title: &str,
    names: Names<'_>,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Usage")?;
    // The sums stand after one column of keys, or two.
    let first = 1 + u16::from(query.split.is_some());
    let last = first + 4 + u16::from(query.by == By::Key);
    frame(sheet, query, title, first)?;
    let whole = Format::new().set_num_format(WHOLE);
    let units = Format::new().set_num_format(UNITS);
    let mut row = HEAD + 1;
    for line in lines {
        sheet.write_string(row, 0, names.of(&line.key, query.by))?;
        if let (Some(key), Some(by)) = (&line.split, query.split) {
            sheet.write_string(row, 1, names.of(key, by))?;
        }
        for (column, number) in (first..).zip(numbers(&line.figures)) {
            let format = if column == first + 1 { &units } else { &whole };
            sheet.write_number_with_format(row, column, number, format)?;
        }
        if let Some(holder) = &line.holder {
            sheet.write_string(row, last, &holder.label)?;
        }
        row += 1;
    }
    if !lines.is_empty() {
        totals(sheet, row, first, &total(lines))?;
        sheet.autofilter(HEAD, 0, row - 1, last)?;
    }
    workbook.save_to_buffer()
}

fn frame(
    sheet: &mut Worksheet,
    query: &UsageQuery,
    title: &str,
    first: u16,
) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_background_color("EAF0F4")
        .set_border_bottom(FormatBorder::Thin);
    let large = Format::new().set_bold().set_font_size(14);
    sheet.write_string_with_format(0, 0, title, &large)?;
    let day = |date: chrono::NaiveDate| date.format("%d/%m/%Y").to_string();
    let (from, to) = (day(query.period.from), day(query.period.to));
    sheet.write_string(1, 0, format!("Du {from} au {to} inclus"))?;
    for (column, by) in (0..).zip(std::iter::once(query.by).chain(query.split)) {
        sheet.write_string_with_format(HEAD, column, heading(by), &head)?;
        sheet.set_column_width(column, 32)?;
    }
    for (column, word) in (first..).zip(HEADS) {
        let right = head.clone().set_align(rust_xlsxwriter::FormatAlign::Right);
        sheet.write_string_with_format(HEAD, column, word, &right)?;
        sheet.set_column_width(column, 22)?;
    }
    if query.by == By::Key {
        sheet.write_string_with_format(HEAD, first + 5, "Intitulé", &head)?;
        sheet.set_column_width(first + 5, 40)?;
    }
    sheet.set_freeze_panes(HEAD + 1, first)?;
    Ok(())
}

fn totals(sheet: &mut Worksheet, row: u32, first: u16, total: &Figures) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_border_top(FormatBorder::Thin);
    sheet.write_string_with_format(row, 0, "Total", &bold)?;
    let results = [
        total.requests.to_string(),
        total.units.to_string(),
        total.bytes.to_string(),
        total.features.to_string(),
        total.aborted.to_string(),
    ];
    for (column, result) in (first..).zip(results) {
        let letter = char::from(b'A' + column as u8);
        let formula = Formula::new(format!("=SUM({letter}{}:{letter}{row})", HEAD + 2));
        let pattern = if column == first + 1 { UNITS } else { WHOLE };
        let format = bold.clone().set_num_format(pattern);
        sheet.write_formula_with_format(row, column, formula.set_result(result), &format)?;
    }
    Ok(())
}

fn numbers(figures: &Figures) -> [f64; 5] {
    [
        figures.requests as f64,
        figures.units.approx(),
        figures.bytes as f64,
        figures.features as f64,
        figures.aborted as f64,
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::tests::{apart, lines, query};
    use super::*;
    use crate::catalogue::{Catalogue, Territory};
    use crate::model::Communes;

    fn part(workbook: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("a zip");
        let mut text = String::new();
        archive
            .by_name(name)
            .expect("the part")
            .read_to_string(&mut text)
            .expect("UTF-8");
        text
    }

    #[test]
    fn a_sheet_has_numbers_a_header_that_stays_and_totals_with_their_results() {
        let catalogue = Catalogue::read(std::path::Path::new("layers")).expect("the catalogue");
        let (territory, communes) = (Territory::default(), Communes::default());
        let names = Names {
            catalogue: &catalogue,
            territory: &territory,
            communes: &communes,
        };
        let workbook = sheet(&lines(), &query(By::Key, None), "Usage", names).expect("written");
        let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<v>12345.01</v>"), "{sheet}");
        assert!(
            sheet.contains("<f>SUM(C5:C6)</f><v>12346.01</v>"),
            "{sheet}"
        );
        assert!(sheet.contains("state=\"frozen\""), "{sheet}");
        let words = part(&workbook, "xl/sharedStrings.xml");
        assert!(
            words.contains("Du 01/01/2026 au 31/12/2026 inclus"),
            "{words}"
        );
        let two = query(By::Month, Some(By::Layer));
        let told = super::sheet(&apart(), &two, "Usage", names).expect("written");
        let told = part(&told, "xl/worksheets/sheet1.xml");
        assert!(told.contains("<f>SUM(D5:D5)</f><v>1</v>"), "{told}");
        // A label that looks like a formula stays a text.
        assert!(words.contains("=SIG, \"mairie\""), "{words}");
        assert!(
            super::sheet(&[], &query(By::Day, None), "Usage", names).is_ok(),
            "an empty one"
        );
    }
}
