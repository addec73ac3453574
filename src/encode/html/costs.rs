//! Exercises of shared costs: the matrix of services and communes, a commune's statement.

use askama::Template as _;
use costs::exercise::{Insee, KeyKind, Service};
use costs::{
    Cents, Changes, Checked, CommuneSummary, MetropolisPart, Outcome, ServiceOutcome, Summary,
    key_name,
};

use super::{Html, Page, Section, Site};
use crate::model::KeptExercise;

/// An exercise, as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What is known of it.
    pub kept: &'a KeptExercise,
    /// Its name in addresses: `2026-final`.
    pub name: &'a str,
    /// The exercise.
    pub checked: &'a Checked,
    /// What it comes to.
    pub outcome: &'a Outcome,
    /// The same, commune by commune.
    pub summary: &'a Summary,
    /// What has changed since another exercise: its year and the changes.
    pub since: Option<(i32, &'a Changes)>,
}

/// What the reader may open.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// The communes whose statements it opens.
    pub statements: &'a [String],
    /// Whether it sees drafts and what lies behind the matrix.
    pub all: bool,
    /// Whether it may simulate.
    pub simulate: bool,
}

#[derive(askama::Template)]
#[template(path = "costs.html")]
struct Costs<'a> {
    page: Page<'a>,
    list: Vec<(String, &'a KeptExercise)>,
    shown: Option<Shown<'a>>,
    statements: &'a [String],
    all: bool,
    simulate: bool,
}

/// A row of the matrix.
struct Row<'a> {
    commune: &'a CommuneSummary,
    insee: String,
    name: String,
    cells: Vec<Option<Cents>>,
    since: Option<Cents>,
    opens: bool,
}

impl<'a> Costs<'a> {
    fn services(shown: &Shown<'a>) -> &'a [Service] {
        &shown.checked.exercise().services
    }

    fn rows(&self, shown: &Shown<'a>) -> Vec<Row<'a>> {
        let row = |commune: &'a CommuneSummary| {
            let insee = commune.insee.to_string();
            let cell = |service: &costs::ServiceOutcome| {
                let mut shares = service.shares.iter();
                let own = shares.find(|share| share.insee == commune.insee)?;
                Some(own.by_nature.total())
            };
            let changed = shown.since.map(|(_, changes)| {
                let change = changes.communes.get(&commune.insee);
                change.map_or(Cents::ZERO, |change| change.change)
            });
            Row {
                commune,
                name: commune.name.clone().unwrap_or_else(|| insee.clone()),
                cells: shown.outcome.services.iter().map(cell).collect(),
                since: changed,
                opens: self.statements.contains(&insee),
                insee,
            }
        };
        shown.summary.communes.iter().map(row).collect()
    }

    /// What the metropolis carries of each service.
    fn metropolis(shown: &Shown<'a>) -> Vec<Cents> {
        let services = shown.outcome.services.iter();
        services
            .map(|service| service.metropolis_total(MetropolisPart::total))
            .collect()
    }

    fn costs(shown: &Shown<'a>) -> Vec<Cents> {
        let services = shown.outcome.services.iter();
        services.map(|service| service.cost.total()).collect()
    }

    /// The services that are studied, each with what it would come to.
    fn studies(shown: &Shown<'a>) -> Vec<(&'a Service, &'a ServiceOutcome)> {
        let studies = shown.checked.studies().iter();
        studies.zip(&shown.outcome.studies).collect()
    }

    /// A candidate's name and what it would pay, the largest payers first.
    fn candidates(shown: &Shown<'a>, outcome: &ServiceOutcome) -> Vec<(String, Cents)> {
        let named = |insee: Insee| {
            let rows = &shown.summary.communes;
            rows.iter().find(|row| row.insee == insee)?.name.clone()
        };
        let shares = outcome.shares.iter();
        let mut told: Vec<(String, Cents)> = shares
            .map(|share| {
                let name = named(share.insee).unwrap_or_else(|| share.insee.to_string());
                (name, share.by_nature.total())
            })
            .collect();
        told.sort_by_key(|(_, cents)| std::cmp::Reverse(*cents));
        told
    }

    /// Services whose key may be tried out, studies too: those that share a rest.
    fn tried(shown: &Shown<'a>) -> Vec<&'a Service> {
        let shares = |kind| !matches!(kind, KeyKind::Fixed | KeyKind::Tariff);
        let services = Self::services(shown).iter();
        services
            .chain(shown.checked.studies())
            .filter(|service| shares(service.key.kind))
            .collect()
    }
}

/// The exercises, and one of them whole.
pub fn costs<'a>(
    site: Site<'a>,
    list: &'a [(String, KeptExercise)],
    shown: Option<Shown<'a>>,
    open: Open<'a>,
) -> Html {
    let path = shown.map_or_else(|| "/couts".to_owned(), |it| format!("/couts/{}", it.name));
    let page = Page::new(site, "Coûts des services communs", Section::Costs)
        .json(format!("{path}?f=json"), "application/json");
    Costs {
        page,
        list: list
            .iter()
            .map(|(name, kept)| (name.clone(), kept))
            .collect(),
        shown,
        statements: open.statements,
        all: open.all,
        simulate: open.simulate,
    }
    .render()
}

#[derive(askama::Template)]
#[template(path = "costs_statement.html")]
struct Statement<'a> {
    page: Page<'a>,
    path: &'a str,
    body: &'a str,
}

/// A commune's statement: its heading, the path of its exercise and its own, what it says.
pub fn statement(site: Site<'_>, heading: &str, paths: (&str, &str), body: &str) -> Html {
    let (exercise, path) = paths;
    let page = Page::new(site, heading, Section::Costs)
        .under("Coûts", exercise)
        .json(format!("{path}.json"), "application/json");
    Statement { page, path, body }.render()
}

fn signed(cents: &Cents) -> String {
    let plus = if *cents > Cents::ZERO { "+" } else { "" };
    format!("{plus}{cents}")
}

fn state(kept: &KeptExercise) -> &'static str {
    match kept.state.as_str() {
        "final" => "définitif",
        _ => "prévisionnel",
    }
}

/// Basis points as a percentage.
fn percent(points: &i64) -> String {
    format!("{},{:02}\u{a0}%", points / 100, points.abs() % 100)
}
