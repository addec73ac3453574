//! Rules 5 to 8: from lines to shares.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::adherents::Adherents;
use crate::check::Checked;
use crate::days::Year;
use crate::exercise::{Insee, KeyKind, Service};
use crate::finding::Finding;
use crate::keys::{Ruling, sharing};
use crate::lines::{Line, Nature, lines};
use crate::number::{Cents, Exact, TooLarge};
use crate::share::Weights;

/// What an exercise comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The year.
    pub year: Year,
    /// Services, in the order of the exercise.
    pub services: Vec<ServiceOutcome>,
    /// What studied services would come to, were they created as they are written: part of no sum.
    pub studies: Vec<ServiceOutcome>,
}

/// What a service costs, and who pays it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceOutcome {
    /// The service's id.
    pub id: String,
    /// What makes its cost.
    pub lines: Vec<Line>,
    /// Rule 5: its cost.
    pub cost: ByNature<Cents>,
    /// What the metropolis carries.
    pub metropolis: ByNature<MetropolisPart>,
    /// The share of each commune that the service lists, in the order of their codes.
    pub shares: Vec<Share>,
}

/// One value a column of the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ByNature<T> {
    /// Operations.
    pub fonctionnement: T,
    /// Investment.
    pub investissement: T,
}

impl ByNature<Cents> {
    /// Both columns together.
    pub fn total(&self) -> Cents {
        self.fonctionnement + self.investissement
    }
}

impl<T> ByNature<T> {
    /// One column's value.
    pub fn of(&self, nature: Nature) -> &T {
        match nature {
            Nature::Fonctionnement => &self.fonctionnement,
            Nature::Investissement => &self.investissement,
        }
    }
}

/// A commune's share of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The commune.
    pub insee: Insee,
    /// Its part of each column.
    pub by_nature: ByNature<Cents>,
}

/// What the metropolis carries of a column: three lines and what the key leaves, never one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MetropolisPart {
    /// Rule 6 (a): its own use of the service.
    pub own_use: Cents,
    /// Rule 6 (b): «Nantes Métropole prend en charge une partie des coûts dès lors qu'un nombre
    /// significatif de communes s'engagent dans le service commun.»
    pub solidarity: Cents,
    /// Rule 7: use that is no member's.
    pub public_use: Cents,
    /// Rule 7: what the key leaves to it, or gives it back.
    pub rest: Cents,
}

impl MetropolisPart {
    /// Its lines together.
    pub fn total(&self) -> Cents {
        self.own_use + self.solidarity + self.public_use + self.rest
    }
}

impl ServiceOutcome {
    /// The sum of one of the metropolis's lines over both columns.
    pub fn metropolis_total(&self, line: impl Fn(&MetropolisPart) -> Cents) -> Cents {
        line(&self.metropolis.fonctionnement) + line(&self.metropolis.investissement)
    }
}

/// Computes an exercise. The warnings are of what only results show.
///
/// # Errors
/// When an amount is larger than any account holds.
pub fn compute(checked: &Checked) -> Result<(Outcome, Vec<Finding>), Finding> {
    let mut warnings = Vec::new();
    let one = |service: &Service| {
        let worked = work(checked, service).map_err(|error| Finding {
            table: format!("services « {} »", service.id),
            row: None,
            cell: None,
            message: error.to_string(),
        })?;
        Ok(worked.outcome)
    };
    let mut services = Vec::with_capacity(checked.exercise().services.len());
    for service in &checked.exercise().services {
        let outcome = one(service)?;
        warnings.extend(unpaid(service, &outcome));
        services.push(outcome);
    }
    let outcome = Outcome {
        year: checked.year(),
        services,
        studies: checked
            .studies()
            .iter()
            .map(one)
            .collect::<Result<_, _>>()?,
    };
    Ok((outcome, warnings))
}

/// A service that nobody pays, where that is not its key's purpose.
fn unpaid(service: &Service, outcome: &ServiceOutcome) -> Option<Finding> {
    let paid = outcome
        .shares
        .iter()
        .any(|share| share.by_nature != ByNature::default());
    let meant = service.key.kind == KeyKind::Free || outcome.cost == ByNature::default();
    (!paid && !meant).then(|| Finding {
        table: format!("services « {} »", service.id),
        row: None,
        cell: Some("members".to_owned()),
        message: "no commune pays for this service: the metropolis carries it whole".to_owned(),
    })
}

/// A service's outcome, and what it was computed with.
pub(crate) struct Worked {
    pub outcome: ServiceOutcome,
    pub adherents: Adherents,
    pub ruling: Ruling,
    /// The rate of solidarity that the number of members makes.
    pub solidary: Exact,
}

/// Computes one service.
pub(crate) fn work(checked: &Checked, service: &Service) -> Result<Worked, TooLarge> {
    let lines = lines(checked, service)?;
    let adherents = Adherents::of(checked, service)?;
    let ruling = sharing(&service.key).rule(&adherents)?;
    let column = |nature: Nature| {
        let own = lines.iter().filter(|line| line.kind.nature() == nature);
        Cents::total(own.map(|line| line.cents))
    };
    let cost = ByNature {
        fonctionnement: column(Nature::Fonctionnement)?,
        investissement: column(Nature::Investissement)?,
    };
    let solidary = service
        .metropolitan
        .as_ref()
        .filter(|metropolitan| adherents.count() >= metropolitan.threshold)
        .map_or(Exact::ZERO, |metropolitan| metropolitan.rate);
    let own_use = service.own_use_rate.unwrap_or(Exact::ZERO);
    let shared = |nature: Nature| match &ruling {
        Ruling::Weights(weights) => share(weights, *cost.of(nature), (own_use, solidary)),
        Ruling::Amounts(owed) => bill(owed, *cost.of(nature), nature),
    };
    let (fonctionnement, investissement) = (
        shared(Nature::Fonctionnement)?,
        shared(Nature::Investissement)?,
    );
    let pairs = fonctionnement.members.iter().zip(&investissement.members);
    let shares = adherents.rows.iter().zip(pairs);
    let outcome = ServiceOutcome {
        id: service.id.clone(),
        cost,
        metropolis: ByNature {
            fonctionnement: fonctionnement.metropolis,
            investissement: investissement.metropolis,
        },
        shares: shares
            .map(|(row, (fonctionnement, investissement))| Share {
                insee: row.insee,
                by_nature: ByNature {
                    fonctionnement: *fonctionnement,
                    investissement: *investissement,
                },
            })
            .collect(),
        lines,
    };
    Ok(Worked {
        outcome,
        adherents,
        ruling,
        solidary,
    })
}

/// One column, shared.
struct Column {
    metropolis: MetropolisPart,
    members: Vec<Cents>,
}

/// Rules 6 to 8 on one column, for a key of weights: own use is rounded on the rounded cost,
/// solidarity on the rounded remainder, and the rest goes by largest remainder.
fn share(
    weights: &Weights,
    cost: Cents,
    (own_use, solidary): (Exact, Exact),
) -> Result<Column, TooLarge> {
    let own_use = cost.rate(own_use)?;
    let solidarity = (cost - own_use).rate(solidary)?;
    let rest = cost - own_use - solidarity;
    let mut metropolis = MetropolisPart {
        own_use,
        solidarity,
        ..MetropolisPart::default()
    };
    let members = match weights.split(rest) {
        Some(split) => {
            metropolis.public_use = split.public;
            metropolis.rest = split.metropolis;
            split.members
        }
        None => {
            metropolis.rest = rest;
            vec![Cents::ZERO; weights.members()]
        }
    };
    Ok(Column {
        metropolis,
        members,
    })
}

/// Amounts owed are *fonctionnement*; the metropolis carries whatever they leave, or receives what
/// they exceed, and the whole of the other column.
fn bill(owed: &[Cents], cost: Cents, nature: Nature) -> Result<Column, TooLarge> {
    let members = match nature {
        Nature::Fonctionnement => owed.to_vec(),
        Nature::Investissement => vec![Cents::ZERO; owed.len()],
    };
    let billed = Cents::total(members.iter().copied())?;
    Ok(Column {
        metropolis: MetropolisPart {
            rest: cost - billed,
            ..MetropolisPart::default()
        },
        members,
    })
}

impl Serialize for Outcome {
    /// The contract's form, in cents.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let studied = usize::from(!self.studies.is_empty());
        let mut document = to.serialize_struct("Outcome", 2 + studied)?;
        document.serialize_field("year", &self.year)?;
        document.serialize_field("services", &Services(&self.services))?;
        if studied == 1 {
            document.serialize_field("studies", &Services(&self.studies))?;
        }
        document.end()
    }
}

struct Services<'a>(&'a [ServiceOutcome]);

impl Serialize for Services<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|service| (&service.id, service)))
    }
}

impl Serialize for ServiceOutcome {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| (line.kind, line.cents))
            .collect();
        let shares = |of: fn(&ByNature<Cents>) -> Cents| Shares(&self.shares, of);
        let mut document = to.serialize_map(Some(10))?;
        document.serialize_entry("lines", &lines)?;
        document.serialize_entry("cost", &self.cost.total())?;
        document.serialize_entry("by_nature", &self.cost)?;
        document.serialize_entry("own_use", &self.metropolis_total(|part| part.own_use))?;
        document.serialize_entry("solidarity", &self.metropolis_total(|part| part.solidarity))?;
        document.serialize_entry("public_use", &self.metropolis_total(|part| part.public_use))?;
        document.serialize_entry(
            "rest_to_metropolis",
            &self.metropolis_total(|part| part.rest),
        )?;
        document.serialize_entry("metropolis_by_nature", &self.metropolis)?;
        document.serialize_entry("shares", &shares(ByNature::total))?;
        document.serialize_entry(
            "shares_by_nature",
            &ByNature {
                fonctionnement: shares(|both| both.fonctionnement),
                investissement: shares(|both| both.investissement),
            },
        )?;
        document.end()
    }
}

struct Shares<'a>(&'a [Share], fn(&ByNature<Cents>) -> Cents);

impl Serialize for Shares<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let shares = self.0.iter();
        to.collect_map(shares.map(|share| (share.insee, (self.1)(&share.by_nature))))
    }
}
