//! Whether the pages of a GeoPackage hold together. A row on a page that was overwritten or never
//! written would be missing, or be there twice, and reading alone does not always notice.

use exchange::{Fault, Format};

use crate::gdal::Source;
use crate::open::damaged;

/// SQLite's own check without the one of indexes (<https://www.sqlite.org/pragma.html>), and the
/// most that it is to say.
const CHECK: &str = "PRAGMA quick_check(20)";

/// What it says that costs no row: values that a table forbids, which our own checks look at; pages
/// that nothing uses; the index of places, which is not read.
const HARMLESS: [&str; 6] = [
    "null value in",
    "check constraint failed",
    "never used",
    "freelist",
    "fragmentation of",
    "rtree",
];

/// Refuses a GeoPackage whose pages are corrupt.
///
/// # Errors
/// SQLite's words.
pub fn check(source: &Source) -> Result<(), Fault> {
    match fault(&source.answers(CHECK)) {
        None => Ok(()),
        Some(words) => Err(damaged(
            Format::GeoPackage,
            format!("corrupt pages: {words}"),
        )),
    }
}

/// The first thing said that costs rows.
fn fault(answers: &[String]) -> Option<&str> {
    let mut lines = answers.iter().flat_map(|answer| answer.lines());
    lines.find(|line| {
        let lower = line.to_lowercase();
        let harmless = HARMLESS.iter().any(|words| lower.contains(words));
        !(line.is_empty() || lower == "ok" || line.starts_with("***") || harmless)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_rows_is_told_from_what_does_not() {
        let said = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            fault(&words).map(str::to_owned)
        };
        assert_eq!(said(&["ok"]), None);
        assert_eq!(
            said(&["NULL value in mairies.nom", "CHECK constraint failed in m"]),
            None
        );
        assert_eq!(
            said(&["*** in database main ***\nPage 7: never used"]),
            None
        );
        let words = "*** in database main ***\nPage 34: btreeInitPage() returns error code 11";
        let expected = "Page 34: btreeInitPage() returns error code 11";
        assert_eq!(
            said(&["NULL value in m.n", words]).as_deref(),
            Some(expected)
        );
    }
}
