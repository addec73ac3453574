//! Rule 9: what is called in during the year, and what the next year puts right.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compute::Outcome;
use crate::exercise::Insee;
use crate::number::Cents;

/// The instalments of a share: equal ones rounded down to the cent, the last takes the remainder.
pub fn instalments(share: Cents, count: u32) -> Vec<Cents> {
    (0..count).map(|nth| share.equal_part(nth, count)).collect()
}

/// A title that was issued, or taken off the *attribution de compensation*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The service's id.
    pub service: String,
    /// The commune.
    pub insee: Insee,
    /// What was called in.
    pub cents: Cents,
}

/// What a commune still owes for a service, or is owed when negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Regularisation {
    /// The service's id.
    pub service: String,
    /// The commune.
    pub insee: Insee,
    /// Its share of the final exercise.
    pub due: Cents,
    /// The titles issued to it.
    pub issued: Cents,
    /// `due` − `issued`.
    pub cents: Cents,
}

/// The regularisation of a final exercise: its shares less the titles issued, for each service and
/// commune that has either, in the order of ids and codes.
pub fn regularisation(closed: &Outcome, issued: &[Issued]) -> Vec<Regularisation> {
    let mut both: BTreeMap<(&str, Insee), (Cents, Cents)> = BTreeMap::new();
    for service in &closed.services {
        for share in &service.shares {
            let row = both.entry((&service.id, share.insee)).or_default();
            row.0 += share.by_nature.total();
        }
    }
    for title in issued {
        let row = both.entry((&title.service, title.insee)).or_default();
        row.1 += title.cents;
    }
    both.into_iter()
        .map(|((service, insee), (due, issued))| Regularisation {
            service: service.to_owned(),
            insee,
            due,
            issued,
            cents: due - issued,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_instalment_takes_the_remainder() {
        let cents = |share, count| -> Vec<i64> {
            let parts = instalments(Cents(share), count);
            parts.iter().map(|part| part.0).collect()
        };
        assert_eq!(cents(10_001, 4), [2500, 2500, 2500, 2501]);
        assert_eq!(cents(2, 3), [0, 0, 2]);
        assert_eq!(cents(7, 1), [7]);
    }

    #[test]
    fn the_regularisation_is_the_final_share_less_the_titles() {
        let exercise = r#"{"year": 2026, "communes": [{"insee": "44018", "population": 1}],
            "services": [{"id": "sig", "operating": ["10"], "members": [{"insee": "44018"}]}]}"#;
        let read = crate::from_json(exercise).expect("an exercise");
        let (checked, _) = crate::check(read).expect("a good one");
        let (outcome, _) = crate::compute(&checked).expect("an outcome");
        let title = |service: &str, insee: &str, cents| Issued {
            service: service.to_owned(),
            insee: insee.parse().expect("a code"),
            cents: Cents(cents),
        };
        let issued = [
            title("sig", "44018", 550),
            title("sig", "44018", 550),
            // A commune that the final exercise does not know gets back what it paid.
            title("sig", "44020", 30),
        ];
        let told: Vec<_> = regularisation(&outcome, &issued)
            .into_iter()
            .map(|row| (row.insee.to_string(), row.due.0, row.issued.0, row.cents.0))
            .collect();
        assert_eq!(
            told,
            [
                ("44018".to_owned(), 1000, 1100, -100),
                ("44020".to_owned(), 0, 30, -30)
            ]
        );
    }
}
