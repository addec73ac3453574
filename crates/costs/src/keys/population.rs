//! `population`: «Le coût du service commun est ainsi refacturé au poids de la population».

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::number::TooLarge;
use crate::share::Weighed;

/// Inhabitants × Σ (days of membership × the level's coefficient).
pub(super) struct Population;

impl Sharing for Population {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        Ok(Ruling::Weights(weigh(adherents)?.reduced()))
    }
}

/// The weights, which share the denominator days of the year × scale.
pub(super) fn weigh(adherents: &Adherents) -> Result<Weighed<u128>, TooLarge> {
    let weight = |population: u64, presence: u128| presence.checked_mul(population.into());
    let members: Option<Vec<u128>> = adherents
        .rows
        .iter()
        .map(|row| weight(row.population, row.presence))
        .collect();
    Ok(Weighed {
        members: members.ok_or(TooLarge)?,
        public: 0,
        metropolis: 0,
    })
}
