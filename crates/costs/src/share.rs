//! Rule 8: largest remainder to the cent.

use std::cmp::Reverse;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::ToPrimitive;

use crate::number::Cents;

/// Whole weights over a denominator that they share and that no share depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Weights {
    /// In 128 bits, as nearly always.
    Narrow(Weighed<u128>),
    /// As large as it takes.
    Wide(Weighed<BigUint>),
}

/// The weight of each member, and of the metropolis's own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weighed<W> {
    /// Members, in the order of their codes.
    pub members: Vec<W>,
    /// Use that is nobody's among the members.
    pub public: W,
    /// Parts of a mixed key in which nobody weighs.
    pub metropolis: W,
}

/// An amount shared to the cent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    /// Members, in the order of their codes.
    pub members: Vec<Cents>,
    /// The part of [`Weighed::public`].
    pub public: Cents,
    /// The part of [`Weighed::metropolis`].
    pub metropolis: Cents,
}

impl Weights {
    /// Shares an amount; `None` when all weights are zero.
    ///
    /// Each gets its exact part rounded down; the cents left go to the largest remainders. On equal
    /// remainders communes come before the metropolis, then the larger weight, then the smaller
    /// code. A negative amount is shared by the same rule with the sign changed.
    pub(crate) fn split(&self, amount: Cents) -> Option<Split> {
        let whole = amount.0.unsigned_abs();
        let mut split = match self {
            Self::Narrow(weights) => match narrow_total(weights) {
                Some(total) if total.checked_mul(whole.into()).is_some() => {
                    weights.split(&total, &whole.into())
                }
                _ => weights.widen().split_wide(whole),
            },
            Self::Wide(weights) => weights.split_wide(whole),
        }?;
        if amount < Cents::ZERO {
            for cents in split.members.iter_mut() {
                *cents = -*cents;
            }
            split.public = -split.public;
            split.metropolis = -split.metropolis;
        }
        Some(split)
    }

    /// How many members they are for.
    pub(crate) fn members(&self) -> usize {
        match self {
            Self::Narrow(weights) => weights.members.len(),
            Self::Wide(weights) => weights.members.len(),
        }
    }

    /// The same weights, as large as it takes.
    pub(crate) fn wide(&self) -> Weighed<BigUint> {
        match self {
            Self::Narrow(weights) => weights.widen(),
            Self::Wide(weights) => weights.clone(),
        }
    }
}

fn narrow_total(weights: &Weighed<u128>) -> Option<u128> {
    weights
        .all()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))
}

impl<W> Weighed<W> {
    /// Every weight: the members', public use, the metropolis.
    pub(crate) fn all(&self) -> impl Iterator<Item = &W> {
        self.members.iter().chain([&self.public, &self.metropolis])
    }
}

impl Weighed<u128> {
    /// The weights in lowest terms: results do not change, and arithmetic is quicker.
    pub(crate) fn reduced(mut self) -> Weights {
        let mut common = 0_u128;
        for weight in self.all() {
            common = common.gcd(weight);
            if common == 1 {
                break;
            }
        }
        if common > 1 {
            let own = self.members.iter_mut();
            for weight in own.chain([&mut self.public, &mut self.metropolis]) {
                *weight /= common;
            }
        }
        Weights::Narrow(self)
    }

    fn widen(&self) -> Weighed<BigUint> {
        Weighed {
            members: self.members.iter().map(|w| BigUint::from(*w)).collect(),
            public: self.public.into(),
            metropolis: self.metropolis.into(),
        }
    }
}

impl Weighed<BigUint> {
    fn split_wide(&self, whole: u64) -> Option<Split> {
        let total: BigUint = self.all().sum();
        self.split(&total, &whole.into())
    }

    /// The weights in lowest terms, in 128 bits where they fit.
    pub(crate) fn reduced(mut self) -> Weights {
        let common = self
            .all()
            .fold(BigUint::ZERO, |common, weight| common.gcd(weight));
        if common > BigUint::from(1_u8) {
            let own = self.members.iter_mut();
            for weight in own.chain([&mut self.public, &mut self.metropolis]) {
                *weight /= &common;
            }
        }
        let members: Option<Vec<u128>> = self.members.iter().map(BigUint::to_u128).collect();
        match (members, self.public.to_u128(), self.metropolis.to_u128()) {
            (Some(members), Some(public), Some(metropolis)) => Weights::Narrow(Weighed {
                members,
                public,
                metropolis,
            }),
            _ => Weights::Wide(self),
        }
    }
}

impl<W: Integer + Clone + ToPrimitive> Weighed<W> {
    /// Shares a whole number of cents; `total × whole` fits in `W`.
    fn split(&self, total: &W, whole: &W) -> Option<Split> {
        if total.is_zero() {
            return None;
        }
        let mut left = whole.to_i64()?;
        let mut cents: Vec<i64> = Vec::with_capacity(self.members.len() + 2);
        let mut remainders: Vec<(W, usize)> = Vec::new();
        for (at, weight) in self.all().enumerate() {
            // The one division of the share.
            let (floor, remainder) = (weight.clone() * whole.clone()).div_rem(total);
            let floor = floor.to_i64()?;
            left -= floor;
            cents.push(floor);
            if !remainder.is_zero() {
                remainders.push((remainder, at));
            }
        }
        // Remainders add up to `left` times the total: more of them than `left` are not zero.
        if let Ok(left @ 1..) = usize::try_from(left) {
            let members = self.members.len();
            let weights: Vec<&W> = self.all().collect();
            remainders.select_nth_unstable_by(left - 1, |(a, at), (b, bt)| {
                let rank = |at: usize| (at >= members, Reverse(weights[at]), at);
                b.cmp(a).then_with(|| rank(*at).cmp(&rank(*bt)))
            });
            for (_, at) in &remainders[..left] {
                cents[*at] += 1;
            }
        }
        let metropolis = Cents(cents.pop()?);
        let public = Cents(cents.pop()?);
        Some(Split {
            members: cents.into_iter().map(Cents).collect(),
            public,
            metropolis,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(members: &[u128], public: u128, metropolis: u128) -> Weighed<u128> {
        Weighed {
            members: members.to_vec(),
            public,
            metropolis,
        }
    }

    fn split(amount: i64, of: Weighed<u128>) -> Vec<i64> {
        let wide = Weights::Wide(of.widen())
            .split(Cents(amount))
            .expect("weights");
        let split = of.reduced().split(Cents(amount)).expect("weights");
        assert_eq!(split, wide, "128 bits and larger agree");
        let members = split.members.iter().map(|cents| cents.0);
        members
            .chain([split.public.0, split.metropolis.0])
            .collect()
    }

    #[test]
    fn the_largest_remainders_take_the_cents_that_are_left() {
        // 100 by 1:1:1 is 33⅓ each; the first code takes the cent.
        assert_eq!(split(100, weights(&[1, 1, 1], 0, 0)), [34, 33, 33, 0, 0]);
        // 5 by 1:3 is 1¼ and 3¾.
        assert_eq!(split(5, weights(&[1, 3], 0, 0)), [1, 4, 0, 0]);
        // 3 by 1:3:2 is ½, 1½, 1: equal remainders, the larger weight first.
        assert_eq!(split(3, weights(&[1, 3, 2], 0, 0)), [0, 2, 1, 0, 0]);
    }

    #[test]
    fn communes_come_before_the_metropolis() {
        // 1 by 1:1, a commune and public use: ½ each; and even when public use weighs more.
        assert_eq!(split(1, weights(&[1], 1, 0)), [1, 0, 0]);
        // 2 by 1:3 is ½ and 1½.
        assert_eq!(split(2, weights(&[1], 3, 0)), [1, 1, 0]);
        assert_eq!(split(1, weights(&[], 1, 1)), [1, 0]);
    }

    #[test]
    fn a_zero_weight_pays_nothing_and_a_negative_amount_mirrors() {
        assert_eq!(split(1, weights(&[0, 5], 0, 0)), [0, 1, 0, 0]);
        assert_eq!(
            split(-100, weights(&[1, 1, 1], 0, 0)),
            [-34, -33, -33, 0, 0]
        );
        assert_eq!(weights(&[0], 0, 0).reduced().split(Cents(7)), None);
    }

    #[test]
    fn products_beyond_128_bits_are_exact() {
        let huge = u128::MAX / 4;
        assert_eq!(
            split(1_000_001, weights(&[huge, huge], 0, 0)),
            [500_001, 500_000, 0, 0]
        );
    }
}
