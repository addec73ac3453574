//! Freezing a year's measured use, and comparing what arrived since.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use thiserror::Error;

use crate::catalogue::Territory;
use crate::model::{Frozen, Measured, Period, Units};
use crate::store::{Freeze, Freezing, Outstanding, Store, StoreError};

/// Why a year is not frozen.
#[derive(Debug, Error)]
pub enum FreezeError {
    /// The calendar has no such year.
    #[error("{0} is no year that a ledger could hold")]
    NoYear(i32),
    /// It is not over.
    #[error(
        "{year} is not over: its use goes on being counted; --provisional measures it as it stands"
    )]
    NotOver {
        /// The year.
        year: i32,
    },
    /// Instances still hold some of it.
    #[error("{}", refusal(.0))]
    Outstanding(Vec<Outstanding>),
    /// Nothing to compare with.
    #[error("{0} was never frozen: « geonantes usage freeze --year {0} » does it")]
    NeverFrozen(i32),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn refusal(left: &[Outstanding]) -> String {
    let list = left.iter().map(|segment| {
        let opened = segment.opened.format("%Y-%m-%d %H:%M UTC");
        let (id, instance) = (&segment.id, &segment.instance);
        format!("\n  {id}, opened {opened} by instance {instance}")
    });
    format!(
        "{} journal segment(s) of that year are not shipped to their end: start their instances, \
         or ship their folders (« geonantes usage journal ship »), then freeze again{}",
        left.len(),
        list.collect::<String>()
    )
}

/// What arrived for one account of a service commun after the freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The service commun.
    pub service: String,
    /// The account.
    pub account: String,
    /// Units when the year was frozen.
    pub frozen: Units,
    /// Units now.
    pub now: Units,
}

/// A frozen year beside what the ledger holds now.
#[derive(Debug)]
pub struct Check {
    /// As it was frozen.
    pub frozen: Frozen,
    /// Whether its measures are still those that its sum was made of.
    pub intact: bool,
    /// What differs: for the regularisation of the following year.
    pub differences: Vec<Difference>,
}

/// The service commun whose adhesions open the portal.
fn portal(territory: &Territory) -> Option<&str> {
    territory
        .portal_service()
        .map(|service| service.id.as_str())
}

fn days(year: i32) -> Result<Period, FreezeError> {
    Period::year(year)
        .filter(|_| (2000..10_000).contains(&year))
        .ok_or(FreezeError::NoYear(year))
}

/// Freezes a year, as `author`, at `now`. The measures that were frozen before come back as they
/// were, with `false`.
///
/// # Errors
/// When the year is not over (unless the measures are to be provisional), or when an instance
/// still holds some of it.
pub async fn freeze(
    store: &Store,
    territory: &Territory,
    year: i32,
    provisional: bool,
    author: &str,
    now: DateTime<Utc>,
) -> Result<(Frozen, bool), FreezeError> {
    let period = days(year)?;
    let end = territory.begins(period.to + Days::new(1));
    let over = now >= end;
    if !over && !provisional {
        return Err(FreezeError::NotOver { year });
    }
    let asked = Freezing {
        year,
        period,
        end,
        portal: portal(territory),
        provisional,
        author,
        at: now,
    };
    match store.freeze(&asked).await? {
        Freeze::Done(frozen) => Ok((frozen, true)),
        Freeze::Already(frozen) => Ok((frozen, false)),
        Freeze::Outstanding(left) => Err(FreezeError::Outstanding(left)),
    }
}

/// Compares a frozen year with what the ledger holds now.
///
/// # Errors
/// When the year was never frozen.
pub async fn check(store: &Store, territory: &Territory, year: i32) -> Result<Check, FreezeError> {
    let period = days(year)?;
    let frozen = store.frozen(year).await?;
    let frozen = frozen.ok_or(FreezeError::NeverFrozen(year))?;
    let now = store.measure(period, portal(territory)).await?;
    Ok(Check {
        intact: frozen.is_intact(),
        differences: differences(&frozen.measured, &now),
        frozen,
    })
}

fn differences(frozen: &[Measured], now: &[Measured]) -> Vec<Difference> {
    let mut pairs: BTreeMap<(&str, &str), (Units, Units)> = BTreeMap::new();
    for it in frozen {
        pairs.entry((&it.service, &it.account)).or_default().0 = it.units;
    }
    for it in now {
        pairs.entry((&it.service, &it.account)).or_default().1 = it.units;
    }
    pairs
        .into_iter()
        .filter(|(_, (frozen, now))| frozen != now)
        .map(|((service, account), (frozen, now))| Difference {
            service: service.to_owned(),
            account: account.to_owned(),
            frozen,
            now,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(account: &str, units: i64) -> Measured {
        Measured {
            service: "sig".to_owned(),
            account: account.to_owned(),
            units: Units(units),
            requests: 1,
        }
    }

    #[test]
    fn what_came_late_what_went_and_what_is_new_differ() {
        let frozen = [
            measured("44009", 5),
            measured("44018", 7),
            measured("public", 1),
        ];
        let now = [
            measured("44009", 6),
            measured("44020", 2),
            measured("public", 1),
        ];
        let found: Vec<_> = differences(&frozen, &now)
            .into_iter()
            .map(|it| (it.account, it.frozen.0, it.now.0))
            .collect();
        assert_eq!(
            found,
            [
                ("44009".into(), 5, 6),
                ("44018".into(), 7, 0),
                ("44020".into(), 0, 2)
            ]
        );
    }
}
