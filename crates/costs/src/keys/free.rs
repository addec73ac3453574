//! `free`: «Le principe de gratuité des interventions de ce service est maintenu.»

use super::{Ruling, Sharing};
use crate::adherents::Adherents;
use crate::number::{Cents, TooLarge};

/// Members owe nothing: the metropolis carries the whole.
pub(super) struct Free;

impl Sharing for Free {
    fn rule(&self, adherents: &Adherents) -> Result<Ruling, TooLarge> {
        Ok(Ruling::Amounts(vec![Cents::ZERO; adherents.rows.len()]))
    }
}
