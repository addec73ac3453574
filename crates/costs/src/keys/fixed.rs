//! `fixed`: amounts written down.

use std::collections::BTreeMap;

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::number::{Cents, Exact, TooLarge};

/// Amounts that members owe whatever the cost, not prorated.
pub(super) struct Fixed<'a> {
    /// Euros by commune.
    pub amounts: Option<&'a BTreeMap<String, Exact>>,
}

impl Sharing for Fixed<'_> {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        let mut owed = vec![Cents::ZERO; adherents.rows.len()];
        let mut places = adherents.places();
        for (name, amount) in self.amounts.into_iter().flatten() {
            if let Some(at) = places.find(name) {
                owed[at] = Cents::of_euros(&amount.big())?;
            }
        }
        Ok(Ruling::Amounts(owed))
    }
}
