//! Days of a year: dates are inclusive, and parts of a year are days over the days of that year.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

/// A calendar year, the *exercice*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Year {
    number: i32,
    whole: Span,
}

impl Year {
    /// The year of that number, between 1900 and 2999.
    pub fn new(number: i32) -> Option<Self> {
        let whole = Span {
            first: NaiveDate::from_ymd_opt(number, 1, 1)?,
            last: NaiveDate::from_ymd_opt(number, 12, 31)?,
        };
        (1900..=2999)
            .contains(&number)
            .then_some(Self { number, whole })
    }

    /// The year's number.
    pub fn number(self) -> i32 {
        self.number
    }

    /// Its days, 365 or 366.
    pub fn days(self) -> u32 {
        self.whole.days()
    }

    /// The span between two dates that may be absent: absent ones mean the year's ends. It may
    /// reach outside the year; `None` when it ends before it begins.
    pub fn span(self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<Span> {
        let first = from.unwrap_or(self.whole.first);
        let last = until.unwrap_or(self.whole.last);
        (first <= last).then_some(Span { first, last })
    }

    /// Days of the year between two dates that may be absent.
    pub fn days_between(self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> u32 {
        self.within(from, until).map_or(0, Span::days)
    }

    /// The part of the year between two dates that may be absent.
    pub fn within(self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<Span> {
        self.span(from, until)?.meet(self.whole)
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

impl Serialize for Year {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i32(self.number)
    }
}

/// Days from a first to a last one, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, not before the first.
    pub last: NaiveDate,
}

impl Span {
    /// How many days.
    pub fn days(self) -> u32 {
        u32::try_from(self.last.num_days_from_ce() - self.first.num_days_from_ce() + 1)
            .expect("the last day is not before the first")
    }

    /// The days in both.
    pub fn meet(self, other: Self) -> Option<Self> {
        let first = self.first.max(other.first);
        let last = self.last.min(other.last);
        (first <= last).then_some(Self { first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().expect("a date"))
    }

    #[test]
    fn dates_are_inclusive_and_absent_ones_are_the_years_ends() {
        let year = Year::new(2026).expect("a year");
        let leap = Year::new(2024).expect("a year");
        assert_eq!((year.days(), leap.days()), (365, 366));
        assert_eq!(year.days_between(day("2026-12-31"), None), 1);
        assert_eq!(year.days_between(None, day("2026-01-31")), 31);
        assert_eq!(year.days_between(day("2025-06-01"), day("2027-01-01")), 365);
        assert_eq!(year.days_between(day("2027-01-01"), day("2027-02-01")), 0);
        assert_eq!(year.days_between(day("2026-02-02"), day("2026-02-01")), 0);
    }
}
