//! Words: names of communes, sections, what announces something, small words and strangers.

use super::areas;
use super::fault::Fault;
use super::lex::{Shape, Token};
use super::scan::{Last, Scan};
use super::words::{Announces, announces, closes};

impl Scan<'_> {
    pub fn word(&mut self) -> Result<(), Fault> {
        let at = self.at;
        let token = &self.tokens[at];
        if self.plural(at) {
            self.at += 1;
            return Ok(());
        }
        if self.boxes() {
            return Ok(());
        }
        if self.expected == Some(Announces::Section) && token.short() && !self.articled(at) {
            return self.section(at, at, token.text.clone());
        }
        if token.text.len() > 1
            && let Some((communes, after)) = self.context.places.at(self.tokens, at)
            && !(token.short() && after == at + 1)
        {
            self.name(communes, at)?;
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
        if next.is_none() && self.last == Last::Number && self.upper_section(at) {
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
            Announces::Zone => {
                let code = self
                    .token(at + 1)
                    .filter(|next| next.is(Shape::Word) && next.text.len() < 5);
                if code.is_some_and(|code| announces(code).is_none()) {
                    self.at = at + 2;
                    while self.token(self.at).is_some_and(|next| {
                        next.glued && matches!(next.shape, Shape::Digits | Shape::Word)
                    }) {
                        self.at += 1;
                    }
                }
            }
            Announces::Area => {
                self.at = areas::announced(self.tokens, at + 1);
                self.expected = None;
            }
            Announces::Place if self.is_place(at) => self.at = areas::place(self.tokens, at + 1),
            Announces::Or => self.either |= !self.items.is_empty(),
            Announces::Nothing | Announces::Part | Announces::Place => {}
            Announces::Commune => {
                if self.expected.is_none() || self.tokens[at].text.len() > 4 {
                    self.expected = Some(announced);
                }
            }
            Announces::Other => {
                let value = (at + 1..at + 4).find(|next| {
                    self.token(*next).is_none_or(|next| {
                        !matches!(next.shape, Shape::Mark | Shape::Degree) && !next.says("N")
                    })
                });
                if let Some(value) = value.filter(|value| {
                    self.token(*value).is_some_and(|token| {
                        // « lot B », but « lot B 12 » may be a section and a number.
                        let letter = token.is(Shape::Word) && token.text.len() == 1;
                        token.is(Shape::Digits) || letter && self.number_after(*value).is_none()
                    })
                }) {
                    self.at = value + 1;
                }
            }
            _ => self.expected = Some(announced),
        }
    }

    pub fn is_place(&self, at: usize) -> bool {
        self.tokens[at].text.len() > 5
            || (at + 1..=at + 2).any(|next| {
                self.token(next)
                    .is_some_and(|next| next.among(&["DIT", "DITS"]))
            })
    }
}
