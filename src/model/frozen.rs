//! What was measured in a year, once and for all: what the cost model's usage key weighs by.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::Units;

/// The use of a service commun that one account is answerable for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Measured {
    /// The service commun.
    pub service: String,
    /// An INSEE code, `metropolis` or `public`.
    pub account: String,
    /// The units.
    pub units: Units,
    /// The responses that they were counted from.
    pub requests: i64,
}

/// A year's measures, as they were frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The calendar year.
    pub year: i32,
    /// Whether the year was still under way.
    pub provisional: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub author: String,
    /// The sum of [`Frozen::canonical`], as it was written then.
    pub sha256: String,
    /// The measures, by service, then by account, in the order of their bytes.
    pub measured: Vec<Measured>,
}

impl Frozen {
    /// Whether the measures are still those that the sum was made of.
    pub fn is_intact(&self) -> bool {
        self.sha256 == Self::digest(self.year, self.provisional, &self.measured)
    }

    /// The canonical text of a year's measures: a line that says the year and whether it is
    /// `final` or `provisional`, then one a measure (service, account, units, responses), tabs
    /// between, a line feed after each, in the order of the bytes of service and account.
    pub fn canonical(year: i32, provisional: bool, measured: &[Measured]) -> String {
        let state = if provisional { "provisional" } else { "final" };
        let mut ordered: Vec<&Measured> = measured.iter().collect();
        ordered.sort();
        ordered
            .into_iter()
            .fold(format!("usage\t{year}\t{state}\n"), |mut text, it| {
                let (service, account) = (&it.service, &it.account);
                // Writing into a text does not fail.
                let _ = writeln!(text, "{service}\t{account}\t{}\t{}", it.units, it.requests);
                text
            })
    }

    /// SHA-256 of [`Frozen::canonical`], in hexadecimal.
    pub fn digest(year: i32, provisional: bool, measured: &[Measured]) -> String {
        let sum = Sha256::digest(Self::canonical(year, provisional, measured));
        sum.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(service: &str, account: &str, units: i64) -> Measured {
        Measured {
            service: service.to_owned(),
            account: account.to_owned(),
            units: Units(units),
            requests: 3,
        }
    }

    #[test]
    fn the_sum_depends_on_every_measure_and_not_on_their_order() {
        let list = [
            measured("sig", "public", 12_340),
            measured("sig", "44009", 1_000),
        ];
        assert_eq!(
            Frozen::canonical(2025, false, &list),
            "usage\t2025\tfinal\nsig\t44009\t1\t3\nsig\tpublic\t12.34\t3\n"
        );
        let turned = [list[1].clone(), list[0].clone()];
        assert_eq!(
            Frozen::digest(2025, false, &list),
            Frozen::digest(2025, false, &turned)
        );
        assert_ne!(
            Frozen::digest(2025, false, &list),
            Frozen::digest(2025, true, &list)
        );
        assert_ne!(
            Frozen::digest(2025, false, &list),
            Frozen::digest(2025, false, &list[..1])
        );
    }
}
