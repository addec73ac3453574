//! How much a day is worked in a French commune: week-ends, holidays, summers.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// How busy a day is, an ordinary Tuesday being 1.1.
pub fn busy(day: NaiveDate) -> f64 {
    let weekday = match day.weekday() {
        Weekday::Mon => 0.95,
        Weekday::Tue | Weekday::Thu => 1.1,
        // Many work no Wednesday or no Friday.
        Weekday::Wed => 0.9,
        Weekday::Fri => 0.8,
        Weekday::Sat => 0.06,
        Weekday::Sun => 0.03,
    };
    if is_holiday(day) {
        return 0.03;
    }
    weekday * season(day) * if is_bridge(day) { 0.35 } else { 1.0 }
}

/// How much leisure there is to look at a map: evenings and week-ends as well.
pub fn leisure(day: NaiveDate) -> f64 {
    let free = is_holiday(day) || matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let summer = matches!(day.month(), 7 | 8);
    match (free, summer) {
        (true, _) => 0.75,
        (false, true) => 0.7,
        (false, false) => 1.0,
    }
}

/// Summer and the end of the year are quiet.
fn season(day: NaiveDate) -> f64 {
    match (day.month(), day.day()) {
        (7, ..15) => 0.85,
        (7, _) => 0.6,
        (8, ..21) => 0.4,
        (8, _) => 0.65,
        (12, 23..) | (1, ..3) => 0.3,
        (2, 10..25) | (4, 12..27) | (10, 19..) => 0.8,
        (6 | 9 | 11, _) => 1.1,
        _ => 1.0,
    }
}

/// A working day between a holiday and a week-end.
fn is_bridge(day: NaiveDate) -> bool {
    let near = |days: i64| {
        day.checked_add_signed(chrono::TimeDelta::days(days))
            .is_some_and(is_holiday)
    };
    match day.weekday() {
        Weekday::Fri => near(-1),
        Weekday::Mon => near(1),
        _ => false,
    }
}

/// The public holidays of France (Code du travail, L3133-1).
fn is_holiday(day: NaiveDate) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1, 1) | (5, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 1) | (11, 11) | (12, 25)
    );
    let easter = easter(day.year());
    // Easter Monday, Ascension, Whit Monday.
    fixed
        || [1, 39, 50]
            .into_iter()
            .any(|after| easter.checked_add_days(Days::new(after)) == Some(day))
}

/// Easter Sunday of a Gregorian year (Butcher's algorithm).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, month as u32, day as u32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn movable_holidays_fall_where_they_fell() {
        for (year, wanted) in [
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
        ] {
            assert_eq!(easter(year), day(wanted));
        }
        for holiday in [
            "2026-04-06",
            "2026-05-14",
            "2026-05-25",
            "2026-07-14",
            "2025-11-11",
        ] {
            assert!(is_holiday(day(holiday)), "{holiday}");
        }
        assert!(!is_holiday(day("2026-04-05")), "a Sunday like others");
    }

    #[test]
    fn people_work_on_working_days() {
        let (tuesday, sunday) = (busy(day("2026-06-09")), busy(day("2026-06-07")));
        assert!(tuesday > 20.0 * sunday);
        assert!(
            busy(day("2026-05-15")) < 0.5 * busy(day("2026-06-05")),
            "the Ascension's bridge"
        );
        assert!(busy(day("2026-08-11")) < 0.5 * tuesday);
        assert!(leisure(day("2026-06-07")) > 0.5);
    }
}
