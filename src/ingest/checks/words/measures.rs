//! Lengths and areas in French.

use crate::encode::html::french::{FAST, count, rounded};

/// `3,2 m`, with the decimals that a length of this order deserves.
pub(super) fn metres(length: Option<f64>) -> String {
    let length = length.unwrap_or_default();
    let decimals = match length {
        l if l < 0.1 => 3,
        l if l < 10.0 => 2,
        l if l < 100.0 => 1,
        _ => 0,
    };
    format!("{}{FAST}m", trimmed(length, decimals))
}

/// `1 234 m²`, with the decimals that an area of this order deserves.
pub(super) fn square_metres(area: Option<f64>) -> String {
    let area = area.unwrap_or_default();
    let decimals = match area {
        a if a < 0.1 => 3,
        a if a < 100.0 => 1,
        _ => 0,
    };
    format!("{}{FAST}m²", trimmed(area, decimals))
}

fn trimmed(number: f64, decimals: usize) -> String {
    let text = rounded(number, decimals);
    let (whole, rest) = text.split_once(',').unwrap_or((&text, ""));
    let whole = whole.parse().map_or(whole.to_owned(), count);
    match rest.trim_end_matches('0') {
        "" => whole,
        rest => format!("{whole},{rest}"),
    }
}
