//! Communes beside each other: by day, by inhabitant, and the median one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::{Booked, Communes, Figures, Insee, Median, Period};

/// Fewest communes of which a median is told: of two, each would know the other's.
const FEWEST: usize = 3;

/// Everybody's use over a period, day by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The days.
    pub period: Period,
    /// Sums by account.
    pub accounts: BTreeMap<Booked, Figures>,
    /// Units in thousandths, by account and day since the first.
    days: BTreeMap<Booked, Vec<i64>>,
}

impl Matrix {
    /// Gathers sums by day and account, as the store gives them.
    pub fn new(period: Period, sums: &[(String, String, Figures)]) -> Self {
        let length = usize::try_from(period.days()).unwrap_or(0);
        let mut matrix = Self {
            period,
            accounts: BTreeMap::new(),
            days: BTreeMap::new(),
        };
        for (day, account, figures) in sums {
            let (Ok(day), Ok(account)) = (day.parse::<NaiveDate>(), account.parse::<Booked>())
            else {
                continue;
            };
            *matrix.accounts.entry(account.clone()).or_default() += *figures;
            let days = matrix
                .days
                .entry(account)
                .or_insert_with(|| vec![0; length]);
            let place = usize::try_from((day - period.from).num_days());
            if let Some(cell) = place.ok().and_then(|place| days.get_mut(place)) {
                *cell += figures.units.0;
            }
        }
        matrix
    }

    /// An account's units day by day, in thousandths; nothing where it used nothing.
    pub fn days(&self, account: &Booked) -> &[i64] {
        self.days.get(account).map_or(&[], Vec::as_slice)
    }

    /// An account's sums.
    pub fn of(&self, account: &Booked) -> Figures {
        self.accounts.get(account).copied().unwrap_or_default()
    }

    /// What the communes used in the middle of them. `members` are those that belong to the
    /// portal, used or not; communes that used something count as well.
    pub fn median(&self, members: &BTreeSet<Insee>, communes: &Communes) -> Option<Median> {
        let mut all = members.clone();
        all.extend(self.accounts.keys().filter_map(|account| match account {
            Booked::Commune(insee) => Some(insee.clone()),
            _ => None,
        }));
        if all.len() < FEWEST {
            return None;
        }
        let accounts: Vec<Booked> = all.into_iter().map(Booked::Commune).collect();
        let units = accounts.iter().map(|it| self.of(it).units.0 as f64);
        let by_inhabitant = accounts
            .iter()
            .filter_map(|it| by_inhabitant(self.of(it).units.approx(), it, communes));
        let by_inhabitant: Vec<f64> = by_inhabitant.collect();
        let length = usize::try_from(self.period.days()).unwrap_or(0);
        let day = |place: usize| {
            let cells = accounts
                .iter()
                .map(|it| self.days(it).get(place).copied().unwrap_or(0) as f64);
            middle(cells.collect()).unwrap_or(0.0) / 1000.0
        };
        Some(Median {
            communes: accounts.len(),
            units: middle(units.collect())? / 1000.0,
            by_inhabitant: (by_inhabitant.len() >= FEWEST)
                .then(|| middle(by_inhabitant))
                .flatten(),
            days: (0..length).map(day).collect(),
        })
    }
}

/// Units for an inhabitant of the account's commune, whose population must be known.
pub fn by_inhabitant(units: f64, account: &Booked, communes: &Communes) -> Option<f64> {
    let population = communes.get(account.as_str())?.population?;
    (population > 0).then(|| units / population as f64)
}

/// The median; of an even number, halfway between the two in the middle.
fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    Some(if values.len().is_multiple_of(2) {
        (values[half - 1] + upper) / 2.0
    } else {
        upper
    })
}

/// Upper bounds of so many classes of about as many values each; the last holds the largest.
pub fn classes(mut values: Vec<f64>, count: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut bounds: Vec<f64> = (1..=count)
        .filter_map(|class| {
            let last = (values.len() * class).div_ceil(count).checked_sub(1)?;
            values.get(last).copied()
        })
        .collect();
    bounds.dedup();
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Commune, Units};

    fn figures(units: i64) -> Figures {
        Figures {
            requests: 1,
            units: Units(units),
            ..Figures::default()
        }
    }

    fn communes() -> Communes {
        let commune = |insee: &str, population| Commune {
            insee: insee.parse().expect("a code"),
            name: insee.to_owned(),
            population: Some(population),
            outline: String::new(),
            middle: (0.0, 0.0),
            radius: 0.0,
        };
        Communes {
            list: vec![
                commune("44009", 10),
                commune("44018", 20),
                commune("44020", 40),
            ],
            ..Communes::default()
        }
    }

    fn matrix() -> Matrix {
        let period = Period::new(day(1), day(3)).expect("a period");
        let sum =
            |d, account: &str, units| (day(d).to_string(), account.to_owned(), figures(units));
        Matrix::new(
            period,
            &[
                sum(1, "44009", 4000),
                sum(3, "44009", 2000),
                sum(1, "44018", 3000),
                sum(2, "public", 9000),
            ],
        )
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
    }

    #[test]
    fn the_median_counts_members_that_used_nothing() {
        let matrix = matrix();
        let members: BTreeSet<Insee> = ["44009", "44018", "44020"]
            .map(|c| c.parse().expect("a code"))
            .into();
        let median = matrix
            .median(&members, &communes())
            .expect("three communes");
        assert_eq!((median.communes, median.units), (3, 3.0));
        assert_eq!(median.by_inhabitant, Some(0.15));
        assert_eq!(median.days, [3.0, 0.0, 0.0]);
    }

    #[test]
    fn no_median_is_told_of_two_communes() {
        assert_eq!(matrix().median(&BTreeSet::new(), &communes()), None);
    }

    #[test]
    fn days_start_with_the_period() {
        let matrix = matrix();
        let commune: Booked = "44009".parse().expect("a commune");
        assert_eq!(matrix.days(&commune), [4000, 0, 2000]);
        assert_eq!(matrix.of(&commune).units.0, 6000);
        assert_eq!(matrix.days(&Booked::Metropolis), [0; 0]);
    }

    #[test]
    fn classes_hold_about_as_many_values_each() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(classes(values, 5), [2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(classes(vec![1.0, 1.0, 1.0], 5), [1.0]);
        assert_eq!(classes(Vec::new(), 5), [0.0; 0]);
    }
}
