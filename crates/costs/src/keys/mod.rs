//! Rule 7: the keys, one module each behind one trait.

mod equal;
mod fixed;
mod free;
mod mixed;
mod population;
mod tariff;
mod usage;

use crate::adherents::Adherents;
use crate::exercise::{Key, KeyKind};
use crate::number::{Cents, TooLarge};
use crate::share::Weights;

/// What a key says of a service's members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// They share what the metropolis's own use and solidarity leave, in both natures.
    Weights(Weights),
    /// They owe these amounts, as *fonctionnement*; the metropolis carries what the amounts leave,
    /// or receives what they exceed, and has no own use nor solidarity.
    Amounts(Vec<Cents>),
}

/// A way to share a cost among members.
pub(crate) trait Sharing {
    /// What the members owe or weigh, in their order.
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge>;
}

/// The way that a checked key names. A table that its kind lacks counts as empty.
pub(crate) fn sharing(key: &Key) -> Box<dyn Sharing + '_> {
    match key.kind {
        KeyKind::Population => Box::new(population::Population),
        KeyKind::Equal => Box::new(equal::Equal),
        KeyKind::Free => Box::new(free::Free),
        KeyKind::Usage => Box::new(usage::Usage {
            units: key.units.as_ref(),
        }),
        KeyKind::Fixed => Box::new(fixed::Fixed {
            amounts: key.amounts.as_ref(),
        }),
        KeyKind::Tariff => Box::new(tariff::Tariff {
            lines: key.lines.as_deref().unwrap_or_default(),
        }),
        KeyKind::Mixed => Box::new(mixed::Mixed {
            parts: key.parts.as_deref().unwrap_or_default(),
        }),
    }
}
