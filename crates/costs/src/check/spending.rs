//! Investments, and contracts that several services share.

use std::collections::BTreeSet;

use super::Report;
use crate::exercise::{ContractKind, Exercise, Mode, Service};
use crate::number::Exact;

/// Checks the investments of a service.
pub(super) fn check(report: &mut Report, table: &str, exercise: &Exercise, service: &Service) {
    let table = format!("{table} › investment");
    for (row, line) in service.investment.iter().enumerate() {
        let years = (line.years, line.since);
        investment(report, (&table, row), exercise, line.mode, years);
    }
}

fn investment(
    report: &mut Report,
    (table, row): (&str, usize),
    exercise: &Exercise,
    mode: Mode,
    (years, since): (Option<u32>, Option<i32>),
) {
    match (mode, years) {
        (Mode::Annuity, None | Some(0)) => {
            report.error(
                table,
                Some(row),
                "years",
                "an annuity is over 1 year or more",
            );
        }
        (Mode::Annuity, Some(years)) => {
            let nth = i64::from(exercise.year) - i64::from(since.unwrap_or(exercise.year));
            if !(0..i64::from(years)).contains(&nth) {
                let message = format!("no annuity of it falls in {}", exercise.year);
                report.warn(table, Some(row), "since", &message);
            }
        }
        (_, Some(_)) => report.error(table, Some(row), "years", "for an annuity only"),
        (_, None) if since.is_some() => {
            report.error(table, Some(row), "since", "for an annuity only");
        }
        (Mode::NetFctva, None) if exercise.fctva_rate.is_none() => {
            let message = "`net_fctva` needs the exercise's `fctva_rate`";
            report.error(table, Some(row), "mode", message);
        }
        (Mode::Full | Mode::NetFctva, None) => {}
    }
}

/// Checks the contracts that services share; studies pay nothing.
pub(super) fn contracts(report: &mut Report, exercise: &Exercise, studies: &[Service]) {
    let ids = |services: &[Service]| -> BTreeSet<String> {
        services.iter().map(|service| service.id.clone()).collect()
    };
    let (services, studies) = (ids(&exercise.services), ids(studies));
    for (row, contract) in exercise.contracts.iter().enumerate() {
        let split = format!("contracts, row {} › split", row + 1);
        for (id, weight) in &contract.split {
            if studies.contains(id) {
                report.error(&split, None, id, "a study pays nothing of a contract");
            } else if !services.contains(id) {
                report.error(&split, None, id, "no service has this id");
            }
            if weight.is_negative() {
                report.error(&split, None, id, "a weight is not negative");
            }
        }
        if contract.split.values().copied().all(Exact::is_zero) {
            report.error("contracts", Some(row), "split", "no service takes a part");
        }
        if contract.kind == ContractKind::Investment {
            let mode = contract.mode.unwrap_or_default();
            let years = (contract.years, contract.since);
            investment(report, ("contracts", row), exercise, mode, years);
        } else if contract.mode.is_some() || contract.years.is_some() || contract.since.is_some() {
            report.error("contracts", Some(row), "mode", "for investment only");
        }
    }
}
