//! Months as the law counts them, and working days.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::rules::rules;

/// The day of the same number, `months` later (earlier when negative), or the last of a month
/// that lacks it: 31/01 + 1 is 28/02 (CPC 641).
///
/// Add once: 31/01 + 1 + 1 is not 31/01 + 2. Beyond the calendar's end, the start.
pub fn add_months(start: NaiveDate, months: i32) -> NaiveDate {
    let count = Months::new(months.unsigned_abs());
    if months < 0 {
        start.checked_sub_months(count)
    } else {
        start.checked_add_months(count)
    }
    .unwrap_or(start)
}

/// Easter Sunday (Gauss's rule as Meeus writes it, Gregorian calendar).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(
        year,
        u32::try_from(n / 31).ok()?,
        u32::try_from(n % 31 + 1).ok()?,
    )
}

/// Whether it is neither a Saturday, nor a Sunday, nor a public holiday of the whole country.
pub fn is_working_day(day: NaiveDate) -> bool {
    if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        return false;
    }
    let holidays = &rules().holidays;
    let fixed = day.format("%m-%d").to_string();
    let moving = easter(day.year()).map(|sunday| (day - sunday).num_days());
    !holidays.fixed.contains(&fixed)
        && !moving.is_some_and(|days| holidays.after_easter.contains(&days))
}

/// The day itself when it is a working day, or the next that is.
pub fn next_working_day(day: NaiveDate) -> NaiveDate {
    day.iter_days()
        .find(|day| is_working_day(*day))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn months_are_clamped_to_the_end_of_the_month() {
        for (start, months, end) in [
            ("2027-01-31", 1, "2027-02-28"),
            ("2027-01-31", 2, "2027-03-31"),
            ("2027-12-31", 2, "2028-02-29"),
            ("2026-12-31", 2, "2027-02-28"),
            ("2028-02-29", 12, "2029-02-28"),
            ("2028-02-29", 48, "2032-02-29"),
            ("2026-10-31", 1, "2026-11-30"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2026-04-30", 1, "2026-05-30"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-01-15", -2, "2025-11-15"),
        ] {
            assert_eq!(
                add_months(day(start), months),
                day(end),
                "{start} + {months}"
            );
        }
    }

    #[test]
    fn holidays_move_with_easter() {
        assert_eq!(easter(2026), Some(day("2026-04-05")));
        assert_eq!(easter(2027), Some(day("2027-03-28")));
        assert_eq!(easter(2038), Some(day("2038-04-25")));
        for holiday in [
            "2026-04-06", // lundi de Pâques
            "2026-05-14", // Ascension
            "2026-05-25", // lundi de Pentecôte
            "2026-07-14",
            "2026-11-11",
            "2026-12-25",
            "2027-01-01",
        ] {
            assert!(!is_working_day(day(holiday)), "{holiday}");
        }
        assert!(is_working_day(day("2026-04-03")), "Good Friday");
        // The Saturday before Pentecôte, then its Monday.
        assert_eq!(next_working_day(day("2026-05-23")), day("2026-05-26"));
        assert_eq!(next_working_day(day("2026-11-24")), day("2026-11-24"));
    }
}
