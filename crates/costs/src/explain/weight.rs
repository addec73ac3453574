//! What a payer weighs, against whom, and how its cents were rounded.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::Zero;
use serde::Serialize;

use crate::compute::{ByNature, Worked};
use crate::exercise::{KeyKind, Part, Service};
use crate::keys::Ruling;
use crate::lines::Nature;
use crate::number::{Cents, Exact};
use crate::share::Weighed;

/// One part of an amount: a share of what was left, or amounts owed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Portion {
    /// A share by weight, by largest remainder.
    Weight {
        /// The column.
        nature: Nature,
        /// `share` of a commune; `public_use` or `rest` of the metropolis.
        line: &'static str,
        /// What was shared.
        rest: Cents,
        /// The weight, in lowest terms with all the others: a whole number.
        weight: String,
        /// All weights together.
        total: String,
        /// Whole cents of the exact part.
        floor: Cents,
        /// What of a cent was cut off, over `total`.
        remainder: String,
        /// Cents that the cuts left over, for the largest remainders.
        left: i64,
        /// The payer's place among the remainders, from 1; 0 when nothing was cut off.
        rank: usize,
        /// The part, rounded.
        cents: Cents,
        /// Where the weight comes from.
        origin: Vec<Origin>,
    },
    /// An amount of a tariff or written down.
    Owed {
        /// The column.
        nature: Nature,
        /// What was computed, and what it came to.
        terms: Vec<(String, Cents)>,
        /// The sum.
        cents: Cents,
    },
    /// What is the metropolis's because the key leaves it: nobody weighs, the service is free, or
    /// amounts are written down.
    Left {
        /// The column.
        nature: Nature,
        /// What was there to share.
        rest: Cents,
        /// What communes owe.
        owed: Cents,
        /// The difference.
        cents: Cents,
    },
}

/// Where a weight comes from, a part of the key each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// `population`, `equal` or `usage`.
    pub kind: KeyKind,
    /// How much of the cost this part shares; 1 for a key that is not mixed.
    pub part: Exact,
    /// Inhabitants, for `population`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// Measured units, for `usage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Exact>,
}

/// The portions of a payer's amount: the member at a place, or the metropolis.
pub(super) fn portions(
    service: &Service,
    worked: &Worked,
    rest: &ByNature<Cents>,
    place: Option<usize>,
) -> Vec<Portion> {
    let natures = [Nature::Fonctionnement, Nature::Investissement];
    match &worked.ruling {
        Ruling::Weights(weights) => {
            let weighed = weights.wide();
            let members = weighed.members.len();
            let at: Vec<(usize, &'static str)> = match place {
                Some(at) => vec![(at, "share")],
                None => vec![(members, "public_use"), (members + 1, "rest")],
            };
            let origins = origins(service, worked, place);
            natures
                .into_iter()
                .flat_map(|nature| at.iter().map(move |at| (nature, *at)))
                .filter_map(|(nature, (at, line))| {
                    by_weight(&weighed, *rest.of(nature), (at, line), nature, &origins)
                })
                .collect()
        }
        Ruling::Amounts(owed) => natures
            .into_iter()
            .filter_map(|nature| by_amount(service, worked, owed, nature, place))
            .collect(),
    }
}

/// The share of one payer in one column; none when there is nothing to say.
fn by_weight(
    weighed: &Weighed<BigUint>,
    rest: Cents,
    (at, line): (usize, &'static str),
    nature: Nature,
    origin: &[Origin],
) -> Option<Portion> {
    let total: BigUint = weighed.all().sum();
    if rest == Cents::ZERO {
        return None;
    }
    if total.is_zero() {
        let left = Portion::Left {
            nature,
            rest,
            owed: Cents::ZERO,
            cents: rest,
        };
        return (line == "rest").then_some(left);
    }
    let whole = BigUint::from(rest.0.unsigned_abs());
    let parts: Vec<(BigUint, BigUint)> = weighed
        .all()
        .map(|weight| (weight * &whole).div_rem(&total))
        .collect();
    let weights: Vec<&BigUint> = weighed.all().collect();
    if line != "share" && weights[at].is_zero() {
        return None;
    }
    let order = |at: usize| {
        let metropolis = at >= weighed.members.len();
        (Reverse(&parts[at].1), metropolis, Reverse(weights[at]), at)
    };
    let cut: BigUint = parts.iter().map(|(_, remainder)| remainder).sum();
    let left = i64::try_from(cut / &total).unwrap_or_default();
    let rank = match parts[at].1.is_zero() {
        true => 0,
        false => {
            1 + (0..parts.len())
                .filter(|other| order(*other) < order(at))
                .count()
        }
    };
    let floor = i64::try_from(&parts[at].0).unwrap_or_default();
    let gains = rank >= 1 && i64::try_from(rank).is_ok_and(|rank| rank <= left);
    let sign = if rest < Cents::ZERO { -1 } else { 1 };
    Some(Portion::Weight {
        nature,
        line,
        rest,
        weight: weights[at].to_string(),
        total: total.to_string(),
        floor: Cents(sign * floor),
        remainder: parts[at].1.to_string(),
        left,
        rank,
        cents: Cents(sign * (floor + i64::from(gains))),
        origin: origin.to_vec(),
    })
}

fn origins(service: &Service, worked: &Worked, place: Option<usize>) -> Vec<Origin> {
    let key = &service.key;
    let whole = [Part {
        kind: key.kind,
        part: Exact::ONE,
        units: key.units.clone(),
    }];
    let parts = match key.kind {
        KeyKind::Mixed => key.parts.as_deref().unwrap_or_default(),
        _ => &whole[..],
    };
    let row = place.map(|at| &worked.adherents.rows[at]);
    let of_row = |units: &BTreeMap<String, Exact>| {
        let row = row.filter(|row| row.days > 0);
        row.and_then(|row| units.get(row.insee.as_str()).copied())
    };
    parts
        .iter()
        .map(|part| Origin {
            kind: part.kind,
            part: part.part,
            population: row
                .filter(|_| part.kind == KeyKind::Population)
                .map(|row| row.population),
            units: part
                .units
                .as_ref()
                .filter(|_| row.is_some())
                .map(|units| of_row(units).unwrap_or(Exact::ZERO)),
        })
        .collect()
}

fn by_amount(
    service: &Service,
    worked: &Worked,
    owed: &[Cents],
    nature: Nature,
    place: Option<usize>,
) -> Option<Portion> {
    let Some(at) = place else {
        let rest = *worked.outcome.cost.of(nature);
        let cents = worked.outcome.metropolis.of(nature).rest;
        return (rest != Cents::ZERO || cents != Cents::ZERO).then_some(Portion::Left {
            nature,
            rest,
            owed: rest - cents,
            cents,
        });
    };
    if nature == Nature::Investissement {
        return None;
    }
    let row = &worked.adherents.rows[at];
    let insee = row.insee.as_str();
    let key = &service.key;
    let mut terms = Vec::new();
    if row.days > 0 {
        if let Some(amount) = key.amounts.as_ref().and_then(|amounts| amounts.get(insee)) {
            terms.push((super::line::euros(*amount), owed[at]));
        }
        for line in key.lines.iter().flatten() {
            if let Some(quantity) = line.quantities.get(insee) {
                let cents = Cents::of_euros(&(line.price.big() * quantity.big()));
                let label = line.label.as_deref().unwrap_or("prix");
                let text = format!(
                    "{label} : {} × {}",
                    super::line::euros(line.price),
                    super::line::french(*quantity)
                );
                terms.push((text, cents.unwrap_or_default()));
            }
        }
    }
    Some(Portion::Owed {
        nature,
        terms,
        cents: owed[at],
    })
}
