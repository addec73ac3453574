//! Names of communes, as people write them.

use std::collections::{BTreeMap, HashMap};

use super::lex::{Shape, Token, tokens};
use crate::model::Insee;

/// Words of the longest name looked for.
const MOST_WORDS: usize = 9;
/// Small words of names, which people write or leave out: `La Montagne`, `au Pellerin`,
/// `Saint-Jean(-de)-Boiseau`.
const SMALL: [&str; 14] = [
    "LE", "LA", "LES", "L", "DE", "DU", "DES", "D", "SUR", "SOUS", "EN", "ET", "AU", "AUX",
];

/// A commune with its names.
#[derive(Debug, Clone)]
struct Place {
    insee: Insee,
    name: String,
}

/// The communes that a reference may name.
#[derive(Debug, Clone, Default)]
pub struct Places {
    list: Vec<Place>,
    /// Normalised name → places in the list.
    keys: BTreeMap<String, Vec<usize>>,
    codes: HashMap<String, usize>,
    postcodes: HashMap<String, Vec<usize>>,
}

impl Places {
    /// Adds a commune: its name, other names, and postcodes.
    pub fn add<'a>(
        &mut self,
        insee: Insee,
        name: &'a str,
        aliases: impl IntoIterator<Item = &'a str>,
        postcodes: impl IntoIterator<Item = &'a str>,
    ) {
        let place = self.list.len();
        for alias in std::iter::once(name).chain(aliases) {
            let key = key(alias);
            let places = self.keys.entry(key.clone()).or_default();
            // Names of one or two letters (Y, Oô) would be taken for sections.
            if key.len() > 2 && !places.contains(&place) {
                places.push(place);
            }
        }
        for postcode in postcodes {
            self.postcodes
                .entry(postcode.to_owned())
                .or_default()
                .push(place);
        }
        self.codes.insert(insee.as_str().to_owned(), place);
        self.list.push(Place {
            insee,
            name: name.to_owned(),
        });
    }

    /// Whether no commune is known by name.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a code is one of these communes'.
    pub(super) fn knows(&self, code: &str) -> bool {
        self.codes.contains_key(code)
    }

    /// The name of a commune.
    pub(super) fn name(&self, code: &str) -> Option<&str> {
        self.codes
            .get(code)
            .map(|place| self.list[*place].name.as_str())
    }

    /// Every commune, in the order that they were added.
    pub(super) fn all(&self) -> Vec<Insee> {
        self.list.iter().map(|place| place.insee.clone()).collect()
    }

    /// The communes of a postcode.
    pub(super) fn posted(&self, postcode: &str) -> Vec<Insee> {
        self.codes_of(self.postcodes.get(postcode))
    }

    /// Whether a commune's name begins with these whole words.
    fn begins(&self, places: &[usize], with: &[(String, usize)]) -> bool {
        let count = with.len();
        places.iter().any(|place| {
            let name = words(&tokens(&self.list[*place].name), 0);
            (1..=name.len()).any(|end| squashed(&name[..end]) == squashed(with)) && count > 0
        })
    }

    fn codes_of(&self, places: Option<&Vec<usize>>) -> Vec<Insee> {
        places
            .into_iter()
            .flatten()
            .map(|place| self.list[*place].insee.clone())
            .collect()
    }

    /// The longest name that begins at a token: its communes and the token after it.
    pub(super) fn at(&self, tokens: &[Token], from: usize) -> Option<(Vec<Insee>, usize)> {
        if self.is_empty() || !tokens.get(from)?.is(Shape::Word) {
            return None;
        }
        let words = words(tokens, from);
        (0..words.len()).rev().find_map(|last| {
            if SMALL.contains(&words[last].0.as_str()) {
                return None;
            }
            let places = self.keys.get(&squashed(&words[..=last]))?;
            Some((self.codes_of(Some(places)), words[last].1))
        })
    }

    /// The communes whose name begins so, or is within a slip of the keyboard: what is only
    /// likely, for the reader to choose.
    pub(super) fn like(&self, tokens: &[Token], from: usize) -> Option<(Vec<Insee>, usize)> {
        if self.is_empty() {
            return None;
        }
        let words = words(tokens, from);
        (0..words.len()).rev().find_map(|last| {
            let key = squashed(&words[..=last]);
            if key.len() < 4 || matches!(key.as_str(), "SAINT" | "SAINTE" | "SAINTES") {
                return None;
            }
            let mut places: Vec<usize> = self
                .keys
                .range(key.clone()..)
                .take_while(|(name, _)| name.starts_with(&key))
                .filter(|(_, places)| self.begins(places, &words[..=last]))
                .flat_map(|(_, places)| places.iter().copied())
                .collect();
            if places.is_empty() {
                let slips = if key.len() < 8 { 1 } else { 2 };
                places = self
                    .keys
                    .iter()
                    .filter(|(name, _)| within(name.as_bytes(), key.as_bytes(), slips))
                    .flat_map(|(_, places)| places.iter().copied())
                    .collect();
            }
            places.sort_unstable();
            places.dedup();
            (!places.is_empty() && places.len() <= 20)
                .then(|| (self.codes_of(Some(&places)), words[last].1))
        })
    }
}

/// A name without small words, accents, hyphens, spaces and abbreviations.
fn key(name: &str) -> String {
    squashed(&words(&tokens(name), 0))
}

/// Words from a token on that can be one name, each with the token after it.
fn words(tokens: &[Token], from: usize) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        match token.shape {
            // « s/ Loire ».
            Shape::Word
                if token.text == "S"
                    && !found.is_empty()
                    && next.is_some_and(|next| next.is(Shape::Break) && next.glued) =>
            {
                found.push(("SUR".to_owned(), at + 2));
                at += 1;
            }
            Shape::Word => found.push((spelt(&token.text), at + 1)),
            Shape::Dash | Shape::Apostrophe | Shape::Mark if !found.is_empty() => {}
            // « Mauves/Loire »; of « Nantes/Rezé » the longest name that is known is the first.
            Shape::Break
                if token.glued && !found.is_empty() && next.is_some_and(|next| next.glued) => {}
            _ => break,
        }
        if found.len() == MOST_WORDS {
            break;
        }
        at += 1;
    }
    found
}

fn squashed(words: &[(String, usize)]) -> String {
    words
        .iter()
        .map(|(word, _)| word.as_str())
        .filter(|word| !SMALL.contains(word))
        .collect()
}

fn spelt(word: &str) -> String {
    match word {
        "ST" => "SAINT",
        "STE" => "SAINTE",
        word => word,
    }
    .to_owned()
}

/// Whether two words differ by at most `slips` letters added, lost or changed.
fn within(a: &[u8], b: &[u8], slips: usize) -> bool {
    if a.len().abs_diff(b.len()) > slips || a.first() != b.first() {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let kept = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()] <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let mut places = Places::default();
        for (insee, name, aliases, postcode) in [
            ("44101", "La Montagne", "", "44620"),
            ("44172", "Sainte-Luce-sur-Loire", "", "44980"),
            (
                "44150",
                "Saint-Aignan-de-Grand-Lieu",
                "Saint-Aignan-Grandlieu",
                "44860",
            ),
            ("44190", "Saint-Sébastien-sur-Loire", "", "44230"),
        ] {
            places.add(insee.parse().expect("a code"), name, [aliases], [postcode]);
        }
        places
    }

    fn found(text: &str) -> String {
        let places = places();
        let tokens = tokens(text);
        let (sure, list) = match places.at(&tokens, 0) {
            Some(list) => ("", Some(list)),
            None => ("?", places.like(&tokens, 0)),
        };
        list.map_or("-".to_owned(), |(list, after)| {
            let codes: Vec<&str> = list.iter().map(Insee::as_str).collect();
            format!("{}{sure} {after}", codes.join(" "))
        })
    }

    #[test]
    fn a_name_is_known_however_it_is_written() {
        assert_eq!(found("LA MONTAGNE AB 12"), "44101 2");
        assert_eq!(found("montagne"), "44101 1");
        assert_eq!(found("Ste Luce s/ Loire AB"), "44172 5");
        assert_eq!(found("Ste Luce/Loire AB"), "44172 4");
        assert_eq!(found("Montagne/Ste Luce AB"), "44101 1");
        assert_eq!(found("St.Aignan de Grand Lieu"), "44150 6");
        assert_eq!(found("Saint Aignan Grandlieu"), "44150 3");
        assert_eq!(found("Saint-Sébastien AB 12"), "44190? 3");
        assert_eq!(found("Montagnne AB 12"), "44101? 1");
        assert_eq!(found("Saint AB 12"), "-");
        assert_eq!(found("Pornic AB 12"), "-");
    }
}
