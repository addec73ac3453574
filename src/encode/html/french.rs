//! Numbers, dates and words as French readers write them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Between groups of digits: narrow, and never at the end of a line.
const THIN: char = '\u{202f}';

/// Before a unit: never at the end of a line.
pub const FAST: char = '\u{a0}';

/// A count, its digits in groups of three: `60 000`.
pub fn count(number: i64) -> String {
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&number.unsigned_abs().to_string()))
}

/// A count of things: `1 objet`, `24 objets`, `0 objet`.
pub fn counted(number: i64, one: &str, many: &str) -> String {
    let word = if number.abs() < 2 { one } else { many };
    format!("{}{FAST}{word}", count(number))
}

/// An attribute that is a whole number. Four digits without a unit stay together: it may be a
/// year, and French writes `1234` as readily.
pub fn integer(number: i64, unit: Option<&str>) -> String {
    if unit.is_none() && number.unsigned_abs() < 10_000 {
        return number.to_string().replace('-', "−");
    }
    with_unit(count(number), unit)
}

/// An attribute that is a decimal number, with a comma: `1 234,5`.
pub fn real(number: f64, unit: Option<&str>) -> String {
    let text = format!("{}", number.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::from(if number < 0.0 { "−" } else { "" });
    out.push_str(&grouped(whole));
    if !decimals.is_empty() {
        out.push(',');
        out.push_str(decimals);
    }
    with_unit(out, unit)
}

/// A decimal number with so many decimals at most.
pub fn rounded(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}")
        .replace('.', ",")
        .replace('-', "−")
}

/// `24/11/2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// `24/11/2026 à 9 h 28`, as clocks of that zone show.
pub fn instant(instant: DateTime<Utc>, zone: Tz) -> String {
    instant
        .with_timezone(&zone)
        .format("%d/%m/%Y à %-H\u{a0}h\u{a0}%M")
        .to_string()
}

/// `47,2184° N, 1,5536° O`.
pub fn position(lon: f64, lat: f64) -> String {
    let side = |value: f64, plus: &str, minus: &str| {
        let letter = if value < 0.0 { minus } else { plus };
        format!("{}°{FAST}{letter}", rounded(value.abs(), 5))
    };
    format!("{}, {}", side(lat, "N", "S"), side(lon, "E", "O"))
}

fn with_unit(number: String, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{number}{FAST}{unit}"),
        None => number,
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_have_a_comma() {
        assert_eq!(count(60_000), "60\u{202f}000");
        assert_eq!(count(-1_234_567), "−1\u{202f}234\u{202f}567");
        assert_eq!(counted(0, "objet", "objets"), "0\u{a0}objet");
        assert_eq!(counted(24, "objet", "objets"), "24\u{a0}objets");
        assert_eq!(integer(2026, None), "2026");
        assert_eq!(integer(1250, Some("m²")), "1\u{202f}250\u{a0}m²");
        assert_eq!(real(-1234.5, Some("m")), "−1\u{202f}234,5\u{a0}m");
        assert_eq!(real(3.0, None), "3");
    }

    #[test]
    fn dates_and_positions_read_as_in_france() {
        let date = NaiveDate::from_ymd_opt(2026, 1, 31).expect("a date");
        assert_eq!(day(date), "31/01/2026");
        for (at, zone, shown) in [
            (
                "2026-01-31T23:05:00Z",
                Tz::Europe__Paris,
                "01/02/2026 à 0\u{a0}h\u{a0}05",
            ),
            (
                "2026-07-31T07:05:00Z",
                Tz::Europe__Paris,
                "31/07/2026 à 9\u{a0}h\u{a0}05",
            ),
            (
                "2026-07-31T07:05:00Z",
                Tz::Indian__Reunion,
                "31/07/2026 à 11\u{a0}h\u{a0}05",
            ),
        ] {
            assert_eq!(instant(at.parse().expect("an instant"), zone), shown);
        }
        assert_eq!(
            position(-1.5536, 47.2184),
            "47,21840°\u{a0}N, 1,55360°\u{a0}O"
        );
    }
}
