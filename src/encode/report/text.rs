//! Aligned tables for terminals.

use super::{NAMES, cells, total};
use crate::model::{By, Line};

/// A table with a total, thousands apart, numbers aligned on their right.
pub fn table(lines: &[Line], by: By) -> String {
    let holders = by == By::Key;
    let mut rows = vec![head(by, holders)];
    rows.extend(lines.iter().map(|line| {
        let label = line.holder.as_ref().map_or("", |holder| &holder.label);
        row(&line.key, &cells(&line.figures), holders.then_some(label))
    }));
    rows.push(row("total", &cells(&total(lines)), holders.then_some("")));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let rule: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
    let mut text = String::new();
    for (place, row) in rows.iter().enumerate() {
        if place == rows.len() - 1 {
            text.push_str(&"-".repeat(rule));
            text.push('\n');
        }
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if (1..=NAMES.len()).contains(&column) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:width$}")
                }
            });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn head(by: By, holders: bool) -> Vec<String> {
    let mut head = vec![by.as_str().to_uppercase()];
    head.extend(NAMES.map(str::to_uppercase));
    if holders {
        head.push("LABEL".to_owned());
    }
    head
}

fn row(key: &str, cells: &[String; 5], label: Option<&str>) -> Vec<String> {
    let mut row = vec![key.to_owned()];
    row.extend(cells.iter().map(|cell| apart(cell)));
    row.extend(label.map(str::to_owned));
    row
}

/// A decimal number with its thousands apart: `1,234,567.89`.
fn apart(number: &str) -> String {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_table_aligns_its_numbers_and_ends_with_a_total() {
        let lines = lines();
        let text = table(&lines, By::Key);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0].split_whitespace().next(), Some("KEY"));
        assert!(rows[1].contains("  12,345.01  1,234,567  "), "{text}");
        assert!(rows[3].starts_with("-----"), "{text}");
        assert!(
            rows[4].starts_with("total") && rows[4].contains("12,346.01"),
            "{text}"
        );
        let end = |row: &str, word: &str| row.find(word).map(|at| at + word.len());
        assert_eq!(end(rows[1], "9,876"), end(rows[0], "REQUESTS"), "{text}");
        assert_eq!(apart("-1234.5"), "-1,234.5");
    }
}
