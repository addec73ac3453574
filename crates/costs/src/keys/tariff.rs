//! `tariff`: prices by measured quantities.

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::exercise::PriceLine;
use crate::number::{Cents, TooLarge};

/// Price × quantity, rounded for each commune and price line.
pub(super) struct Tariff<'a> {
    /// Prices and quantities.
    pub lines: &'a [PriceLine],
}

impl Sharing for Tariff<'_> {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        let mut owed = vec![Cents::ZERO; adherents.rows.len()];
        for line in self.lines {
            let price = line.price.big();
            let mut places = adherents.places();
            for (name, quantity) in &line.quantities {
                if let Some(at) = places.find(name) {
                    let due = Cents::of_euros(&(&price * quantity.big()))?;
                    owed[at] = Cents::total([owed[at], due])?;
                }
            }
        }
        Ok(Ruling::Amounts(owed))
    }
}
