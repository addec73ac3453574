//! A commune's statement (*état de refacturation*): what it pays, why, when, and beside what.

use costs::exercise::{Insee, PopulationBase, Recovery, State};
use costs::{ByNature, Cents, Chapter, Payer, ServiceOutcome};
use serde::Serialize;

use super::titles::{Settlement, Title, issued, recovery, settlements, titles};
use super::{Beside, Computed, Fault};

/// What a commune is told of an exercise. Amounts are in cents.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    /// The calendar year.
    pub year: i32,
    /// What the exercise calls itself.
    pub title: Option<String>,
    /// What readers must know of it.
    pub note: Option<String>,
    /// Forecast or final.
    pub state: Option<State>,
    /// The commune.
    pub insee: Insee,
    /// Its name, where the exercise gives it.
    pub name: Option<String>,
    /// Its inhabitants.
    pub population: Option<u64>,
    /// Which population that is.
    pub population_base: Option<PopulationBase>,
    /// What it pays.
    pub total: Cents,
    /// The same in each column of the accounts.
    pub by_nature: ByNature<Cents>,
    /// Per inhabitant, to the nearest cent.
    pub per_inhabitant: Option<Cents>,
    /// What a bare population weight would have it pay.
    pub population_alone: Cents,
    /// `total` − `population_alone`.
    pub against_population: Cents,
    /// Beside the previous year's.
    pub previous: Option<Other>,
    /// Beside the year's forecast.
    pub forecast: Option<Other>,
    /// Its services, in the order of the exercise.
    pub services: Vec<StatedService>,
    /// What those services cost together, and who carries it.
    pub carried: Carried,
    /// What is called in, and when; nothing of a final exercise that comes with its forecast.
    pub titles: Vec<Title>,
    /// What a final exercise puts right, when its forecast is known.
    pub settlements: Vec<Settlement>,
}

/// A total of another exercise.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Other {
    /// Its year.
    pub year: i32,
    /// What the commune pays there.
    pub total: Cents,
    /// What it pays here, less that.
    pub change: Cents,
}

/// What a commune pays for one service.
#[derive(Debug, Clone, Serialize)]
pub struct StatedService {
    /// The service's id.
    pub id: String,
    /// Its name in documents.
    pub title: String,
    /// The convention or decision that it follows.
    pub source: Option<String>,
    /// What readers must know of it.
    pub note: Option<String>,
    /// What documents call its key.
    pub key: &'static str,
    /// How the share is called in.
    pub recovery: Recovery,
    /// Members of one day at least.
    pub members: u64,
    /// The share.
    pub total: Cents,
    /// The same in each column of the accounts.
    pub by_nature: ByNature<Cents>,
    /// The previous year's share.
    pub previous: Option<Cents>,
    /// The forecast's share.
    pub forecast: Option<Cents>,
    /// What the service costs, and who carries it.
    pub carried: Carried,
    /// The calculation, step by step.
    pub chapters: Vec<Chapter>,
}

/// A cost, and who carries it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Carried {
    /// The cost.
    pub cost: Cents,
    /// What this commune pays of it.
    pub commune: Cents,
    /// What the other communes pay.
    pub others: Cents,
    /// The metropolis's own use.
    pub own_use: Cents,
    /// Its solidarity.
    pub solidarity: Cents,
    /// Use that is nobody's.
    pub public_use: Cents,
    /// What the key leaves to it.
    pub rest: Cents,
}

impl Carried {
    fn of(service: &ServiceOutcome, commune: Cents) -> Self {
        let cost = service.cost.total();
        let mut carried = Self {
            cost,
            commune,
            others: Cents::ZERO,
            own_use: service.metropolis_total(|part| part.own_use),
            solidarity: service.metropolis_total(|part| part.solidarity),
            public_use: service.metropolis_total(|part| part.public_use),
            rest: service.metropolis_total(|part| part.rest),
        };
        carried.others = cost - commune - carried.metropolis();
        carried
    }

    /// All that the metropolis carries.
    pub fn metropolis(&self) -> Cents {
        self.own_use + self.solidarity + self.public_use + self.rest
    }

    fn add(&mut self, other: Self) {
        self.cost += other.cost;
        self.commune += other.commune;
        self.others += other.others;
        self.own_use += other.own_use;
        self.solidarity += other.solidarity;
        self.public_use += other.public_use;
        self.rest += other.rest;
    }
}

/// The statement of a commune.
///
/// # Errors
/// When the exercise does not know the commune, or an amount is larger than accounts hold.
pub fn statement(
    computed: &Computed,
    insee: Insee,
    beside: Beside<'_>,
) -> Result<Statement, Fault> {
    let exercise = computed.exercise();
    let sums = costs::summary(&computed.checked, &computed.outcome)?;
    let own = sums.communes.into_iter().find(|row| row.insee == insee);
    let own = own.ok_or(Fault::Stranger(insee))?;
    let mut services = Vec::new();
    let mut carried = Carried::default();
    for outcome in &computed.outcome.services {
        let Some(service) = stated(computed, outcome, insee, beside)? else {
            continue;
        };
        carried.add(service.carried);
        services.push(service);
    }
    let other = |with: Option<&Computed>| {
        with.map(|with| {
            let shares = with.outcome.services.iter();
            let total = shares.fold(Cents::ZERO, |sum, service| {
                sum + share(service, insee).unwrap_or_default()
            });
            Other {
                year: with.exercise().year,
                total,
                change: own.total - total,
            }
        })
    };
    let closed = exercise.state == Some(State::Final);
    let settled = beside
        .forecast
        .filter(|_| closed)
        .map_or_else(Vec::new, |forecast| {
            settlements(computed, &issued(forecast))
        });
    let called = match beside.forecast {
        Some(_) if closed => Vec::new(),
        _ => titles(computed),
    };
    Ok(Statement {
        year: exercise.year,
        title: exercise.title.clone(),
        note: exercise.note.clone(),
        state: exercise.state,
        insee,
        name: own.name,
        population: own.population,
        population_base: exercise.population.clone(),
        total: own.total,
        by_nature: own.by_nature,
        per_inhabitant: own.per_inhabitant,
        population_alone: own.population_alone,
        against_population: own.against_population,
        previous: other(beside.previous),
        forecast: other(beside.forecast),
        services,
        carried,
        titles: called.into_iter().filter(|it| it.insee == insee).collect(),
        settlements: settled.into_iter().filter(|it| it.insee == insee).collect(),
    })
}

/// What the commune pays for a service; none when it is no member.
fn stated(
    computed: &Computed,
    outcome: &ServiceOutcome,
    insee: Insee,
    beside: Beside<'_>,
) -> Result<Option<StatedService>, Fault> {
    let Some(service) = computed.checked.service(&outcome.id) else {
        return Ok(None);
    };
    let chain = costs::explain(&computed.checked, &outcome.id, Payer::Commune(insee))?;
    let Some(chain) = chain else { return Ok(None) };
    let of = |with: Option<&Computed>| {
        let mut services = with?.outcome.services.iter();
        let same = services.find(|service| service.id == outcome.id)?;
        share(same, insee)
    };
    Ok(Some(StatedService {
        id: service.id.clone(),
        title: service.title.as_ref().unwrap_or(&service.id).clone(),
        source: service.source.clone(),
        note: service.note.clone(),
        key: costs::key_name(chain.key),
        recovery: recovery(computed, Some(service)),
        members: chain.metropolitan.members,
        total: chain.amount,
        by_nature: chain.by_nature,
        previous: of(beside.previous),
        forecast: of(beside.forecast),
        carried: Carried::of(outcome, chain.amount),
        chapters: chain.chapters(),
    }))
}

/// The share of a commune, where the service lists it.
fn share(service: &ServiceOutcome, insee: Insee) -> Option<Cents> {
    let mut shares = service.shares.iter();
    let own = shares.find(|share| share.insee == insee)?;
    Some(own.by_nature.total())
}
