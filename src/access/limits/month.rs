//! Units of the calendar month, for keys that have a quota.
//!
//! What a key used is the larger of two numbers: what the ledger knows, which every instance
//! shipped to, and what this instance counted on top of what it last learnt. Neither exceeds the
//! truth, so that a quota never refuses what is due; other instances' use is seen as soon as they
//! have shipped it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Datelike as _, Months as CalendarMonths, NaiveDate, Utc};

use crate::catalogue::Territory;

/// Share of a quota, in hundredths, from which its holder is warned.
const WARNING: i64 = 80;

/// What a key has left of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Whole units left.
    pub left: i64,
    /// Hundredths of the quota that are used.
    pub used_percent: i64,
    /// Seconds until the next month.
    pub ends_in_s: u32,
}

impl Month {
    /// Whether its holder should be warned.
    pub fn is_short(&self) -> bool {
        self.used_percent >= WARNING
    }
}

/// What keys used of the month that it is.
#[derive(Debug)]
pub struct Months {
    territory: Territory,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    begins: NaiveDate,
    ends: DateTime<Utc>,
    keys: HashMap<i32, Spent>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Spent {
    thousandths: i64,
    warned: bool,
}

impl Months {
    /// Nothing used yet; months are those of the territory.
    pub fn new(territory: Territory) -> Self {
        Self {
            territory,
            state: Mutex::default(),
        }
    }

    /// The first day of the month that it is.
    pub fn begins(&self, now: DateTime<Utc>) -> NaiveDate {
        let day = self.territory.day(now);
        day.with_day(1).unwrap_or(day)
    }

    /// What a key has left, and a line in the log the first time that it runs short.
    pub fn of(&self, key: i32, quota: i64, now: DateTime<Utc>) -> Month {
        self.with(now, |state| {
            let spent = state.keys.entry(key).or_default();
            let left = (quota * 1000 - spent.thousandths).max(0) / 1000;
            let month = Month {
                left,
                used_percent: (spent.thousandths / 10) / quota.max(1),
                ends_in_s: u32::try_from((state.ends - now).num_seconds().max(1)).unwrap_or(1),
            };
            if month.is_short() && !spent.warned {
                spent.warned = true;
                let percent = month.used_percent;
                tracing::warn!(key, quota, percent, "a key runs short of its month's units");
            }
            month
        })
    }

    /// A key used so many thousandths of a unit more. Keys without a quota are not followed.
    pub fn used(&self, key: i32, thousandths: u32, now: DateTime<Utc>) {
        self.with(now, |state| {
            if let Some(spent) = state.keys.get_mut(&key) {
                spent.thousandths += i64::from(thousandths);
            }
        });
    }

    /// What the ledger knows that keys used since the month's first day, as it was read from the
    /// ledger for that month.
    pub fn learn(&self, month: NaiveDate, ledger: &[(i32, i64)], now: DateTime<Utc>) {
        self.with(now, |state| {
            if state.begins != month {
                return;
            }
            for (key, thousandths) in ledger {
                let spent = state.keys.entry(*key).or_default();
                spent.thousandths = spent.thousandths.max(*thousandths);
            }
        });
    }

    /// The state of the month that it is: another one begins with nothing used.
    fn with<T>(&self, now: DateTime<Utc>, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= state.ends {
            let begins = self.begins(now);
            let next = begins + CalendarMonths::new(1);
            *state = State {
                begins,
                ends: self.territory.begins(next),
                keys: HashMap::new(),
            };
        }
        act(&mut state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn left(months: &Months, when: &str) -> i64 {
        months.of(1, 10, at(when)).left
    }

    #[test]
    fn what_this_instance_counted_and_what_the_ledger_knows_are_not_added_up() {
        let months = Months::new(Territory::default());
        let noon = "2026-06-15T12:00:00Z";
        let june: NaiveDate = "2026-06-01".parse().expect("a day");
        assert_eq!(left(&months, noon), 10);
        months.used(1, 3_500, at(noon));
        assert_eq!(left(&months, noon), 6);
        // The same, shipped; then another instance's.
        months.learn(june, &[(1, 3_500)], at(noon));
        assert_eq!(left(&months, noon), 6);
        months.learn(june, &[(1, 7_900)], at(noon));
        assert_eq!(left(&months, noon), 2);
        assert!(!months.of(1, 10, at(noon)).is_short());
        months.used(1, 100, at(noon));
        assert!(months.of(1, 10, at(noon)).is_short());
        months.used(1, 50_000, at(noon));
        assert_eq!(left(&months, noon), 0);
        assert_eq!(months.of(2, 10, at(noon)).left, 10, "another key");
    }

    #[test]
    fn a_month_begins_with_nothing_used_when_it_begins_in_the_territory() {
        let months = Months::new(Territory::default());
        let last = "2026-06-30T21:59:59Z";
        assert_eq!(left(&months, last), 10);
        months.used(1, 10_000, at(last));
        assert_eq!(months.of(1, 10, at(last)).ends_in_s, 1);
        assert_eq!(left(&months, last), 0);
        let first = "2026-06-30T22:00:00Z";
        assert_eq!(left(&months, first), 10);
        // What was read for June just before says nothing of July.
        let june = "2026-06-01".parse().expect("a day");
        months.learn(june, &[(1, 10_000)], at(first));
        assert_eq!(left(&months, first), 10);
    }

    #[test]
    fn keys_without_a_quota_are_not_followed() {
        let months = Months::new(Territory::default());
        let noon = at("2026-06-15T12:00:00Z");
        months.used(5, 1_000, noon);
        let followed = months.with(noon, |state| state.keys.len());
        assert_eq!(followed, 0);
    }
}
