//! `mixed`: parts of several keys, such as 70 % by population and 30 % by use.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{CheckedAdd, CheckedMul, One, ToPrimitive, Zero};

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
        let factors: Vec<BigUint> = weighings
            .iter()
            .map(|each| &each.numerator * (&common / &each.denominator))
            .collect();
        let members = adherents.rows.len();
        let narrow: Option<Vec<u128>> = factors.iter().map(BigUint::to_u128).collect();
        let narrow = narrow.and_then(|factors| sums(members, &weighings, &factors));
        let weights = match narrow {
            Some(sums) => sums.reduced(),
            None => sums(members, &weighings, &factors)
                .ok_or(TooLarge)?
                .reduced(),
        };
        Ok(Ruling::Weights(weights))
    }
}

/// Σ factor × weight, for each member and line of the metropolis; `None` when `W` cannot hold it.
fn sums<W>(members: usize, weighings: &[Weighing], factors: &[W]) -> Option<Weighed<W>>
where
    W: CheckedMul + CheckedAdd + Zero + Clone + From<u128>,
{
    let mut sums = Weighed {
        members: vec![W::zero(); members],
        public: W::zero(),
        metropolis: W::zero(),
    };
    for (each, factor) in weighings.iter().zip(factors) {
        let own = sums.members.iter_mut();
        let all = own.chain([&mut sums.public, &mut sums.metropolis]);
        for (sum, weight) in all.zip(each.weights.all()) {
            *sum = sum.checked_add(&factor.checked_mul(&W::from(*weight))?)?;
        }
    }
    Some(sums)
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
