//! Letters and a number beside a reference that could be another one: `RD 723`, `DP 12`, `RT 2012`.

use super::dates;
use super::lex::Shape;
use super::scan::{Last, Scan};
use super::sections::TYPES;
use super::words::{Announces, announces};

/// Roads, rules, taxes and the like. Each may be a section too.
const LETTERS: [&str; 26] = [
    "RD", "RN", "VC", "CR", "CE", "RT", "RE", "TA", "DA", "BP", "CS", "ER", "SP", "SU", "DR", "PK",
    "TF", "AP", "EP", "EV", "CD", "TN", "PL", "HT", "UM", "ZP",
];
/// Letters of roads, of flats and of hazards, one by one.
const LETTER: [&str; 5] = ["D", "N", "T", "F", "R"];

/// How an acronym and its number stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acronym {
    /// Beside a reference, and in no list of them.
    Aside,
    /// It can be no parcel's: a postal box, or « la RD 723 ».
    Surely,
}

impl Scan<'_> {
    /// The token after an acronym and its number, where another reference stands in the text.
    pub fn acronym(&self, at: usize) -> Option<(usize, Acronym)> {
        let token = self.token(at).filter(|token| token.is(Shape::Word))?;
        let postal = token.among(&["CS", "BP"]);
        if let Some(number) = self.token(at + 1).filter(|_| postal)
            && number.is(Shape::Digits)
            && number.text.len() == 5
        {
            return Some((at + 2, Acronym::Surely));
        }
        let letters = token.among(&LETTERS) || token.among(&TYPES);
        // « DP 12 DP 13 » is a list.
        let same = self
            .items
            .last()
            .is_some_and(|item| item.section == token.text);
        if !(letters || token.text.len() == 1) || same || !self.section_at(at) {
            return None;
        }
        if self.lettered(at) || self.last == Last::Commune {
            return None;
        }
        let number = self.number_after(at)?;
        // Roads have an article, sections none.
        let article = at > 0 && self.articles(at);
        if self.used && article && (token.among(&LETTERS) || token.text.len() == 1) {
            return Some((number + 1, Acronym::Surely));
        }
        let year = token.among(&["RE", "TA"]) && dates::is_year(self.token(number));
        let road = year || token.among(&["RD", "RN", "VC", "CR", "RT", "DA", "BP", "CS", "ER"]);
        let one = token.among(&LETTER)
            && self.tokens[number].text.len() <= 3
            && self.items.last().is_some_and(|item| item.section.len() > 1);
        if !(letters || one) {
            return None;
        }
        let listed = self.listed(at);
        let known = if self.used {
            road || !listed && !self.chained(number)
        } else {
            road && self.other(number) || token.among(&TYPES) && self.announced_after(number)
        };
        known.then_some((number + 1, Acronym::Aside))
    }

    /// Whether « la », « l'» or « accès » stands before.
    fn articles(&self, at: usize) -> bool {
        let before = &self.tokens[at - 1];
        let of = before.is(Shape::Apostrophe) && at > 1 && self.tokens[at - 2].says("L");
        before.lower && before.among(&["LA", "ACCES"]) || of
    }

    /// Whether a list goes on there: « AB 12, CD 45 ».
    fn listed(&self, at: usize) -> bool {
        let before = self.tokens[..at]
            .iter()
            .rev()
            .find(|token| !matches!(token.shape, Shape::Mark | Shape::Open));
        before.is_some_and(|token| {
            matches!(token.shape, Shape::Break | Shape::Dash)
                || token.among(&["ET", "PUIS", "QUE", "OU"])
                || matches!(announces(token), Some(Announces::Section))
                || token.text.starts_with("PARCELLE")
        })
    }

    /// Whether the word before says that a section comes.
    fn lettered(&self, at: usize) -> bool {
        at > 0 && matches!(announces(&self.tokens[at - 1]), Some(Announces::Section))
    }

    /// Whether the reference before is one of the same kind, or its identifier is whole: a list
    /// without marks, « AB12 CD45 ».
    fn chained(&self, number: usize) -> bool {
        let glued = self.tokens[number].glued;
        let before = self.items.last().map(|item| &self.tokens[item.token]);
        glued && self.tokens[number].text.len() > 1 && before.is_some_and(|before| before.glued)
    }

    /// Whether a reference that is no acronym comes later.
    fn other(&self, number: usize) -> bool {
        (number + 1..self.tokens.len()).any(|at| {
            let token = &self.tokens[at];
            self.section_at(at)
                && self.number_after(at).is_some()
                && !token.among(&LETTERS)
                && !token.among(&TYPES)
        })
    }

    /// Whether « pour », « parcelle » or « sur » stands between it and another reference: what
    /// the acronym is of.
    fn announced_after(&self, number: usize) -> bool {
        // Near enough to be said of it.
        let far = self.tokens.len().min(number + 24);
        let Some(next) = (number + 1..far).find(|at| {
            self.section_at(*at)
                && self.number_after(*at).is_some()
                && !self.tokens[*at].among(&TYPES)
        }) else {
            return false;
        };
        self.tokens[number..next].iter().any(|token| {
            token.among(&["POUR", "SUR", "TERRAIN", "CONCERNANT"])
                || token.text.starts_with("PARCELLE")
                || matches!(announces(token), Some(Announces::Section))
        })
    }
}
