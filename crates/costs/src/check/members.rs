//! Members: their dates, levels and populations.

use std::collections::BTreeSet;

use super::Report;
use crate::days::Year;
use crate::exercise::{Exercise, Insee, KeyKind, Populations, Service};

/// The largest coefficient of a level and the finest: what keeps weights exact in 128 bits.
const LEVEL_BOUND: i128 = 1_000_000;

/// Communes that belong to the service one day of the year at least.
pub(crate) fn present(service: &Service, year: Year) -> BTreeSet<Insee> {
    service
        .members
        .iter()
        .filter(|member| year.days_between(member.from, member.until) > 0)
        .map(|member| member.insee)
        .collect()
}

/// Checks the members of a service. The exercise's communes are in the order of their codes.
pub(super) fn check(
    report: &mut Report,
    table: &str,
    exercise: &Exercise,
    service: &Service,
    year: Year,
) {
    levels(report, table, service);
    let table = format!("{table} › members");
    for (row, member) in service.members.iter().enumerate() {
        let dates = (member.from, member.until);
        report.span((&table, row), ("from", "until"), year, dates);
    }
    let mut rows: Vec<usize> = (0..service.members.len()).collect();
    rows.sort_by_key(|row| service.members[*row].insee);
    overlaps(report, &table, service, year, &rows);
    if by_population(service) {
        populations(report, &table, exercise, service, &rows);
    }
}

fn levels(report: &mut Report, table: &str, service: &Service) {
    let Some(weights) = service.level_weights.as_ref().filter(|map| !map.is_empty()) else {
        return;
    };
    let names = format!("{table} › level_weights");
    for (name, weight) in weights {
        if name.parse::<u8>().is_err() {
            report.error(&names, None, name, "a level is a number such as 1 or 2");
        }
        let (numerator, denominator) = weight.parts();
        if weight.is_negative() || numerator > LEVEL_BOUND || denominator > LEVEL_BOUND {
            let message = "a coefficient between 0 and a million, of six decimals at most";
            report.error(&names, None, name, message);
        }
    }
    let known = |level: u8| weights.keys().any(|name| name.parse() == Ok(level));
    for (row, member) in service.members.iter().enumerate() {
        if let Some(level) = member.level.filter(|level| !known(*level)) {
            let message = format!("level {level} has no coefficient in `level_weights`");
            report.error(&format!("{table} › members"), Some(row), "level", &message);
        }
    }
}

/// A commune may have several periods, which do not overlap. `rows` are in the order of communes.
fn overlaps(report: &mut Report, table: &str, service: &Service, year: Year, rows: &[usize]) {
    let members = &service.members;
    for rows in rows.chunk_by(|a, b| members[*a].insee == members[*b].insee) {
        if rows.len() == 1 {
            continue;
        }
        let mut spans: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                let member = &members[*row];
                Some((year.span(member.from, member.until)?, *row))
            })
            .collect();
        spans.sort_unstable();
        for pair in spans.windows(2) {
            let ((earlier, first), (later, second)) = (pair[0], pair[1]);
            if later.first <= earlier.last {
                let message = format!(
                    "{} is a member twice from {} on: its period of row {} has not ended",
                    members[first].insee,
                    later.first,
                    first.min(second) + 1
                );
                report.error(table, Some(first.max(second)), "from", &message);
            }
        }
    }
}

/// Whether the population weighs in the service's key.
fn by_population(service: &Service) -> bool {
    let parts = service.key.parts.as_deref().unwrap_or_default();
    service.key.kind == KeyKind::Population
        || parts.iter().any(|part| part.kind == KeyKind::Population)
}

fn populations(
    report: &mut Report,
    table: &str,
    exercise: &Exercise,
    service: &Service,
    rows: &[usize],
) {
    let mut populations = Populations::of(&exercise.communes);
    for row in rows {
        let insee = service.members[*row].insee;
        if populations
            .find(insee)
            .is_none_or(|population| population == 0)
        {
            let message = format!("{insee} has no population in `communes`: it weighs nothing");
            report.warn(table, Some(*row), "insee", &message);
        }
    }
}
