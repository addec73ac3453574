//! What an exercise must be before anything is computed, and what is odd in it.

mod agents;
mod key;
mod members;
mod spending;
mod study;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::days::Year;
use crate::exercise::{Commune, Exercise, Service};
use crate::finding::Finding;
use crate::number::Exact;

pub(crate) use members::present;

/// An exercise that has been checked: what is computed is computed from one of these.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    exercise: Exercise,
    studies: Vec<Service>,
    year: Year,
}

impl Checked {
    /// The exercise, its communes in the order of their codes, its services those that are created.
    pub fn exercise(&self) -> &Exercise {
        &self.exercise
    }

    /// The services that are studied, in the order of the exercise: simulated, never billed.
    pub fn studies(&self) -> &[Service] {
        &self.studies
    }

    /// The study of an id.
    pub fn study(&self, id: &str) -> Option<&Service> {
        self.studies.iter().find(|study| study.id == id)
    }

    /// Its year.
    pub fn year(&self) -> Year {
        self.year
    }

    /// The service of an id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.exercise
            .services
            .iter()
            .find(|service| service.id == id)
    }
}

/// Years after which population figures are told to be stale.
const STALE_YEARS: i32 = 3;
/// The most inhabitants that a commune may have.
const MOST_INHABITANTS: u64 = 1_000_000_000_000;

/// Checks an exercise.
///
/// # Errors
/// Every error, in the order of the file; the warnings come with a good exercise.
pub fn check(mut exercise: Exercise) -> Result<(Checked, Vec<Finding>), Vec<Finding>> {
    let mut report = Report::default();
    let Some(year) = Year::new(exercise.year) else {
        report.error("exercise", None, "year", "a year between 1900 and 2999");
        return Err(report.errors);
    };
    top(&mut report, &exercise);
    communes(&mut report, &exercise.communes);
    exercise.communes.sort_by_key(|commune| commune.insee);
    let mut ids = BTreeSet::new();
    for (at, service) in exercise.services.iter().enumerate() {
        if service.id.is_empty() || !ids.insert(service.id.as_str()) {
            let message = format!("« {} »: each service has an id of its own", service.id);
            report.error("services", Some(at), "id", &message);
        }
        one_service(&mut report, &exercise, service, year);
    }
    // From here on a study is none of the exercise's services: nothing that bills can meet it.
    let (studies, services) = std::mem::take(&mut exercise.services)
        .into_iter()
        .partition(|service| service.study.is_some());
    exercise.services = services;
    spending::contracts(&mut report, &exercise, &studies);
    agents::working_time(&mut report, &exercise, year);
    if report.errors.is_empty() {
        let checked = Checked {
            exercise,
            studies,
            year,
        };
        Ok((checked, report.warnings))
    } else {
        Err(report.errors)
    }
}

fn top(report: &mut Report, exercise: &Exercise) {
    report.rate("exercise", "fctva_rate", exercise.fctva_rate);
    if exercise.instalments.is_some_and(|n| n == 0) {
        report.error("exercise", None, "instalments", "one at least");
    }
    match &exercise.population {
        None => report.warn(
            "exercise",
            None,
            "population",
            "the population base, its vintage and its source are not stated",
        ),
        Some(base) if exercise.year - base.vintage > STALE_YEARS => {
            let message = format!(
                "figures of {} are more than {STALE_YEARS} years old in {}",
                base.vintage, exercise.year
            );
            report.warn("population", None, "vintage", &message);
        }
        Some(base) if base.vintage > exercise.year => {
            let message = format!(
                "figures of {} are not out in {}",
                base.vintage, exercise.year
            );
            report.warn("population", None, "vintage", &message);
        }
        Some(_) => {}
    }
}

fn communes(report: &mut Report, communes: &[Commune]) {
    let mut seen = BTreeSet::new();
    for (at, commune) in communes.iter().enumerate() {
        if !seen.insert(commune.insee) {
            let message = format!("{} comes twice", commune.insee);
            report.error("communes", Some(at), "insee", &message);
        }
        if commune.population.is_some_and(|n| n > MOST_INHABITANTS) {
            report.error("communes", Some(at), "population", "more than a trillion");
        }
    }
}

fn one_service(report: &mut Report, exercise: &Exercise, service: &Service, year: Year) {
    let table = format!("services « {} »", service.id);
    if service.overhead_rate.is_some_and(Exact::is_negative) {
        report.error(&table, None, "overhead_rate", "a rate is not negative");
    }
    if service.overhead_rate.is_some_and(|rate| rate > Exact::ONE) {
        let message = "structural charges above the payroll itself: 9.5 % is written 0.095";
        report.warn(&table, None, "overhead_rate", message);
    }
    report.rate(&table, "own_use_rate", service.own_use_rate);
    if let Some(metropolitan) = &service.metropolitan {
        let table = format!("{table} › metropolitan");
        report.rate(&table, "rate", Some(metropolitan.rate));
    }
    members::check(report, &table, exercise, service, year);
    agents::check(report, &table, service, year);
    spending::check(report, &table, exercise, service);
    key::check(report, &table, service, year);
    if let Some(steps) = &service.study {
        study::check(report, &table, steps);
    }
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Report {
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Report {
    /// Notes an error. `row` counts from 0.
    fn error(&mut self, table: &str, row: Option<usize>, cell: &str, message: &str) {
        self.errors.push(finding(table, row, cell, message));
    }

    /// Notes something odd. `row` counts from 0.
    fn warn(&mut self, table: &str, row: Option<usize>, cell: &str, message: &str) {
        self.warnings.push(finding(table, row, cell, message));
    }

    /// A rate of the whole lies between 0 and 1.
    fn rate(&mut self, table: &str, cell: &str, rate: Option<Exact>) {
        if rate.is_some_and(|rate| rate.is_negative() || rate > Exact::ONE) {
            let message = "a rate between 0 and 1, such as 0.30 for 30 %";
            self.error(table, None, cell, message);
        }
    }

    /// A span of time ends after it begins. The cells are its two ends'. One that an absent end
    /// empties, such as that of a commune that joins next year, has no day in the year: odd, no more.
    fn span(
        &mut self,
        (table, row): (&str, usize),
        (first, last): (&str, &str),
        year: Year,
        (from, until): (Option<NaiveDate>, Option<NaiveDate>),
    ) {
        if year.span(from, until).is_some() {
            return;
        }
        match (from, until) {
            (Some(_), Some(_)) => {
                let message = format!("ends before `{first}`");
                self.error(table, Some(row), last, &message);
            }
            (None, _) => {
                let message = format!("ends before {year}: no day counts");
                self.warn(table, Some(row), last, &message);
            }
            (_, None) => {
                let message = format!("begins after {year}: no day counts");
                self.warn(table, Some(row), first, &message);
            }
        }
    }

    /// Figures by name are not negative.
    fn figures(&mut self, table: &str, figures: &BTreeMap<String, Exact>) {
        for (name, figure) in figures {
            if figure.is_negative() {
                self.error(table, None, name, "a quantity is not negative");
            }
        }
    }
}

fn finding(table: &str, row: Option<usize>, cell: &str, message: &str) -> Finding {
    Finding {
        table: table.to_owned(),
        row: row.map(|row| row + 1),
        cell: (!cell.is_empty()).then(|| cell.to_owned()),
        message: message.to_owned(),
    }
}
