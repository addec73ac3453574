//! What the commands of costs print: tables for people, documents for programs.

use anyhow::Context;
use costs::simulate::{Simulated, Simulation};
use costs::{Cents, Change, Changes, CommuneSummary, ServiceOutcome, Summary, changes, summary};
use serde_json::json;

use crate::cli::table::aligned;
use crate::exercise::Computed;

/// An exercise that another is compared with, and what it is to it.
pub struct Compared {
    /// `previous` or `forecast`.
    pub role: &'static str,
    /// The other exercise.
    pub with: Computed,
}

/// The outcome as one document: the contract's form, with the summary by commune and what has changed
/// since the exercises that it is compared with.
///
/// # Errors
/// When a sum is larger than any account holds.
pub fn document(computed: &Computed, compared: &[Compared]) -> anyhow::Result<String> {
    let mut document = serde_json::to_value(&computed.outcome)?;
    let object = document
        .as_object_mut()
        .context("an outcome is an object")?;
    let sums = summary(&computed.checked, &computed.outcome)?;
    object.insert("summary".to_owned(), serde_json::to_value(sums)?);
    for other in compared {
        let changes = changes(&other.with.outcome, &computed.outcome);
        let mut told = json!({ "year": other.with.outcome.year });
        told["changes"] = serde_json::to_value(changes)?;
        object.insert(other.role.to_owned(), told);
    }
    Ok(format!("{document:#}\n"))
}

/// The outcome as tables: a line a service, a line a commune, and what has changed.
///
/// # Errors
/// When a sum is larger than any account holds.
pub fn tables(computed: &Computed, compared: &[Compared]) -> anyhow::Result<String> {
    let sums = summary(&computed.checked, &computed.outcome)?;
    let mut text = services(&computed.outcome.services);
    text += &format!("\n{}", communes(&sums));
    if !computed.outcome.studies.is_empty() {
        let studied = services(&computed.outcome.studies);
        text += &format!("\nstudied: simulated, part of no sum above, never billed\n{studied}");
    }
    for other in compared {
        let changes = changes(&other.with.outcome, &computed.outcome);
        text += &format!(
            "\nsince the {} ({}):\n{}",
            other.role,
            other.with.outcome.year,
            changed(&changes, &sums)
        );
    }
    Ok(text)
}

/// A line a service.
fn services(services: &[ServiceOutcome]) -> String {
    let mut rows: Vec<[String; 7]> = Vec::new();
    for service in services {
        let shares = service.shares.iter().map(|share| share.by_nature.total());
        let amounts = [
            service.cost.total(),
            shares.fold(Cents::ZERO, |sum, share| sum + share),
            service.metropolis_total(|part| part.own_use),
            service.metropolis_total(|part| part.solidarity),
            service.metropolis_total(|part| part.public_use),
            service.metropolis_total(|part| part.rest),
        ];
        let [cost, communes, own_use, solidarity, public_use, rest] =
            amounts.map(|amount| amount.to_string());
        let id = service.id.clone();
        rows.push([id, cost, communes, own_use, solidarity, public_use, rest]);
    }
    let headings = [
        "service",
        "cost",
        "communes",
        "own use",
        "solidarity",
        "public use",
        "metropolis's rest",
    ];
    aligned(headings, rows)
}

/// A line a commune, then the metropolis.
fn communes(sums: &Summary) -> String {
    let row = |commune: &CommuneSummary| {
        [
            named(commune),
            commune.total.to_string(),
            commune
                .per_inhabitant
                .map_or_else(String::new, |cents| cents.to_string()),
            commune.population_alone.to_string(),
            signed(commune.against_population),
        ]
    };
    let mut rows: Vec<[String; 5]> = sums.communes.iter().map(row).collect();
    let part = sums
        .metropolis
        .basis_points
        .map_or_else(String::new, |points| {
            format!(
                "{}.{:02} % of the cost",
                points / 100,
                points.rem_euclid(100)
            )
        });
    let carried = sums.metropolis.total.to_string();
    rows.push([
        "metropolis".to_owned(),
        carried,
        part,
        String::new(),
        String::new(),
    ]);
    let headings = [
        "commune",
        "pays",
        "per inhabitant",
        "by population alone",
        "difference",
    ];
    aligned(headings, rows)
}

fn named(commune: &CommuneSummary) -> String {
    match &commune.name {
        Some(name) => format!("{} {name}", commune.insee),
        None => commune.insee.to_string(),
    }
}

fn signed(cents: Cents) -> String {
    let plus = if cents > Cents::ZERO { "+" } else { "" };
    format!("{plus}{cents}")
}

/// What each commune and the metropolis paid and pay.
fn changed(changes: &Changes, sums: &Summary) -> String {
    let row = |name: String, change: &Change| {
        let [before, after] = [change.before, change.after].map(|cents| cents.to_string());
        [name, before, after, signed(change.change)]
    };
    let name = |insee| {
        let mut communes = sums.communes.iter();
        let found = communes.find(|commune| commune.insee == insee);
        found.map_or_else(|| insee.to_string(), named)
    };
    let communes = changes.communes.iter();
    let mut rows: Vec<[String; 4]> = communes
        .map(|(insee, change)| row(name(*insee), change))
        .collect();
    rows.push(row("metropolis".to_owned(), &changes.metropolis));
    rows.push(row("cost".to_owned(), &changes.cost));
    aligned(["commune", "before", "after", "change"], rows)
}

/// A simulation as tables, one a variant.
pub fn simulated(simulation: &Simulation) -> String {
    let table = |variant: &Simulated| {
        format!(
            "« {} »: {} communes pay less, {} pay more\n{}{}",
            variant.name,
            variant.gain,
            variant.lose,
            variant
                .note
                .as_ref()
                .map_or_else(String::new, |note| format!("{note}\n")),
            changed(&variant.changes, &variant.summary)
        )
    };
    let tables: Vec<String> = simulation.variants.iter().map(table).collect();
    tables.join("\n")
}
