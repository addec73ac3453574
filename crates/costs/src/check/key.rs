//! Keys: the tables that each needs, and no other.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::members::present;
use crate::days::Year;
use crate::exercise::{Insee, Key, KeyKind, Part, PriceLine, Service};
use crate::number::Exact;

/// Checks the key of a service.
pub(super) fn check(report: &mut Report, table: &str, service: &Service, year: Year) {
    let key = &service.key;
    let table = format!("{table} › key");
    stray(report, &table, key);
    match key.kind {
        KeyKind::Population | KeyKind::Equal | KeyKind::Free => {}
        KeyKind::Usage => match &key.units {
            Some(units) => report.figures(&format!("{table} › units"), units),
            None => report.error(&table, None, "units", "the key `usage` needs `units`"),
        },
        KeyKind::Fixed => match &key.amounts {
            Some(amounts) => {
                let members = present(service, year);
                strangers(report, &format!("{table} › amounts"), amounts, &members);
            }
            None => report.error(&table, None, "amounts", "the key `fixed` needs `amounts`"),
        },
        KeyKind::Tariff => match &key.lines {
            Some(lines) => prices(report, &table, lines, &present(service, year)),
            None => report.error(&table, None, "lines", "the key `tariff` needs `lines`"),
        },
        KeyKind::Mixed => match &key.parts {
            Some(list) => parts(report, &table, list),
            None => report.error(&table, None, "parts", "the key `mixed` needs `parts`"),
        },
    }
}

/// Tables that stand beside a key of another kind.
fn stray(report: &mut Report, table: &str, key: &Key) {
    let tables = [
        ("units", key.units.is_some(), KeyKind::Usage),
        ("amounts", key.amounts.is_some(), KeyKind::Fixed),
        ("lines", key.lines.is_some(), KeyKind::Tariff),
        ("parts", key.parts.is_some(), KeyKind::Mixed),
    ];
    for (name, stands, kind) in tables {
        if stands && key.kind != kind {
            let message = format!("for the key `{}`, not `{}`", kind.name(), key.kind.name());
            report.error(table, None, name, &message);
        }
    }
}

fn prices(report: &mut Report, table: &str, lines: &[PriceLine], members: &BTreeSet<Insee>) {
    for (row, line) in lines.iter().enumerate() {
        let quantities = format!("{table} › lines, row {} › quantities", row + 1);
        report.figures(&quantities, &line.quantities);
        strangers(report, &quantities, &line.quantities, members);
    }
}

/// Amounts written down and tariffs bill members only.
fn strangers(
    report: &mut Report,
    table: &str,
    figures: &BTreeMap<String, Exact>,
    members: &BTreeSet<Insee>,
) {
    for (name, figure) in figures {
        let member = name.parse().is_ok_and(|insee| members.contains(&insee));
        if !member && !figure.is_zero() {
            report.warn(table, None, name, "not a member in the year: not billed");
        }
    }
}

fn parts(report: &mut Report, table: &str, parts: &[Part]) {
    let rows = format!("{table} › parts");
    for (row, part) in parts.iter().enumerate() {
        if part.part.is_negative() {
            report.error(&rows, Some(row), "part", "a part is not negative");
        }
        match (part.kind, &part.units) {
            (KeyKind::Usage, None) => {
                report.error(&rows, Some(row), "units", "a part by `usage` needs `units`");
            }
            (KeyKind::Usage, Some(units)) => {
                report.figures(&format!("{rows}, row {} › units", row + 1), units);
            }
            (KeyKind::Population | KeyKind::Equal, None) => {}
            (KeyKind::Population | KeyKind::Equal, Some(_)) => {
                report.error(&rows, Some(row), "units", "for a part by `usage`");
            }
            _ => report.error(
                &rows,
                Some(row),
                "kind",
                "a mixed key is made of `population`, `equal` and `usage`",
            ),
        }
    }
    let sum: num_rational::BigRational = parts.iter().map(|part| part.part.big()).sum();
    if sum != Exact::ONE.big() {
        let message = "the parts do not add up to 1 exactly (thirds are written \"1/3\")";
        report.error(table, None, "parts", message);
    }
}
