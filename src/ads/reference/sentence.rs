//! Words: names of communes, sections, what announces something, small words and strangers.

use super::areas;
use super::fault::Fault;
use super::lex::{Shape, Token};
use super::scan::{Last, Scan};
use super::sections::TYPES;
use super::site;
use super::words::{Announces, announces, closes};

impl Scan<'_> {
    pub fn word(&mut self) -> Result<(), Fault> {
        let at = self.at;
        let token = &self.tokens[at];
        if self.plural(at) {
            self.at += 1;
            return Ok(());
        }
        if let Some(before) = self.before(at) {
            self.pass_before(before);
            return Ok(());
        }
        if let Some(after) = self.somebody(at) {
            self.dropped = true;
            self.at = after;
            return Ok(());
        }
        if let Some(after) = self.other_number(at) {
            self.at = after;
            return Ok(());
        }
        if self.beside() || self.boxes() {
            return Ok(());
        }
        if self.expected == Some(Announces::Section) && token.short() && !self.articled(at) {
            return self.section(at, at, token.text.clone());
        }
        if token.text.len() > 1
            && let Some((communes, after)) = self.context.places.at(self.tokens, at)
            && !(token.short() && after == at + 1)
        {
            self.name(communes, at, after)?;
            self.at = after;
            return Ok(());
        }
        if self.small(at)? || token.text.len() == 1 && token.accent {
            self.at = self.at.max(at + 1);
            return Ok(());
        }
        if let Some(number) = self.misread(at) {
            self.sure = false;
            self.at = at + 2;
            return self.found(number, at);
        }
        if self.estate(at) {
            self.at = site::place(self.tokens, at + 1);
            return Ok(());
        }
        if let Some(end) = self.dotted(at) {
            let text = format!("{}{}", token.text, self.tokens[at + 2].text);
            return self.section(at, end, text);
        }
        if let Some(next) = self.spelt(at) {
            self.sure = false;
            let text = format!("{}{}", token.text, self.tokens[next].text);
            return self.section(at, next, text);
        }
        if self.section_at(at) {
            return self.section(at, at, token.text.clone());
        }
        if let Some(after) = self.address(at) {
            self.pass(after);
            return Ok(());
        }
        if closes(token) && self.closed(at) {
            self.at = self.tokens.len();
            return Ok(());
        }
        match announces(token) {
            Some(announced) => self.announce(at, announced),
            None if self.saint(at) => return self.stranger(at),
            None if token.text.len() <= 2 => {
                self.at += 1;
                return self.scrap(at);
            }
            None => return self.stranger(at),
        }
        Ok(())
    }

    /// One or two letters that are no section: nothing, unless they stand where one could.
    pub fn scrap(&self, at: usize) -> Result<(), Fault> {
        let token = &self.tokens[at];
        let next = self.token(at + 1);
        if let Some(next) = next.filter(|next| next.glued && next.is(Shape::Digits)) {
            let written = self.text.get(token.span.start..next.span.end).unwrap_or("");
            return Err(Fault::wrong(
                written,
                "ni une section ni un numéro : une lettre a-t-elle pris la place d’un chiffre ?",
            ));
        }
        // « AH 12 DP »: what is asked for there.
        let typed = token.among(&TYPES);
        if next.is_none() && self.last == Last::Number && self.upper_section(at) && !typed {
            return Err(self.wrong(at, "le numéro de parcelle manque après cette section"));
        }
        Ok(())
    }

    /// « AB O123 », « AB l23 »: after a section, a digit that was scanned as a letter, likely.
    pub fn misread(&self, at: usize) -> Option<u16> {
        let (token, next) = (&self.tokens[at], self.token(at + 1)?);
        let digit = match token.text.as_str() {
            "O" => '0',
            "I" | "L" => '1',
            _ => return None,
        };
        let follows = self.last == Last::Section && !self.used && !token.accent;
        let whole = next.glued && next.is(Shape::Digits) && next.text.len() < 4;
        let number = format!("{digit}{}", next.text).parse().ok();
        number.filter(|number| follows && whole && *number > 0)
    }

    /// « A B 12 »: a section whose letters are apart, likely.
    pub fn spelt(&self, at: usize) -> Option<usize> {
        let (token, next) = (&self.tokens[at], self.token(at + 1)?);
        let single = |token: &Token| token.short() && token.text.len() == 1 && !token.lower;
        let begins = !matches!(self.last, Last::Number | Last::Section);
        (begins
            && single(token)
            && single(next)
            && !next.says("N")
            && !next.glued
            && self.number_after(at + 1).is_some())
        .then_some(at + 1)
    }

    /// « ZA de la Lande », « ZI de Gesvrine »: an estate.
    pub fn estate(&self, at: usize) -> bool {
        self.tokens[at].among(&["ZA", "ZI"])
            && self
                .token(at + 1)
                .is_some_and(|next| next.among(&["DE", "DES", "DU", "D", "LA", "LE", "LES"]))
            && self.number_after(at + 1).is_none()
    }

    /// « A.B. 12 »: the last token of a section whose letters have points.
    pub fn dotted(&self, at: usize) -> Option<usize> {
        let letter = |at: usize| {
            self.token(at)
                .is_some_and(|token| token.short() && token.text.len() == 1)
        };
        let dot = |at: usize| {
            self.token(at)
                .is_some_and(|mark| mark.glued && mark.text == ".")
        };
        let glued = self.token(at + 2).is_some_and(|second| second.glued);
        let named = self.token(at + 2).is_some_and(|second| second.says("N"))
            && self
                .token(at + 3)
                .is_some_and(|next| next.is(Shape::Degree));
        (letter(at) && dot(at + 1) && letter(at + 2) && glued && !named)
            .then(|| at + 2 + usize::from(dot(at + 3)))
            .filter(|_| self.number_after(at + 2).is_some())
    }

    /// `la`, `de`, `l'`, `n°` between the announcement and the section.
    pub fn articled(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let Some(next) = self.token(at + 1) else {
            return false;
        };
        match next.shape {
            Shape::Apostrophe => true,
            Shape::Degree => token.among(&["N", "NO"]),
            Shape::Word if token.among(&["N", "NO"]) => {
                next.short() && !next.among(&["N", "NO"]) && self.number_after(at + 1).is_some()
            }
            Shape::Word if next.short() && !next.among(&["N", "NO"]) => {
                token.among(&["DE", "DU", "LA", "LE"])
            }
            _ => false,
        }
    }

    /// Takes what a word announces.
    pub fn announce(&mut self, at: usize, announced: Announces) {
        self.at = at + 1;
        match announced {
            Announces::Zone => self.at = self.zones(at + 1),
            Announces::Area => {
                self.at = areas::announced(self.tokens, at + 1);
                self.expected = None;
            }
            Announces::Place
                if self.tokens[at].says("SECTEUR") && self.zone_number(at + 1).is_some() =>
            {
                self.at = self.zones(at + 1);
            }
            Announces::Place if self.is_place(at) => self.at = site::place(self.tokens, at + 1),
            Announces::Or => self.either |= !self.items.is_empty(),
            Announces::Nothing | Announces::Part | Announces::Place => {}
            Announces::Commune => {
                if self.expected.is_none() || self.tokens[at].text.len() > 4 {
                    self.expected = Some(announced);
                }
            }
            Announces::Other => {
                if let Some(after) = self.sheet(at).or_else(|| self.published(at)) {
                    self.at = after;
                } else if let Some((first, all)) = self.values(at) {
                    // « AB 12 lot 3, 4 »: another lot, or another parcel.
                    let several = self.tokens[at].text.ends_with('S');
                    let one = !several && all > first && self.choices.take(2) == 1;
                    self.at = if one { first } else { all };
                }
            }
            Announces::Plan => {
                let after = self.coded(at).or_else(|| self.plan(at));
                self.at = after.unwrap_or(at + 1);
            }
            Announces::Phone => {
                while self.token(self.at).is_some_and(|token| {
                    matches!(token.shape, Shape::Digits | Shape::Mark | Shape::Dash)
                        || token.text == "+"
                }) {
                    self.at += 1;
                }
            }
            _ => self.expected = Some(announced),
        }
    }

    pub fn is_place(&self, at: usize) -> bool {
        !self.tokens[at].among(&["LIEU", "LIEUX"])
            || (at + 1..=at + 2).any(|next| {
                self.token(next)
                    .is_some_and(|next| next.among(&["DIT", "DITS"]))
            })
    }
}
