//! `mixed`: parts of several keys, such as 70 % by population and 30 % by use.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Zero};

use super::{Ruling, Sharing, equal, population, usage};
use crate::adherents::Adherents;
use crate::exercise::{KeyKind, Part};
use crate::number::TooLarge;
use crate::share::Weighed;

/// Each part's weights, normalised to 1 and multiplied by the part, summed. A part in which nobody
/// weighs is the metropolis's. There is one division and one rounding, over the sums.
pub(super) struct Mixed<'a> {
    /// The parts, which add up to 1.
    pub parts: &'a [Part],
}

/// Whole weights of one part, and what each is multiplied by: part ÷ their sum.
struct Weighing {
    weights: Weighed<u128>,
    numerator: BigUint,
    denominator: BigUint,
}

impl Sharing for Mixed<'_> {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        let weighings: Vec<Weighing> = self
            .parts
            .iter()
            .map(|part| weigh(part, adherents))
            .collect::<Result<_, _>>()?;
        let common = weighings
            .iter()
            .fold(BigUint::one(), |common, each| common.lcm(&each.denominator));
        let mut sums = Weighed {
            members: vec![BigUint::ZERO; adherents.rows.len()],
            public: BigUint::ZERO,
            metropolis: BigUint::ZERO,
        };
        for each in weighings {
            let factor = each.numerator * (&common / each.denominator);
            for (sum, weight) in sums.members.iter_mut().zip(each.weights.members) {
                *sum += &factor * weight;
            }
            sums.public += &factor * each.weights.public;
            sums.metropolis += &factor * each.weights.metropolis;
        }
        Ok(Ruling::Weights(sums.reduced()))
    }
}

fn weigh(part: &Part, adherents: &Adherents) -> Result<Weighing, TooLarge> {
    let mut weights = match part.kind {
        KeyKind::Population => population::weigh(adherents)?,
        KeyKind::Usage => usage::weigh(part.units.as_ref(), adherents)?,
        _ => equal::weigh(adherents),
    };
    let mut sum: BigUint = weights.all().map(|weight| BigUint::from(*weight)).sum();
    if sum.is_zero() {
        weights.metropolis = 1;
        sum = BigUint::one();
    }
    let (numerator, denominator) = part.part.parts();
    let natural = |number: i128| BigInt::from(number).magnitude().clone();
    Ok(Weighing {
        weights,
        numerator: natural(numerator),
        denominator: natural(denominator) * sum,
    })
}
