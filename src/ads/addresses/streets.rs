//! Streets and communes in memory, found by words that may be cut short or misspelt.
//!
//! A territory has some ten thousand streets: an index of their words is a few megabytes, is made
//! in a fraction of a second when the layer is published, and answers in less time than a round
//! trip to the database. It needs no extension of PostgreSQL, and works on a replica.

mod score;

use std::collections::{BTreeMap, HashMap};

use super::words::{Letters, Word, forgiven, slips, spelt};
use crate::store::ads::{StreetRow, TownRow};

/// Words that a beginning may stand for, at most.
const MOST_ENDINGS: usize = 400;

/// Streets that are weighed in detail.
const SHORTLIST: usize = 60;

/// What a beginning is worth against the whole word, and each slip.
const BEGUN: f32 = 0.96;
const SLIP: f32 = 0.15;

/// What a commune's word is worth as evidence beside a street's.
const TOWN: f32 = 0.95;

/// A street.
#[derive(Debug)]
pub struct Street {
    /// What is known of it.
    pub row: StreetRow,
    /// Its commune's place in the list.
    pub town: usize,
    /// How much of a street's fame it has: the share of addresses, on a scale of logarithms.
    pub importance: f32,
    words: Vec<u32>,
}

/// A commune.
#[derive(Debug)]
pub struct Town {
    /// What is known of it.
    pub row: TownRow,
    /// Words of each of its names.
    names: Vec<Vec<u32>>,
    /// All of these words, each once.
    words: Vec<u32>,
}

impl Town {
    /// Its postcode, when it has one alone.
    pub fn postcode(&self) -> Option<&str> {
        match &self.row.postcodes[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// The index.
#[derive(Debug, Default)]
pub struct Streets {
    /// Streets, by commune and name.
    pub streets: Vec<Street>,
    /// Communes, by code.
    pub towns: Vec<Town>,
    /// Words, in order.
    words: Vec<String>,
    /// Letters of each word, which spare comparing those that have too few in common.
    letters: Vec<Letters>,
    /// What each word tells: the rarer the more.
    weights: Vec<f32>,
    /// Streets of each word.
    holders: Vec<Vec<u32>>,
}

/// Something found: a street or a commune, and how well it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Which.
    pub what: What,
    /// From 0 to 1.
    pub score: f32,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A street, by its place.
    Street(usize),
    /// A commune, by its place.
    Town(usize),
}

/// Where to look.
#[derive(Debug, Default, Clone)]
pub struct Within {
    /// INSEE code of the commune.
    pub citycode: Option<String>,
    /// One of the commune's postcodes.
    pub postcode: Option<String>,
    /// Code of the département.
    pub depcode: Option<String>,
    /// A place in degrees that is preferred.
    pub near: Option<(f64, f64)>,
}

/// The words of the index that a typed word may be, in their order, and how well.
struct Likely(Vec<(u32, f32)>);

impl Likely {
    /// How well a word of the index is what was typed; 0 when it is not.
    fn of(&self, word: u32) -> f32 {
        let place = self.0.binary_search_by_key(&word, |(known, _)| *known);
        place.map_or(0.0, |place| self.0[place].1)
    }
}

impl Streets {
    /// The index of these rows.
    pub fn new(streets: Vec<StreetRow>, towns: Vec<TownRow>) -> Self {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let spelt_streets: Vec<Vec<String>> = streets.iter().map(|row| spelt(&row.name)).collect();
        let spelt_towns: Vec<Vec<Vec<String>>> = towns
            .iter()
            .map(|row| {
                let names = std::iter::once(&row.name).chain(&row.aliases);
                names.map(|name| spelt(name)).collect()
            })
            .collect();
        for word in spelt_streets
            .iter()
            .flatten()
            .chain(spelt_towns.iter().flatten().flatten())
        {
            numbers.entry(word.clone()).or_default();
        }
        for (place, number) in numbers.values_mut().enumerate() {
            *number = place as u32;
        }
        let number = |words: &[String]| -> Vec<u32> {
            words
                .iter()
                .filter_map(|word| numbers.get(word).copied())
                .collect()
        };
        let mut holders = vec![Vec::new(); numbers.len()];
        let codes: HashMap<&str, usize> = towns
            .iter()
            .enumerate()
            .map(|(place, row)| (row.insee.as_str(), place))
            .collect();
        let places: Vec<usize> = streets
            .iter()
            .map(|row| {
                codes
                    .get(row.commune.as_str())
                    .copied()
                    .unwrap_or(usize::MAX)
            })
            .collect();
        let mut list = Vec::with_capacity(streets.len());
        let mut most = 1.0f32;
        for ((row, words), town) in streets.into_iter().zip(&spelt_streets).zip(places) {
            let words = number(words);
            for word in &words {
                let holders: &mut Vec<u32> = &mut holders[*word as usize];
                if holders.last() != Some(&(list.len() as u32)) {
                    holders.push(list.len() as u32);
                }
            }
            let importance = (row.count as f32).ln_1p();
            most = most.max(importance);
            list.push(Street {
                row,
                town,
                importance,
                words,
            });
        }
        for street in &mut list {
            street.importance /= most;
        }
        let count = list.len() as f32;
        let weights = holders
            .iter()
            .map(|holders| (1.0 + count / (1.0 + holders.len() as f32)).ln())
            .collect();
        let names = spelt_towns
            .iter()
            .map(|names| names.iter().map(|name| number(name)).collect());
        let town = |(row, names): (TownRow, Vec<Vec<u32>>)| {
            let mut words = names.concat();
            words.sort_unstable();
            words.dedup();
            Town { row, names, words }
        };
        let towns = towns.into_iter().zip(names).map(town).collect();
        let words: Vec<String> = numbers.into_keys().collect();
        Self {
            streets: list,
            towns,
            letters: words.iter().map(|word| Letters::of(word)).collect(),
            words,
            weights,
            holders,
        }
    }

    /// The streets and communes that answer these words best. `begun`: the last word may be cut
    /// short.
    pub fn find(&self, typed: &[Word], begun: bool, within: &Within) -> Vec<Match> {
        let likely: Vec<Likely> = typed
            .iter()
            .enumerate()
            .map(|(place, word)| self.likely(word, begun && place + 1 == typed.len()))
            .collect();
        if likely.is_empty() {
            return Vec::new();
        }
        let worth: Vec<f32> = likely.iter().map(|words| self.worth(words)).collect();
        let mut found: Vec<Match> = self
            .shortlist(&likely, within)
            .into_iter()
            .map(|street| Match {
                what: What::Street(street),
                score: self.score(&self.streets[street], &likely, &worth, within),
            })
            .collect();
        for (place, town) in self.towns.iter().enumerate() {
            if within.holds(town)
                && let Some(score) = self.named(town, &likely, &worth)
            {
                found.push(Match {
                    what: What::Town(place),
                    score,
                });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
    }

    /// The words of the index that a typed one may be.
    fn likely(&self, typed: &Word, begun: bool) -> Likely {
        let mut likely: Vec<(u32, f32)> = Vec::new();
        let mut add = |word: usize, worth: f32| likely.push((word as u32, worth));
        let exact = |text: &str| {
            self.words
                .binary_search_by(|word| word.as_str().cmp(text))
                .ok()
        };
        for text in [Some(typed.text.as_str()), typed.long]
            .into_iter()
            .flatten()
        {
            if let Some(word) = exact(text) {
                add(word, 1.0);
            }
        }
        let text = typed.text.as_str();
        if begun {
            let first = self.words.partition_point(|word| word.as_str() < text);
            let endings = self.words[first..]
                .iter()
                .take_while(|word| word.starts_with(text));
            for place in 0..endings.take(MOST_ENDINGS).count() {
                add(first + place, BEGUN);
            }
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if likely.is_empty() && !digits {
            let letters = Letters::of(text);
            for (place, word) in self.words.iter().enumerate() {
                let most = forgiven(text.len().max(word.len()).min(text.len() + 1));
                if most == 0 || letters.missing_in(self.letters[place]) > most {
                    continue;
                }
                if let Some(slips) = slips(text, word, most) {
                    likely.push((place as u32, 1.0 - SLIP * slips as f32));
                } else if begun && word.len() > text.len() {
                    // A beginning with a slip in it; words are plain letters, cut anywhere.
                    if slips_at_start(text, word, most) {
                        likely.push((place as u32, 1.0 - SLIP * 1.5));
                    }
                }
            }
        }
        // Of what a word is in two ways, the first counts: whole before cut short.
        likely.sort_by_key(|(word, _)| *word);
        likely.dedup_by_key(|(word, _)| *word);
        Likely(likely)
    }

    /// What a typed word tells; one that nothing answers tells nearly as much as a rare
    /// one.
    fn worth(&self, likely: &Likely) -> f32 {
        let weights = likely
            .0
            .iter()
            .map(|(word, _)| self.weights[*word as usize]);
        let most = weights.fold(0.0, f32::max);
        if most > 0.0 {
            most
        } else {
            0.75 * (1.0 + self.streets.len() as f32).ln()
        }
    }

    /// The streets in which most of what was typed is found.
    fn shortlist(&self, likely: &[Likely], within: &Within) -> Vec<usize> {
        let mut sums = vec![0.0f32; self.streets.len()];
        let mut best = vec![0.0f32; self.streets.len()];
        let mut seen: Vec<u32> = Vec::new();
        let mut touched: Vec<u32> = Vec::new();
        for words in likely {
            for (word, worth) in &words.0 {
                let gain = self.weights[*word as usize] * worth;
                for street in &self.holders[*word as usize] {
                    // A word counts once in a street, as what suits it best.
                    let known = &mut best[*street as usize];
                    if *known == 0.0 {
                        touched.push(*street);
                    }
                    *known = known.max(gain);
                }
            }
            for street in touched.drain(..) {
                let sum = &mut sums[street as usize];
                if *sum == 0.0 {
                    seen.push(street);
                }
                *sum += std::mem::take(&mut best[street as usize]);
            }
        }
        // The commune tells streets of one name apart.
        let named: Vec<f32> = self
            .towns
            .iter()
            .map(|town| self.evidence(town, likely))
            .collect();
        let mut list: Vec<(f32, usize)> = seen
            .into_iter()
            .map(|street| street as usize)
            .filter(|street| self.is_within(&self.streets[*street], within))
            .map(|place| {
                let street = &self.streets[place];
                let named = named.get(street.town).copied().unwrap_or(0.0);
                (sums[place] + named + 0.2 * street.importance, place)
            })
            .collect();
        if list.len() > SHORTLIST {
            list.select_nth_unstable_by(SHORTLIST, |a, b| b.0.total_cmp(&a.0));
            list.truncate(SHORTLIST);
        }
        list.into_iter().map(|(_, street)| street).collect()
    }
}

/// Whether the beginning of a word is what was typed but for a slip.
fn slips_at_start(text: &str, word: &str, most: usize) -> bool {
    let lengths = text.len().saturating_sub(1)..=(text.len() + 1).min(word.len());
    lengths
        .filter_map(|length| word.get(..length))
        .any(|start| slips(text, start, most.min(1)).is_some())
}
