//! What is numbered and is no parcel: lots of a building, storeys, plans.

use super::areas;
use super::lex::Shape;
use super::scan::Scan;
use super::sections::TYPES;
use super::words::{Announces, anchors, announces};

impl Scan<'_> {
    /// The token after the first value of a word like « lot », and after the whole list of them:
    /// `lots 1, 2 et 3`, `lots 4 à 6`, `bâtiment B`.
    pub fn values(&self, at: usize) -> Option<(usize, usize)> {
        let value = self.labels(at + 1);
        // « DIA n° 123 AB 12 »: what « n° » announces is no prefix.
        let number = self.token(value).filter(|number| number.is(Shape::Digits));
        let first = match number.filter(|_| value > at + 1) {
            Some(_) => self.joined(value),
            None => self.value_at(value)?,
        };
        let mut all = first;
        while let Some(link) = self.token(all) {
            let links = matches!(link.shape, Shape::Break | Shape::Dash)
                || link.among(&["ET", "A", "AU", "OU"]);
            let after = self.labels(all + 1);
            match self.value_at(after) {
                Some(end) if links => all = end,
                _ => break,
            }
        }
        Some((first, all))
    }

    /// The token after « pièces PC 1, PC 2 et PC 5 », « plan A 3 »: what they are called in a file.
    pub fn coded(&self, at: usize) -> Option<usize> {
        let code = |at: usize| {
            let token = self.token(at)?;
            let typed = token.among(&TYPES) || token.is(Shape::Word) && token.text.len() == 1;
            let number = self.number_after(at).filter(|_| typed && !token.accent)?;
            (self.tokens[number].text.len() <= 2).then_some(number + 1)
        };
        let mut end = code(self.labels(at + 1))?;
        while let Some(link) = self.token(end) {
            let links = link.is(Shape::Break) || link.among(&["ET", "A"]);
            match code(end + 1) {
                Some(after) if links && self.tokens[end + 1].among(&TYPES) => end = after,
                _ => break,
            }
        }
        Some(end)
    }

    /// The token after « plan n° 4 », where it is no parcel's: a reference stands before, or comes
    /// after.
    pub fn plan(&self, at: usize) -> Option<usize> {
        let value = self.labels(at + 1);
        let after = self.value_at(value).filter(|_| value > at + 1)?;
        let later = (after..self.tokens.len())
            .any(|at| self.section_at(at) && self.number_after(at).is_some());
        (self.used || later).then_some(after)
    }

    /// Passes « n° », « : » and « (s) ».
    pub fn labels(&self, from: usize) -> usize {
        let mut at = from;
        while self.token(at).is_some_and(|token| {
            let mark = matches!(token.shape, Shape::Mark | Shape::Degree | Shape::Open);
            // « lot de copropriété 45 ».
            let shared = token.among(&["COPROPRIETE", "COPRO"])
                || token.says("DE")
                    && self
                        .token(at + 1)
                        .is_some_and(|next| next.among(&["COPROPRIETE", "COPRO"]));
            mark || shared
                || self.plural(at)
                || token.among(&["N", "NO", "NOS", "NUMERO", "NUMEROS"])
                    && self
                        .token(at + 1)
                        .is_some_and(|next| matches!(next.shape, Shape::Degree | Shape::Digits))
        }) {
            at += 1;
        }
        at
    }

    /// A number, one letter, or both: `lot B`, `bâtiment B 12`, `appt A12`.
    fn value_at(&self, at: usize) -> Option<usize> {
        let token = self.token(at)?;
        // « article UM 7 ».
        if token.text.starts_with('U')
            && let Some(end) = self.zone_number(at)
        {
            return Some(end);
        }
        if token.is(Shape::Word) && token.text.len() == 1 && !token.accent {
            let number = self.token(at + 1).filter(|next| next.is(Shape::Digits));
            return Some(number.map_or(at + 1, |_| self.joined(at + 1)));
        }
        let prefixed = token.is(Shape::Digits)
            && self
                .token(at + 1)
                .is_some_and(|next| next.short() && self.number_after(at + 1).is_some())
            && token.text.len() > 2;
        let area = areas::area(self.tokens, at, true).is_some();
        if !token.is(Shape::Digits) || prefixed || area {
            return None;
        }
        Some(self.joined(at))
    }

    /// The token after digits, and those that marks join to them: `423-24`, `13406*09`, `2024-0456`.
    fn joined(&self, at: usize) -> usize {
        let glued = |at: usize| self.token(at).filter(|token| token.glued);
        let mut next = at + 1;
        while glued(next)
            .is_some_and(|mark| mark.is(Shape::Dash) || matches!(mark.text.as_str(), "*" | "/"))
            && glued(next + 1).is_some_and(|more| more.is(Shape::Digits))
        {
            next += 2;
        }
        next
    }

    /// The token after « volume 2024 P n° 1234 »: where a deed is published.
    pub fn published(&self, at: usize) -> Option<usize> {
        let volume = self.tokens[at].among(&["VOLUME", "VOL"]);
        let year = self.labels(at + 1);
        let letter = self.token(year + 1).is_some_and(|token| token.says("P"));
        let number = self.number_after(year + 1)?;
        (volume && letter && self.token(year)?.is(Shape::Digits)).then_some(number + 1)
    }

    /// The token after « n° 12 » where it is the number of another thing than a parcel: a deed, a
    /// house, a road. The word before tells.
    pub fn other_number(&self, at: usize) -> Option<usize> {
        let labels = self.labels(at);
        self.token(labels)
            .filter(|number| number.is(Shape::Digits) && number.text.len() < 6)?;
        if labels == at || at == 0 || !self.thing(at - 1) {
            return None;
        }
        let later = || {
            (labels..self.tokens.len())
                .any(|at| self.section_at(at) && self.number_after(at).is_some())
        };
        if !self.used && !later() {
            return None;
        }
        Some(self.joined(labels))
    }

    /// Whether a word is a thing that may have a number of its own; after the others a parcel's comes.
    fn thing(&self, at: usize) -> bool {
        const OURS: [&str; 40] = [
            "TERRAIN",
            "TERRAINS",
            "BIEN",
            "BIENS",
            "DES",
            "LES",
            "SOUS",
            "SUR",
            "AVEC",
            "POUR",
            "DANS",
            "PAR",
            "AUX",
            "PUIS",
            "QUE",
            "SOIT",
            "DONT",
            "JUSQU",
            "JUSQUE",
            "IDENTIFIANT",
            "UNITE",
            "FONCIERE",
            "PLLE",
            "PCELLE",
            "PLUS",
            "SAUF",
            "AUSSI",
            "ENCORE",
            "ENTRE",
            "DESORMAIS",
            "MEME",
            "ENSUITE",
            "EGALEMENT",
            "NON",
            "OUI",
            "AUTRE",
            "AUTRES",
            "VOISINE",
            "VOISINES",
            "TOTALE",
        ];
        let word = &self.tokens[at];
        word.is(Shape::Word)
            && word.text.len() > 2
            && matches!(announces(word), None | Some(Announces::Nothing))
            && !anchors(word)
            && ![
                "CADASTR", "FIGUR", "SUIVANT", "COMPRIS", "REF", "IDENTIFI", "SITUE", "CONTIGU",
                "NUMERO", "INCLUS",
            ]
            .iter()
            .any(|begin| word.text.starts_with(begin))
            && !word.among(&OURS)
            && self.context.places.at(self.tokens, at).is_none()
    }

    /// The token after « maison 14 », « terrain de 450 » that ends, beside a reference: likelier the
    /// number of that thing, or its area.
    pub fn bare_number(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let end = areas::quantity(self.tokens, at)?.end;
        let ends = self
            .token(end)
            .is_none_or(|next| !matches!(next.shape, Shape::Word | Shape::Digits));
        let of = self.tokens[before].says("DE") && self.tokens[before].lower;
        // « de 450 et 320 m² ».
        let more = self.token(end).is_some_and(|next| next.says("ET"));
        (self.used && (of && (ends || more) || ends && self.thing(before))).then_some(end)
    }

    /// The token after « feuille 000 AB 01 »: the prefix, the section and the number of a sheet.
    pub fn sheet(&self, at: usize) -> Option<usize> {
        let digits = |at: usize, size: usize| {
            self.token(at)
                .is_some_and(|token| token.is(Shape::Digits) && token.text.len() == size)
        };
        let named = self.tokens[at].among(&["FEUILLE", "FEUILLES", "PLANCHE", "PLANCHES", "SHEET"]);
        let section = self.labels(at + 1) + usize::from(digits(self.labels(at + 1), 3));
        (named && self.section_at(section) && digits(section + 1, 2)).then_some(section + 2)
    }
}
