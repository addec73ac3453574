//! What the metropolis tells its council each year, at the debate on the budget: «l'avancement du
//! schéma de mutualisation fait l'objet d'une communication» (CGCT L5211-39-1): members, staff, costs,
//! effects.

use std::collections::BTreeMap;

use costs::exercise::{Insee, PopulationBase, Recovery, Service, State};
use costs::{ByNature, Cents, FullTime, LineKind, MetropolisPart, ServiceOutcome, Summary};
use serde::Serialize;

use super::titles::recovery;
use super::{Computed, Fault};

/// Inhabitants below which the scheme speaks of the smaller communes.
const SMALL: u64 = 10_000;

/// A year of shared services, for the council. Amounts are in cents, staff in hundredths.
#[derive(Debug, Clone, Serialize)]
pub struct Yearly {
    /// The calendar year.
    pub year: i32,
    /// What the exercise calls itself.
    pub title: Option<String>,
    /// What readers must know of it.
    pub note: Option<String>,
    /// Forecast or final.
    pub state: Option<State>,
    /// Which population the figures are.
    pub population_base: Option<PopulationBase>,
    /// All services together.
    pub whole: Figures,
    /// The same of the previous year.
    pub previous: Option<Previous>,
    /// What the metropolis carries, line by line.
    pub metropolis: MetropolisPart,
    /// Its part of the cost, in hundredths of a percent.
    pub basis_points: Option<i64>,
    /// What is called in by titles.
    pub by_title: Cents,
    /// What is taken off the *attribution de compensation*.
    pub by_compensation: Cents,
    /// The services, in the order of the exercise.
    pub services: Vec<YearlyService>,
    /// Services that are studied: simulated, part of no sum.
    pub studies: Vec<YearlyStudy>,
    /// The communes, by their codes.
    pub communes: Vec<YearlyCommune>,
    /// Communes of fewer than 10,000 inhabitants, beside the others.
    pub small: Group,
    /// The others.
    pub large: Group,
}

/// Sums of services.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Figures {
    /// Services.
    pub services: usize,
    /// Memberships: a commune in a service for one day at least.
    pub memberships: usize,
    /// Staff in full-time equivalents.
    pub staff: FullTime,
    /// What they cost.
    pub cost: ByNature<Cents>,
    /// What the communes pay.
    pub communes: Cents,
    /// What the metropolis carries.
    pub metropolis: Cents,
}

/// Another year's sums.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Previous {
    /// Its year.
    pub year: i32,
    /// Its sums.
    #[serde(flatten)]
    pub whole: Figures,
}

/// A service in the year.
#[derive(Debug, Clone, Serialize)]
pub struct YearlyService {
    /// The service's id.
    pub id: String,
    /// Its name in documents.
    pub title: String,
    /// The convention or decision that it follows.
    pub source: Option<String>,
    /// What documents call its key.
    pub key: &'static str,
    /// Its sums.
    #[serde(flatten)]
    pub figures: Figures,
    /// What makes its cost, by what documents call the kinds of lines.
    pub kinds: BTreeMap<&'static str, Cents>,
    /// Communes that were no members the year before, when that year is known.
    pub joined: Vec<String>,
    /// Communes that are members no more.
    pub left: Vec<String>,
    /// What it cost the year before.
    pub previous: Option<Cents>,
}

/// A study in the year.
#[derive(Debug, Clone, Serialize)]
pub struct YearlyStudy {
    /// The study's name in documents.
    pub title: String,
    /// What readers must know of it.
    pub note: Option<String>,
    /// What documents call the key that is simulated.
    pub key: &'static str,
    /// Its steps: what documents call each, and how far it is.
    pub steps: Vec<(&'static str, &'static str)>,
    /// What it would come to, its candidates being members.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A commune in the year.
#[derive(Debug, Clone, Serialize)]
pub struct YearlyCommune {
    /// The commune.
    pub insee: Insee,
    /// Its name, else its code.
    pub name: String,
    /// Its inhabitants.
    pub population: Option<u64>,
    /// Ids of the services that it is a member of.
    pub services: Vec<String>,
    /// What it pays.
    pub total: Cents,
    /// Per inhabitant.
    pub per_inhabitant: Option<Cents>,
    /// `total` less what a bare population weight would have it pay.
    pub against_population: Cents,
    /// What it paid the year before.
    pub previous: Option<Cents>,
}

/// What some communes pay together.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Group {
    /// How many they are.
    pub communes: usize,
    /// Their inhabitants.
    pub population: u64,
    /// What they pay.
    pub total: Cents,
    /// Per inhabitant, to the nearest cent.
    pub per_inhabitant: Option<Cents>,
    /// `total` less what a bare population weight would have them pay.
    pub against_population: Cents,
}

/// The year of an exercise, beside the one before.
///
/// # Errors
/// When an amount is larger than accounts hold.
pub fn yearly(computed: &Computed, previous: Option<&Computed>) -> Result<Yearly, Fault> {
    let exercise = computed.exercise();
    let sums = costs::summary(&computed.checked, &computed.outcome)?;
    let pairs = || exercise.services.iter().zip(&computed.outcome.services);
    let mut by_title = Cents::ZERO;
    let mut by_compensation = Cents::ZERO;
    for (service, outcome) in pairs() {
        let billed = figures(computed, service, outcome).communes;
        match recovery(computed, Some(service)) {
            Recovery::Titre => by_title += billed,
            Recovery::AttributionDeCompensation => by_compensation += billed,
        }
    }
    let services = pairs().map(|(service, outcome)| one(computed, service, outcome, previous));
    let services: Vec<YearlyService> = services.collect();
    let carried = sums.metropolis.by_nature;
    let both = |of: fn(&MetropolisPart) -> Cents| {
        of(&carried.fonctionnement) + of(&carried.investissement)
    };
    let metropolis = MetropolisPart {
        own_use: both(|part| part.own_use),
        solidarity: both(|part| part.solidarity),
        public_use: both(|part| part.public_use),
        rest: both(|part| part.rest),
    };
    let group = |small: bool| group(&sums, |population| (population < SMALL) == small);
    Ok(Yearly {
        year: exercise.year,
        title: exercise.title.clone(),
        note: exercise.note.clone(),
        state: exercise.state,
        population_base: exercise.population.clone(),
        whole: whole(computed),
        previous: previous.map(|previous| Previous {
            year: previous.exercise().year,
            whole: whole(previous),
        }),
        metropolis,
        basis_points: sums.metropolis.basis_points,
        by_title,
        by_compensation,
        small: group(true),
        large: group(false),
        communes: communes(computed, &sums, previous),
        studies: studies(computed),
        services,
    })
}

/// All services of an exercise together.
fn whole(computed: &Computed) -> Figures {
    let services = &computed.exercise().services;
    let outcomes = &computed.outcome.services;
    let mut whole = Figures::default();
    for (service, outcome) in services.iter().zip(outcomes) {
        let own = figures(computed, service, outcome);
        whole.services += 1;
        whole.memberships += own.memberships;
        whole.staff.agents += own.staff.agents;
        whole.staff.digital += own.staff.digital;
        whole.cost.fonctionnement += own.cost.fonctionnement;
        whole.cost.investissement += own.cost.investissement;
        whole.communes += own.communes;
        whole.metropolis += own.metropolis;
    }
    whole
}

fn figures(computed: &Computed, service: &Service, outcome: &ServiceOutcome) -> Figures {
    let metropolis = outcome.metropolis_total(MetropolisPart::total);
    Figures {
        services: 1,
        memberships: members(computed, service).len(),
        staff: costs::full_time(&computed.checked, service),
        cost: outcome.cost,
        communes: outcome.cost.total() - metropolis,
        metropolis,
    }
}

/// The communes that are members for one day at least, in the order of their codes.
fn members(computed: &Computed, service: &Service) -> Vec<Insee> {
    let year = computed.checked.year();
    let present = service.members.iter();
    let mut codes: Vec<Insee> = present
        .filter(|member| year.within(member.from, member.until).is_some())
        .map(|member| member.insee)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn one(
    computed: &Computed,
    service: &Service,
    outcome: &ServiceOutcome,
    previous: Option<&Computed>,
) -> YearlyService {
    let mut kinds = BTreeMap::new();
    for line in &outcome.lines {
        *kinds.entry(kind(line.kind)).or_default() += line.cents;
    }
    let here = members(computed, service);
    let before = previous.map(|year| {
        let same = year.checked.service(&service.id);
        same.map_or_else(Vec::new, |same| members(year, same))
    });
    let named = |codes: &[Insee], but: &[Insee]| -> Vec<String> {
        let others = codes.iter().filter(|code| !but.contains(code));
        others.map(|code| named(computed, *code)).collect()
    };
    let cost_before = previous.map(|year| {
        let mut services = year.outcome.services.iter();
        let same = services.find(|other| other.id == service.id);
        same.map_or(Cents::ZERO, |same| same.cost.total())
    });
    YearlyService {
        id: service.id.clone(),
        title: service.title.as_ref().unwrap_or(&service.id).clone(),
        source: service.source.clone(),
        key: costs::key_name(service.key.kind),
        figures: figures(computed, service, outcome),
        kinds,
        joined: before
            .as_ref()
            .map_or_else(Vec::new, |before| named(&here, before)),
        left: before
            .as_ref()
            .map_or_else(Vec::new, |before| named(before, &here)),
        previous: cost_before,
    }
}

fn studies(computed: &Computed) -> Vec<YearlyStudy> {
    let studied = computed.checked.studies().iter();
    studied
        .zip(&computed.outcome.studies)
        .map(|(study, outcome)| YearlyStudy {
            title: study.title.as_ref().unwrap_or(&study.id).clone(),
            note: study.note.clone(),
            key: costs::key_name(study.key.kind),
            steps: study
                .study
                .iter()
                .flatten()
                .map(|step| (step.step.label(), step.state.label()))
                .collect(),
            figures: figures(computed, study, outcome),
        })
        .collect()
}

/// Kinds of lines, as the council reads them.
fn kind(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Payroll => "payroll",
        LineKind::Overhead => "overhead",
        LineKind::Operating => "operating",
        LineKind::Investment => "investment",
        LineKind::DigitalStaff | LineKind::Maintenance | LineKind::Hosting => "digital",
        LineKind::Receipts => "receipts",
    }
}

fn named(computed: &Computed, insee: Insee) -> String {
    super::titles::name(computed, insee).unwrap_or_else(|| insee.to_string())
}

fn communes(
    computed: &Computed,
    sums: &Summary,
    previous: Option<&Computed>,
) -> Vec<YearlyCommune> {
    let services = &computed.exercise().services;
    let joined: Vec<(&String, Vec<Insee>)> = services
        .iter()
        .map(|service| (&service.id, members(computed, service)))
        .collect();
    let paid = |insee: Insee| {
        previous.map(|year| {
            let shares = year.outcome.services.iter().flat_map(|it| &it.shares);
            let own = shares.filter(|share| share.insee == insee);
            own.fold(Cents::ZERO, |sum, share| sum + share.by_nature.total())
        })
    };
    let rows = sums.communes.iter().map(|row| YearlyCommune {
        insee: row.insee,
        name: named(computed, row.insee),
        population: row.population,
        services: joined
            .iter()
            .filter(|(_, codes)| codes.contains(&row.insee))
            .map(|(id, _)| (*id).clone())
            .collect(),
        total: row.total,
        per_inhabitant: row.per_inhabitant,
        against_population: row.against_population,
        previous: paid(row.insee),
    });
    rows.collect()
}

fn group(sums: &Summary, belongs: impl Fn(u64) -> bool) -> Group {
    let mut group = Group::default();
    for row in &sums.communes {
        let Some(population) = row.population.filter(|it| belongs(*it)) else {
            continue;
        };
        group.communes += 1;
        group.population += population;
        group.total += row.total;
        group.against_population += row.against_population;
    }
    let inhabitants = i64::try_from(group.population).ok().filter(|it| *it > 0);
    group.per_inhabitant = inhabitants.map(|it| Cents((2 * group.total.0 + it).div_euclid(2 * it)));
    group
}
