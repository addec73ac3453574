//! Parcels that were looked up lately.
//!
//! A metropolis has as many as fit here, so that what is left out hardly matters, and the least
//! bookkeeping wins: those looked up since the last change of generation, and those of the
//! generation before, which move over when they are asked for again.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ads::desk::Version;
use crate::store::ads::Parcels;

/// Bytes, about, of one generation: half of what is kept, some three hundred thousand parcels.
const GENERATION: usize = 64 << 20;

/// Bytes of a parcel beside its shape: its texts, and what surrounds them.
const BESIDE: usize = 300;

type Found = HashMap<String, Arc<Parcels>>;

/// What is kept, of one version of the parcels and of their sheets.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    of: Option<(Version, Version)>,
    young: Found,
    old: Found,
    /// Bytes of the young ones.
    bytes: usize,
}

impl Kept {
    fn all(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A parcel, if it was kept at these versions.
    pub(super) fn get(&self, of: (Version, Version), key: &str) -> Option<Arc<Parcels>> {
        let mut all = self.all();
        if all.of != Some(of) {
            return None;
        }
        if let Some(found) = all.young.get(key) {
            return Some(found.clone());
        }
        let (key, found) = all.old.remove_entry(key)?;
        let left = all.keep(key, found.clone());
        drop(all);
        drop(left);
        Some(found)
    }

    /// Keeps a parcel of these versions, which are taken for the newest.
    pub(super) fn insert(&self, of: (Version, Version), key: &str, found: Arc<Parcels>) {
        let mut all = self.all();
        let before = (all.of != Some(of)).then(|| mem::take(&mut *all));
        all.of = Some(of);
        let left = all.keep(key.to_owned(), found);
        // Thousands of parcels are not given back while others wait.
        drop(all);
        drop((before, left));
    }
}

impl Generations {
    /// Keeps a parcel among the young; those that are left out for it.
    fn keep(&mut self, key: String, found: Arc<Parcels>) -> Found {
        let shapes: usize = found.list.iter().map(|parcel| parcel.wkb.len()).sum();
        self.bytes += BESIDE + shapes;
        self.young.insert(key, found);
        if self.bytes < GENERATION {
            return Found::default();
        }
        self.bytes = 0;
        mem::replace(&mut self.old, mem::take(&mut self.young))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels(version: i64) -> Arc<Parcels> {
        Arc::new(Parcels {
            version,
            total: 0,
            list: Vec::new(),
        })
    }

    #[test]
    fn what_is_kept_is_of_its_versions_and_bounded() {
        let kept = Kept::default();
        let (one, two) = (((1, 1), (1, 1)), ((1, 2), (1, 1)));
        kept.insert(one, "a", parcels(1));
        assert!(kept.get(one, "a").is_some());
        assert!(kept.get(two, "a").is_none());
        kept.insert(two, "b", parcels(2));
        assert!(kept.get(one, "a").is_none() && kept.get(two, "b").is_some());
        let generation = GENERATION / BESIDE + 1;
        for number in 0..generation {
            kept.insert(two, &number.to_string(), parcels(2));
        }
        // Asked for while it is old, a parcel is young again.
        assert!(kept.get(two, "b").is_some());
        for number in generation..2 * generation {
            kept.insert(two, &number.to_string(), parcels(2));
        }
        assert!(kept.get(two, "b").is_some() && kept.get(two, "0").is_none());
        let all = kept.all();
        assert!(all.young.len() + all.old.len() <= 2 * generation);
    }
}
