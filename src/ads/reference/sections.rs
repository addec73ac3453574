//! Sections, and the small words that may be one.

use super::fault::Fault;
use super::lex::Shape;
use super::scan::{Item, Last, Order, Scan};
use super::words::Announces;
use crate::model::Insee;

/// Small words of French that are also sections.
const SMALL: [&str; 16] = [
    "A", "AU", "ET", "OU", "DE", "DU", "LE", "LA", "EN", "D", "L", "N", "NO", "P", "S", "UN",
];
/// Types of files, which are also sections: « demande de CU pour la parcelle AB 12 ».
pub(super) const TYPES: [&str; 6] = ["PC", "PA", "PD", "DP", "CU", "AT"];
/// Most parcels of one text.
const MOST_PARCELS: usize = 1000;
/// Most parcels of one range.
pub(super) const MOST_IN_RANGE: u16 = 200;
/// Where sections are numbered: Moselle, Bas-Rhin and Haut-Rhin.
const NUMBERED: [&str; 3] = ["57", "67", "68"];

/// Whether the sections of a commune are numbers.
pub(super) fn is_numbered(commune: &Insee) -> bool {
    NUMBERED.contains(&&commune.as_str()[..2])
}

impl Scan<'_> {
    /// Whether the word there is a section.
    pub fn section_at(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.short()) else {
            return false;
        };
        // « m'indiquer », « qu'il ».
        let elided = self
            .token(at + 1)
            .is_some_and(|next| next.glued && next.is(Shape::Apostrophe))
            && self
                .token(at + 2)
                .is_some_and(|next| next.glued && next.is(Shape::Word));
        if elided || self.named(at) || self.saint(at) {
            return false;
        }
        if token.among(&TYPES) {
            return self.number_after(at).is_some();
        }
        // « terrain nu », « vu le », « je », « ma ».
        if token.text.len() == 2
            && self
                .mark(token)
                .ends_with(|letter: char| letter.is_lowercase())
            && self.mixed
            && self.number_after(at).is_none()
        {
            return false;
        }
        if !token.among(&SMALL) {
            return true;
        }
        if token.lower && self.mixed && !token.glued {
            return false;
        }
        let next = self.token(at + 1);
        if next.is_some_and(|next| matches!(next.shape, Shape::Degree | Shape::Apostrophe)) {
            return false;
        }
        self.number_after(at).is_some()
    }

    /// Whether the name of a commune begins there: `St Herblain`.
    pub fn named(&self, at: usize) -> bool {
        self.context
            .places
            .at(self.tokens, at)
            .is_some_and(|(_, after)| after > at + 1 || self.tokens[at].text.len() > 2)
    }

    /// « St », « Ste » before a name that may not be known.
    pub fn saint(&self, at: usize) -> bool {
        self.tokens[at].among(&["ST", "STE"])
            && (at + 1..=at + 2)
                .find_map(|next| {
                    self.token(next)
                        .filter(|next| !matches!(next.shape, Shape::Dash | Shape::Mark))
                })
                .is_some_and(|next| {
                    next.is(Shape::Word)
                        && next.text.len() > 2
                        && super::words::announces(next).is_none()
                })
    }

    /// The number that follows a section, with nothing but marks and « n° » between.
    pub fn number_after(&self, at: usize) -> Option<usize> {
        let mut next = at + 1;
        let mut worded = false;
        loop {
            let token = self.token(next)?;
            match token.shape {
                Shape::Digits => {
                    return (token.text.len() <= 4 || self.padded(next)).then_some(next);
                }
                Shape::Dash | Shape::Degree | Shape::Mark | Shape::Open | Shape::Under => next += 1,
                Shape::Break if token.glued => next += 1,
                Shape::Word
                    if !worded && token.among(&["N", "NO", "NUM", "NUMERO", "NOS", "DNUPLA"]) =>
                {
                    worded = true;
                    next += 1;
                }
                _ => return None,
            }
        }
    }

    /// Five digits or more whose zeros make a number of four.
    pub fn padded(&self, at: usize) -> bool {
        let text = &self.tokens[at].text;
        text.starts_with("00") && text.trim_start_matches('0').len() <= 4
    }

    /// The « s » of « section(s) » and « n°s ».
    pub fn plural(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.among(&["S", "ES", "E"])
            && token.glued
            && at > 0
            && matches!(self.tokens[at - 1].shape, Shape::Degree | Shape::Open)
    }

    /// « n », « p », « et », « de »… Whether the word was one of them.
    pub fn small(&mut self, at: usize) -> Result<bool, Fault> {
        let token = &self.tokens[at];
        let next = self.token(at + 1);
        let degree = next.is_some_and(|next| next.is(Shape::Degree));
        let stops = next.is_some_and(|next| next.is(Shape::Mark) && next.glued);
        if token.says("N") && degree || token.says("NO") && token.accent {
            self.expected = Some(Announces::Number);
            return Ok(true);
        }
        if token.says("S") && stops && self.section_follows(at) {
            self.expected = Some(Announces::Section);
            return Ok(true);
        }
        if token.among(&["LD", "L"]) && stops && token.says("LD") {
            self.at = super::site::place(self.tokens, at + 1);
            return Ok(true);
        }
        if self.last == Last::Section && token.among(&["N", "NO", "P", "DE", "DU", "LE", "LA"]) {
            return Ok(true);
        }
        let read = matches!(self.last, Last::Number | Last::Break)
            && (self.section.is_some() || !self.pending.is_empty());
        if read && token.says("ET") && !self.doubled(at) {
            return Ok(true);
        }
        if read && token.says("OU") && self.last == Last::Number {
            self.either = true;
            return Ok(true);
        }
        if self.last == Last::Number && token.says("P") && self.number_after(at).is_none() {
            return Ok(true);
        }
        if token.among(&["N", "NO"]) && self.number_after(at).is_some() {
            let labelled =
                token.lower && self.mixed || self.section.is_none() && self.section_later(at);
            // « AB 12, N 13 »: a section N, or the number 13.
            if labelled || read && self.choices.take(2) == 1 {
                self.expected = Some(Announces::Number);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// « ET ET 12 »: the second is a section.
    fn doubled(&self, at: usize) -> bool {
        at > 0 && self.tokens[at - 1].says("ET")
    }

    fn section_follows(&self, at: usize) -> bool {
        self.token(at + 2)
            .is_some_and(|token| token.short() || token.is(Shape::Digits))
    }

    fn section_later(&self, at: usize) -> bool {
        self.tokens[at..]
            .iter()
            .any(|token| token.among(&["SECTION", "SECTIONS", "SECT", "SEC"]))
    }

    /// Whether an identifier without any space has its fourteen characters, or leaves out the zeros of
    /// its number: another length lacks a digit, or has one too many.
    fn measures(&self, head: usize, section: usize) -> bool {
        let glued = |at: usize| self.token(at).is_some_and(|token| token.glued);
        let Some(number) = self
            .token(section + 1)
            .filter(|next| next.is(Shape::Digits))
        else {
            return true;
        };
        let whole = section == head + 1
            && self.tokens[head].is(Shape::Digits)
            && self.tokens[head].text.len() > 4
            && glued(section)
            && number.glued;
        !whole || number.text.len() == 4 || number.text.len() < 4 && !number.text.starts_with('0')
    }

    /// « A1 12 », « section AB1 n° 12 »: a digit is glued to the section, and a number follows.
    fn numbered_section(&self, section: usize) -> bool {
        let digit = self
            .token(section + 1)
            .filter(|digit| digit.is(Shape::Digits) && digit.glued && digit.text.len() == 1);
        let mut next = section + 2;
        while self.token(next).is_some_and(|token| {
            token.is(Shape::Degree)
                || token.among(&["N", "NO", "NUM", "NUMERO", "PARCELLE"])
                || token.text == "," && self.section_named(section)
        }) {
            next += 1;
        }
        digit.is_some()
            && self.token(next).is_some_and(|number| {
                number.is(Shape::Digits) && (!number.glued || next > section + 2)
            })
            && !self
                .token(next + 1)
                .is_some_and(|after| after.short() && after.glued)
    }

    /// Whether « section » stands right before.
    fn section_named(&self, section: usize) -> bool {
        section > 0 && self.tokens[section - 1].among(&["SECTION", "SECTIONS", "SECT", "SEC"])
    }

    /// Takes a section, which stands from token `at` to `end`.
    pub fn section(&mut self, at: usize, end: usize, text: String) -> Result<(), Fault> {
        let labelled = self.expected == Some(Announces::Section);
        self.sure &= self.measures(at, end);
        if self.numbered_section(end) && self.pending.is_empty() {
            if labelled {
                return Err(Fault::wrong(
                    self.shown(end, end + 1),
                    "une section a une ou deux lettres, sans chiffre",
                ));
            }
            self.sure = false;
        }
        self.expected = None;
        self.at = end + 1;
        let repeated = self.section.as_ref().is_some_and(|(own, _)| *own == text);
        if self.section.is_some() && !self.used && !repeated {
            return Err(self.without_number());
        }
        if !self.pending.is_empty() {
            return self.close(at, text, labelled);
        }
        if self.prefix.is_some() && !self.fresh_prefix && self.used {
            // A prefix was given for the section before: for this one too?
            if self.prefix.as_deref() != Some("000") {
                self.sure = false;
                if self.choices.take(2) == 1 {
                    self.prefix = None;
                }
            }
        }
        self.fresh_prefix = false;
        if self.sections == Order::Unknown {
            self.sections = Order::Before;
        }
        self.section = Some((text, at));
        self.used = false;
        self.last = Last::Section;
        Ok(())
    }

    /// « numéros 12 et 13 de la section AB »: the section of the numbers before it.
    fn close(&mut self, at: usize, text: String, labelled: bool) -> Result<(), Fault> {
        let next = self.number_after(at).filter(|next| {
            self.tokens[at..*next]
                .iter()
                .all(|token| !token.is(Shape::Break))
                && self
                    .token(at + 1)
                    .is_none_or(|next| !next.is(Shape::Mark) || !next.glued)
        });
        if next.is_some() {
            let (_, token) = self.pending[0];
            return Err(self.wrong(
                token,
                "ce nombre n’a pas de section : elle vient avant le numéro",
            ));
        }
        if !labelled {
            self.sure = false;
        }
        self.sections = Order::After;
        self.section = Some((text, at));
        for (number, token) in std::mem::take(&mut self.pending) {
            self.push(number, token)?;
        }
        self.last = Last::Number;
        Ok(())
    }

    /// Adds a parcel of the section, or a number that waits for its own.
    pub fn found(&mut self, number: u16, token: usize) -> Result<(), Fault> {
        self.last = Last::Number;
        if self.section.is_none() || self.sections == Order::After {
            self.pending.push((number, token));
            return Ok(());
        }
        self.push(number, token)
    }

    /// Adds a parcel of the section.
    pub fn push(&mut self, number: u16, token: usize) -> Result<(), Fault> {
        let Some((section, _)) = self.section.clone() else {
            return Err(self.wrong(token, "la section manque avant ce numéro"));
        };
        if self.items.len() >= MOST_PARCELS {
            return Err(self.wrong(token, format!("plus de {MOST_PARCELS} parcelles")));
        }
        self.used = true;
        self.since += 1;
        let before = self.communes == Order::Before;
        self.items.push(Item {
            commune: self.commune.clone().filter(|_| before),
            prefix: self.prefix.clone().unwrap_or_else(|| "000".to_owned()),
            section,
            number,
            token,
        });
        Ok(())
    }
}
