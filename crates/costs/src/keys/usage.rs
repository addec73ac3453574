//! `usage`: measured units.

use std::collections::BTreeMap;

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::number::{Exact, TooLarge};
use crate::share::Weighed;

/// The units as they are: the ledger's freeze has already counted as public those of a commune
/// outside its days of membership.
pub(super) struct Usage<'a> {
    /// Units by commune or other name.
    pub units: Option<&'a BTreeMap<String, Exact>>,
}

impl Sharing for Usage<'_> {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        Ok(Ruling::Weights(weigh(self.units, adherents)?.reduced()))
    }
}

/// The weights of members, and together those of every name that is no member's.
pub(super) fn weigh(
    units: Option<&BTreeMap<String, Exact>>,
    adherents: &Adherents,
) -> Result<Weighed<u128>, TooLarge> {
    let mut weights = Weighed {
        members: vec![0; adherents.rows.len()],
        public: 0,
        metropolis: 0,
    };
    let units = || units.into_iter().flatten();
    let scale = units().try_fold(1_i128, |scale, (_, number)| {
        let denominator = number.parts().1;
        let factor = denominator / num_integer::gcd(scale, denominator);
        scale.checked_mul(factor).ok_or(TooLarge)
    })?;
    let mut places = adherents.places();
    for (name, number) in units() {
        let (numerator, denominator) = number.parts();
        let whole = numerator.checked_mul(scale / denominator).ok_or(TooLarge)?;
        let whole = u128::try_from(whole).map_err(|_| TooLarge)?;
        match places.find(name) {
            Some(at) => weights.members[at] = whole,
            None => weights.public = weights.public.checked_add(whole).ok_or(TooLarge)?,
        }
    }
    Ok(weights)
}
