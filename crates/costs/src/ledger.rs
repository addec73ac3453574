//! Units that the ledger of use has measured, for keys that ask for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exercise::{Exercise, KeyKind, Service};
use crate::finding::Finding;
use crate::number::Exact;
use crate::read;

/// A year of the ledger, frozen, as `geonantes usage freeze --json` prints it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Ledger {
    /// The calendar year.
    pub year: i32,
    /// Whether the year was still under way.
    pub provisional: bool,
    /// The sum of its measures.
    pub sha256: String,
    /// Units by service, then by commune, `metropolis` or `public`.
    pub services: BTreeMap<String, BTreeMap<String, Exact>>,
}

/// Reads a frozen year, what else its document says left aside.
///
/// # Errors
/// What is wrong, at its line when the text is no JSON, else at its table and cell.
pub fn ledger_from_json(text: &str) -> Result<Ledger, Finding> {
    read::json(text)
}

/// Puts the ledger's units where an exercise leaves those of a `usage` key (or of a mixed key's part)
/// empty: `units = {}`. Units that are written down stay, and
/// studies have none that were measured.
///
/// # Errors
/// A ledger of another year, and each service that asks for units that it does not have.
pub fn measured(mut exercise: Exercise, ledger: &Ledger) -> Result<Exercise, Vec<Finding>> {
    let mut findings = Vec::new();
    if ledger.year != exercise.year {
        let message = format!(
            "the ledger is of {}, the exercise of {}",
            ledger.year, exercise.year
        );
        findings.push(Finding::cell("exercise", "year", &message));
    }
    let created = |service: &&mut Service| service.study.is_none();
    for service in exercise.services.iter_mut().filter(created) {
        let id = service.id.clone();
        for units in asked(service) {
            match ledger.services.get(&id) {
                Some(measured) => units.clone_from(measured),
                None => {
                    let table = format!("services « {id} » › key");
                    let message = "the ledger has no units of this service";
                    findings.push(Finding::cell(&table, "units", message));
                }
            }
        }
    }
    if findings.is_empty() {
        Ok(exercise)
    } else {
        Err(findings)
    }
}

/// The tables of units that a service leaves empty.
fn asked(service: &mut Service) -> impl Iterator<Item = &mut BTreeMap<String, Exact>> {
    let key = &mut service.key;
    let own = key.units.as_mut().filter(|_| key.kind == KeyKind::Usage);
    let parts = key.parts.iter_mut().flatten();
    let parts =
        parts.filter_map(|part| part.units.as_mut().filter(|_| part.kind == KeyKind::Usage));
    own.into_iter()
        .chain(parts)
        .filter(|units| units.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_are_left_empty_are_the_ledgers() {
        let exercise = r#"{"year": 2026, "services": [
            {"id": "sig", "key": {"kind": "usage", "units": {}}},
            {"id": "csu", "key": {"kind": "usage", "units": {"44018": 3}}},
            {"id": "ads", "key": {"kind": "mixed", "parts": [{"kind": "usage", "part": 1, "units": {}}]}}]}"#;
        let exercise = crate::from_json(exercise).expect("an exercise");
        let ledger = |year: i32, service: &str| {
            let text = format!(
                r#"{{"year": {year}, "provisional": false, "at": "2027-01-05T08:00:00Z", "sha256": "00",
                    "services": {{"sig": {{"44018": "12.5"}}, "{service}": {{"public": "7"}}}}}}"#
            );
            ledger_from_json(&text).expect("a ledger")
        };
        let filled = measured(exercise.clone(), &ledger(2026, "ads")).expect("units");
        let units = |at: usize| filled.services[at].key.units.clone().expect("units");
        assert_eq!(units(0)["44018"].to_string(), "12.5");
        assert_eq!(units(1)["44018"].to_string(), "3");
        let part = &filled.services[2].key.parts.as_ref().expect("parts")[0];
        assert_eq!(
            part.units.as_ref().expect("units")["public"].to_string(),
            "7"
        );
        let told = measured(exercise, &ledger(2025, "csu")).expect_err("another year");
        let told: Vec<String> = told.iter().map(Finding::to_string).collect();
        assert_eq!(
            told,
            [
                "exercise, cell `year`: the ledger is of 2025, the exercise of 2026",
                "services « ads » › key, cell `units`: the ledger has no units of this service",
            ]
        );
    }
}
