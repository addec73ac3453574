//! Requests under way, by payer.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

use super::Payer;

/// How many of a payer's requests are under way. Those of nobody are not kept.
#[derive(Debug, Default)]
pub(super) struct UnderWay(DashMap<Payer, Counts>);

/// Requests, and heavy ones among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    all: u32,
    heavy: u32,
}

/// The kind of place that is wanted, and how many there are of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    is_heavy: bool,
    most: u32,
}

impl Counts {
    /// One of so many places.
    pub fn all(most: u32) -> Wanted {
        Wanted {
            is_heavy: false,
            most,
        }
    }

    /// One of so many places for heavy requests.
    pub fn heavy(most: u32) -> Wanted {
        Wanted {
            is_heavy: true,
            most,
        }
    }

    fn of(&mut self, is_heavy: bool) -> &mut u32 {
        if is_heavy {
            &mut self.heavy
        } else {
            &mut self.all
        }
    }
}

/// A place among a payer's requests, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    under_way: Arc<UnderWay>,
    payer: Payer,
    is_heavy: bool,
}

impl UnderWay {
    /// Takes a place, if one is free.
    pub fn enter(self: &Arc<Self>, payer: Payer, wanted: Wanted) -> Option<Place> {
        let mut counts = self.0.entry(payer).or_default();
        let count = counts.of(wanted.is_heavy);
        if *count >= wanted.most {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Place {
            under_way: self.clone(),
            payer,
            is_heavy: wanted.is_heavy,
        })
    }

    /// Payers with a request under way.
    #[cfg(test)]
    pub fn payers(&self) -> usize {
        self.0.len()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Entry::Occupied(mut counts) = self.under_way.0.entry(self.payer) {
            *counts.get_mut().of(self.is_heavy) -= 1;
            if *counts.get() == Counts::default() {
                counts.remove();
            }
        }
    }
}
