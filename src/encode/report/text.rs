//! Aligned tables for terminals.

use super::{NAMES, cells, total};
use crate::model::{By, Line, UsageQuery};

/// A table with a total, thousands apart, numbers aligned on their right.
pub fn table(lines: &[Line], query: &UsageQuery) -> String {
    let keys = 1 + usize::from(query.split.is_some());
    let mut rows = vec![head(query)];
    rows.extend(lines.iter().map(|line| {
        let names = [Some(&line.key), line.split.as_ref()];
        let label = line.holder.as_ref().map_or("", |holder| &holder.label);
        let names = names.into_iter().flatten().cloned().collect();
        row(names, &cells(&line.figures), label)
    }));
    let mut names = vec!["total".to_owned()];
    names.resize(keys, String::new());
    rows.push(row(names, &cells(&total(lines)), ""));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let numbers = keys..keys + NAMES.len();
    let rule: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
    let mut text = String::new();
    for (place, row) in rows.iter().enumerate() {
        if place == rows.len() - 1 {
            text.push_str(&"-".repeat(rule));
            text.push('\n');
        }
        let cells =
            row.iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| match numbers.contains(&column) {
                    true => format!("{cell:>width$}"),
                    false => format!("{cell:width$}"),
                });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn head(query: &UsageQuery) -> Vec<String> {
    let keys = std::iter::once(query.by).chain(query.split);
    let mut head: Vec<String> = keys.map(|by| by.as_str().to_uppercase()).collect();
    head.extend(NAMES.map(str::to_uppercase));
    if query.by == By::Key {
        head.push("LABEL".to_owned());
    }
    head
}

fn row(mut names: Vec<String>, cells: &[String; 5], label: &str) -> Vec<String> {
    names.extend(cells.iter().map(|cell| apart(cell)));
    names.push(label.to_owned());
    names
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
    use super::super::tests::{lines, query};
    use super::*;

    #[test]
    fn a_table_aligns_its_numbers_and_ends_with_a_total() {
        let lines = lines();
        let text = table(&lines, &query(By::Key, None));
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
