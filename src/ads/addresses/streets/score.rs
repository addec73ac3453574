//! How well streets and communes answer what was typed.

use super::{Likely, Street, Streets, TOWN, Town, Within};
use crate::model::degrees_to_mercator;
use crate::store::ads::Place;

impl Streets {
    /// What of the typed words a commune's name holds.
    pub(super) fn evidence(&self, town: &Town, likely: &[Likely]) -> f32 {
        let best = |words: &Likely| {
            let worth = |word: &u32| self.weights[*word as usize] * words.of(*word) * TOWN;
            town.words.iter().map(worth).fold(0.0, f32::max)
        };
        likely.iter().map(best).sum()
    }

    pub(super) fn is_within(&self, street: &Street, within: &Within) -> bool {
        match self.towns.get(street.town) {
            Some(town) => within.holds(town),
            None => within.takes(&street.row.commune),
        }
    }

    /// How well a street answers: how much of what was typed it holds, how much of it was typed.
    pub(super) fn score(
        &self,
        street: &Street,
        likely: &[Likely],
        worth: &[f32],
        within: &Within,
    ) -> f32 {
        let town = self.towns.get(street.town);
        let (mut held, mut total) = (0.0, 0.0);
        let mut named = vec![false; street.words.len()];
        let mut order = 0;
        let mut inverted = 0;
        for (words, worth) in likely.iter().zip(worth) {
            let mut best = 0.0f32;
            let mut place = None;
            for (at, own) in street.words.iter().enumerate() {
                let likeness = words.of(*own);
                if likeness > best {
                    (best, place) = (likeness, Some(at));
                }
            }
            for word in town.iter().flat_map(|town| &town.words) {
                let likeness = words.of(*word) * TOWN;
                if likeness > best {
                    (best, place) = (likeness, None);
                }
            }
            if let Some(at) = place {
                named[at] = true;
                inverted += usize::from(at < order);
                order = at;
            }
            held += best * worth;
            total += worth;
        }
        let weight = |word: &u32| self.weights[*word as usize];
        let whole: f32 = street.words.iter().map(weight).sum();
        let typed: f32 = street
            .words
            .iter()
            .zip(&named)
            .filter(|(_, named)| **named)
            .map(|(word, _)| weight(word))
            .sum();
        let recall = if total > 0.0 { held / total } else { 0.0 };
        let precision = if whole > 0.0 { typed / whole } else { 0.0 };
        let near = within
            .near
            .map_or(0.0, |place| nearness(street.row.place, place));
        (0.76 * recall + 0.15 * precision + 0.04 * street.importance + 0.05 * near
            - 0.03 * inverted as f32)
            .clamp(0.0, 1.0)
    }

    /// How well a commune's name answers, when all of what was typed is its name.
    pub(super) fn named(&self, town: &Town, likely: &[Likely], worth: &[f32]) -> Option<f32> {
        let mut best: Option<f32> = None;
        for name in &town.names {
            let (mut held, mut total) = (0.0, 0.0);
            let mut all = true;
            for (words, worth) in likely.iter().zip(worth) {
                let likeness = name.iter().map(|word| words.of(*word)).fold(0.0, f32::max);
                all &= likeness > 0.0;
                held += likeness * worth;
                total += worth;
            }
            if all && total > 0.0 {
                let whole = (likely.len() as f32 / name.len().max(1) as f32).min(1.0);
                let score = 0.8 * held / total + 0.15 * whole + 0.03;
                best = Some(best.map_or(score, |best| best.max(score)));
            }
        }
        best
    }
}

impl Within {
    pub(super) fn holds(&self, town: &Town) -> bool {
        let posted = |code: &String| town.row.postcodes.iter().any(|own| own == code);
        self.takes(&town.row.insee) && self.postcode.as_ref().is_none_or(posted)
    }

    pub(super) fn takes(&self, insee: &str) -> bool {
        let whole = self.citycode.as_ref().is_none_or(|code| code == insee);
        whole
            && self
                .depcode
                .as_ref()
                .is_none_or(|code| insee.starts_with(code.as_str()))
    }
}

/// 1 at the place, falling by half each two kilometres. Mercator stretches by the cosine.
fn nearness(place: Place, (lon, lat): (f64, f64)) -> f32 {
    let (x, y) = degrees_to_mercator(lon, lat);
    let drawn = (place.mercator.0 - x).hypot(place.mercator.1 - y);
    let metres = drawn * lat.to_radians().cos();
    (0.5f64).powf(metres / 2000.0) as f32
}
