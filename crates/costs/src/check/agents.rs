//! Agents and the digital department's staff: costs, shares of time, presence.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Report;
use crate::days::{Span, Year};
use crate::exercise::{Agent, Exercise, Project, Service, Staff};
use crate::number::Exact;

/// Checks the people of a service.
pub(super) fn check(report: &mut Report, table: &str, service: &Service, year: Year) {
    for (row, agent) in service.agents.iter().enumerate() {
        one_agent(report, &format!("{table} › agents"), row, agent, year);
    }
    for (row, project) in service.digital_projects.iter().enumerate() {
        one_project(report, table, row, project, year);
    }
}

fn one_agent(report: &mut Report, table: &str, row: usize, agent: &Agent, year: Year) {
    cost(report, table, row, agent.annual_cost, agent.paid);
    let periods = format!("{table}, row {} › periods", row + 1);
    // With both costs, which of them is wrong is not known yet.
    let paid = agent.paid.filter(|_| agent.annual_cost.is_none());
    match (agent.periods.len(), paid) {
        (0, None) => report.warn(
            table,
            Some(row),
            "periods",
            "no time: the agent costs nothing",
        ),
        (1, _) | (_, None) => {}
        (_, Some(_)) => report.error(
            table,
            Some(row),
            "periods",
            "with `paid`, the share is one figure for the year: one period",
        ),
    }
    for (at, period) in agent.periods.iter().enumerate() {
        let dates = (period.from, period.until);
        report.span((&periods, at), ("from", "until"), year, dates);
        share(report, &periods, at, period.share);
    }
}

fn one_project(report: &mut Report, table: &str, row: usize, project: &Project, year: Year) {
    let projects = format!("{table} › digital_projects");
    let setup = (project.setup_from, project.setup_until);
    report.span((&projects, row), ("setup_from", "setup_until"), year, setup);
    if year.span(setup.0, setup.1).is_some() && year.within(setup.0, setup.1).is_none() {
        let message = format!("the set-up period lies outside {year}: its staff cost nothing");
        report.warn(&projects, Some(row), "setup_from", &message);
    }
    let staff = format!("{projects}, row {} › staff", row + 1);
    for (at, person) in project.staff.iter().enumerate() {
        cost(report, &staff, at, person.annual_cost, person.paid);
        let dates = (person.from, person.until);
        report.span((&staff, at), ("from", "until"), year, dates);
        share(report, &staff, at, person.share);
        if person.paid.is_some() && year.days_between(dates.0, dates.1) == 0 {
            let message = format!("paid in {year} without a day present: counts for nothing");
            report.warn(&staff, Some(at), "from", &message);
        }
    }
}

fn cost(
    report: &mut Report,
    table: &str,
    row: usize,
    annual_cost: Option<Exact>,
    paid: Option<Exact>,
) {
    let (cell, message) = match (annual_cost, paid) {
        (Some(_), Some(_)) => ("paid", "either `annual_cost` or `paid`, not both"),
        (None, None) => ("annual_cost", "either `annual_cost` or `paid` is needed"),
        (Some(cost), None) | (None, Some(cost)) => {
            if cost.is_negative() {
                report.warn(table, Some(row), "", "a negative cost");
            }
            return;
        }
    };
    report.error(table, Some(row), cell, message);
}

fn share(report: &mut Report, table: &str, row: usize, share: Exact) {
    if share.is_negative() {
        report.error(table, Some(row), "share", "a share of time is not negative");
    }
}

/// Time of one person: a share, and the days it stands.
type Time = (Exact, Span);

/// Warns of who works more than full time on some day, over all services for those with an id.
pub(super) fn working_time(report: &mut Report, exercise: &Exercise, year: Year) {
    let mut named: BTreeMap<&str, Vec<Time>> = BTreeMap::new();
    for service in &exercise.services {
        let table = format!("services « {} »", service.id);
        for (row, agent) in service.agents.iter().enumerate() {
            let times = agent_times(agent, year);
            match &agent.id {
                Some(id) => named.entry(id).or_default().extend(times),
                None => {
                    if let Some(day) = first_excess(&times) {
                        let table = format!("{table} › agents");
                        report.warn(&table, Some(row), "periods", &excess(day));
                    }
                }
            }
        }
        for (row, project) in service.digital_projects.iter().enumerate() {
            for (at, person) in project.staff.iter().enumerate() {
                let times = staff_times(person, project, year);
                match &person.id {
                    Some(id) => named.entry(id).or_default().extend(times),
                    None => {
                        if let Some(day) = first_excess(&times) {
                            let row = row + 1;
                            let table = format!("{table} › digital_projects, row {row} › staff");
                            report.warn(&table, Some(at), "share", &excess(day));
                        }
                    }
                }
            }
        }
    }
    for (id, times) in named {
        if let Some(day) = first_excess(&times) {
            let message = format!("over all services, {}", excess(day));
            report.warn(&format!("agent « {id} »"), None, "share", &message);
        }
    }
}

fn excess(day: NaiveDate) -> String {
    format!("the shares of working time add up to more than 100 % on {day}")
}

fn agent_times(agent: &Agent, year: Year) -> Vec<Time> {
    agent
        .periods
        .iter()
        .filter_map(|period| Some((period.share, year.within(period.from, period.until)?)))
        .collect()
}

fn staff_times(person: &Staff, project: &Project, year: Year) -> Option<Time> {
    let setup = year.within(project.setup_from, project.setup_until)?;
    let present = year.within(person.from, person.until)?;
    Some((person.share, present.meet(setup)?))
}

/// The first day on which the shares add up to more than 1: a sum only grows where a time begins.
fn first_excess<'a>(times: impl IntoIterator<Item = &'a Time> + Clone) -> Option<NaiveDate> {
    times
        .clone()
        .into_iter()
        .map(|(_, span)| span.first)
        .filter(|day| {
            let at_work = times
                .clone()
                .into_iter()
                .filter(|(_, span)| span.first <= *day && *day <= span.last);
            let sum: num_rational::BigRational = at_work.map(|(share, _)| share.big()).sum();
            sum > Exact::ONE.big()
        })
        .min()
}
