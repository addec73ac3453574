//! What an exercise comes to, commune by commune: totals, figures per inhabitant, what a bare
//! population weight would have been, and what has changed since another exercise.

mod change;

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Serialize, Serializer};

pub use change::{Change, Changes, ServiceChange, changes};

use crate::check::{Checked, present};
use crate::compute::{ByNature, MetropolisPart, Outcome, ServiceOutcome};
use crate::exercise::{Insee, Service};
use crate::number::{Cents, TooLarge};
use crate::share::Weighed;

/// What an exercise comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Every service together.
    pub cost: ByNature<Cents>,
    /// What the communes pay together.
    pub communes_pay: Cents,
    /// What the metropolis carries.
    pub metropolis: Carried,
    /// Each commune of the exercise and of its services, by its code.
    #[serde(serialize_with = "by_code")]
    pub communes: Vec<CommuneSummary>,
}

/// What the metropolis carries of an exercise, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Its four lines, in each column of the accounts.
    pub by_nature: ByNature<MetropolisPart>,
    /// All of it.
    pub total: Cents,
    /// Its part of the cost, in hundredths of a percent; none of a cost of zero.
    pub basis_points: Option<i64>,
}

/// What a commune pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommuneSummary {
    /// The commune.
    #[serde(skip)]
    pub insee: Insee,
    /// Its name, when the exercise gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its inhabitants, when the exercise gives them.
    pub population: Option<u64>,
    /// All its shares.
    pub total: Cents,
    /// Its shares, in each column of the accounts.
    pub by_nature: ByNature<Cents>,
    /// `total` per inhabitant, to the nearest cent; none without inhabitants.
    pub per_inhabitant: Option<Cents>,
    /// What it would pay if the whole cost of each of its services were shared by the inhabitants of
    /// its members alone, the metropolis carrying nothing: neither days, levels nor keys.
    pub population_alone: Cents,
    /// `total` − `population_alone`: below zero, the commune pays less.
    pub against_population: Cents,
}

/// Sums an exercise up.
///
/// # Errors
/// When a sum is larger than any account holds.
pub fn summary(checked: &Checked, outcome: &Outcome) -> Result<Summary, TooLarge> {
    let mut communes: BTreeMap<Insee, CommuneSummary> = BTreeMap::new();
    for commune in &checked.exercise().communes {
        let mut row = empty(commune.insee);
        row.name = commune.name.as_deref().map(str::to_owned);
        row.population = commune.population;
        communes.insert(commune.insee, row);
    }
    let services = checked.exercise().services.iter().zip(&outcome.services);
    for (service, result) in services.clone() {
        for share in &result.shares {
            let row = communes
                .entry(share.insee)
                .or_insert_with(|| empty(share.insee));
            row.by_nature.fonctionnement += share.by_nature.fonctionnement;
            row.by_nature.investissement += share.by_nature.investissement;
        }
        for (insee, cents) in population_alone(checked, service, result) {
            let row = communes.entry(insee).or_insert_with(|| empty(insee));
            row.population_alone += cents;
        }
    }
    for row in communes.values_mut() {
        row.total = Cents::total([row.by_nature.fonctionnement, row.by_nature.investissement])?;
        row.against_population = row.total - row.population_alone;
        row.per_inhabitant = per_inhabitant(row.total, row.population)?;
    }
    let costs = |of: fn(&ByNature<Cents>) -> Cents| {
        Cents::total(outcome.services.iter().map(|service| of(&service.cost)))
    };
    let cost = ByNature {
        fonctionnement: costs(|cost| cost.fonctionnement)?,
        investissement: costs(|cost| cost.investissement)?,
    };
    Ok(Summary {
        metropolis: carried(outcome, Cents::total([cost.total()])?)?,
        cost,
        communes_pay: Cents::total(communes.values().map(|row| row.total))?,
        communes: communes.into_values().collect(),
    })
}

fn empty(insee: Insee) -> CommuneSummary {
    CommuneSummary {
        insee,
        name: None,
        population: None,
        total: Cents::ZERO,
        by_nature: ByNature::default(),
        per_inhabitant: None,
        population_alone: Cents::ZERO,
        against_population: Cents::ZERO,
    }
}

/// An amount per inhabitant, to the nearest cent.
pub(crate) fn per_inhabitant(
    total: Cents,
    population: Option<u64>,
) -> Result<Option<Cents>, TooLarge> {
    let population = population.filter(|population| *population > 0);
    population
        .map(|population| {
            Cents::nearest(&BigRational::new(total.0.into(), BigInt::from(population)))
        })
        .transpose()
}

/// The cost of a service by the inhabitants of its members of one day at least, each column of the
/// accounts apart.
fn population_alone(
    checked: &Checked,
    service: &Service,
    result: &ServiceOutcome,
) -> Vec<(Insee, Cents)> {
    let present = present(service, checked.year());
    let communes = checked.exercise().communes.iter();
    let members: Vec<(Insee, u64)> = communes
        .filter_map(|commune| Some((commune.insee, commune.population?)))
        .filter(|(insee, _)| present.contains(insee))
        .collect();
    let weights = Weighed {
        members: members
            .iter()
            .map(|(_, population)| u128::from(*population))
            .collect(),
        public: 0,
        metropolis: 0,
    };
    let weights = weights.reduced();
    let columns = [result.cost.fonctionnement, result.cost.investissement];
    let splits = columns.map(|cost| weights.split(cost).map(|split| split.members));
    let mut shared: Vec<(Insee, Cents)> = members
        .iter()
        .map(|(insee, _)| (*insee, Cents::ZERO))
        .collect();
    for split in splits.into_iter().flatten() {
        for (row, cents) in shared.iter_mut().zip(split) {
            row.1 += cents;
        }
    }
    shared
}

fn carried(outcome: &Outcome, cost: Cents) -> Result<Carried, TooLarge> {
    let column = |of: fn(&ServiceOutcome) -> &MetropolisPart| {
        let line = |line: fn(&MetropolisPart) -> Cents| {
            Cents::total(outcome.services.iter().map(|service| line(of(service))))
        };
        Ok(MetropolisPart {
            own_use: line(|part| part.own_use)?,
            solidarity: line(|part| part.solidarity)?,
            public_use: line(|part| part.public_use)?,
            rest: line(|part| part.rest)?,
        })
    };
    let by_nature = ByNature {
        fonctionnement: column(|service| &service.metropolis.fonctionnement)?,
        investissement: column(|service| &service.metropolis.investissement)?,
    };
    let total = by_nature.fonctionnement.total() + by_nature.investissement.total();
    let points = |cost: i64| {
        let part = BigRational::new(BigInt::from(total.0) * 10_000, BigInt::from(cost));
        Cents::nearest(&part).map(|points| points.0)
    };
    Ok(Carried {
        by_nature,
        total,
        basis_points: (cost.0 != 0).then(|| points(cost.0)).transpose()?,
    })
}

fn by_code<S: Serializer>(communes: &[CommuneSummary], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(communes.iter().map(|commune| (commune.insee, commune)))
}
