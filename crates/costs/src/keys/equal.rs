//! `equal`: every member alike.

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::number::TooLarge;
use crate::share::Weighed;

/// Σ (days of membership × the level's coefficient).
pub(super) struct Equal;

impl Sharing for Equal {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        Ok(Ruling::Weights(weigh(adherents).reduced()))
    }
}

/// The weights, which share the denominator days of the year × scale.
pub(super) fn weigh(adherents: &Adherents) -> Weighed<u128> {
    Weighed {
        members: adherents.rows.iter().map(|row| row.presence).collect(),
        public: 0,
        metropolis: 0,
    }
}
