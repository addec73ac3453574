//! Digits: codes of communes, prefixes, sections of Alsace-Moselle, numbers and their ranges.

use super::code::{insee, long_parts, of_three, parts};
use super::dates;
use super::fault::Fault;
use super::lex::Shape;
use super::scan::{Last, Scan};
use super::sections::is_numbered;
use crate::model::Insee;

impl Scan<'_> {
    /// Takes the digits at hand.
    pub fn digits(&mut self) -> Result<(), Fault> {
        let at = self.at;
        if let Some(after) = self.address(at) {
            self.pass(after);
            return Ok(());
        }
        if self.bullet(at) {
            self.at += 1;
            return Ok(());
        }
        if let Some(after) = self.dated(at) {
            self.at = after;
            return Ok(());
        }
        if self.beside() {
            return Ok(());
        }
        if self.boxes() || self.expectation(at)? || self.whole(at)? {
            return Ok(());
        }
        if self.of_place(at)? {
            self.at += 1;
            return Ok(());
        }
        if self.last != Last::Section && self.head(at)? {
            return Ok(());
        }
        let text = self.tokens[at].text.clone();
        // « 44 000 Nantes ».
        let three = self
            .token(at + 1)
            .filter(|next| next.is(Shape::Digits) && next.text.len() == 3);
        if text.len() == 2 && three.is_some() && !self.name_after(at + 1).is_empty() {
            self.at += 2;
            return Ok(());
        }
        if self.last != Last::Section && matches!(text.len(), 5 | 8) && !self.padded(at) {
            return self.code(at, &text);
        }
        if self.numbered(at, &text) {
            return self.section(at, at, format!("{text:0>2}"));
        }
        if self.last == Last::Commune && text.len() == 2 && self.is_department(at, &text) {
            self.at += 1;
            return Ok(());
        }
        if text.len() == 3 && self.last == Last::Commune && self.numbers_follow(at) {
            self.prefixed(text);
            self.at = at + 1;
            return Ok(());
        }
        self.number(at)
    }

    /// The token after a date. Without its century, or without its year, it is one after « le » or
    /// « du », and else only likely; right after a section it is a list of numbers.
    fn dated(&mut self, at: usize) -> Option<usize> {
        let whole = dates::date(self.tokens, at);
        let long = whole.is_some_and(|end| {
            self.tokens[at..end]
                .iter()
                .any(|token| token.text.len() > 2)
        });
        if long {
            return whole;
        }
        let end = whole.or_else(|| dates::short(self.tokens, at))?;
        let joined = at > 0 && self.tokens[at].glued && !self.tokens[at - 1].is(Shape::Word);
        let other = joined || self.phone(at).is_some();
        if other || self.last == Last::Section || self.expected.is_some() {
            return None;
        }
        let told = at > 0 && self.tokens[at - 1].among(&["LE", "DU", "AU", "EN", "DATE"]);
        let read = self.used || told;
        (read && (told || self.choices.take(2) == 0)).then_some(end)
    }

    /// « 1) », « 1. »: the number of a line.
    fn bullet(&self, at: usize) -> bool {
        let Some(mark) = self
            .token(at + 1)
            .filter(|mark| mark.glued && mark.is(Shape::Mark))
        else {
            return false;
        };
        let short = self.tokens[at].text.len() <= 2;
        let begins = matches!(self.last, Last::Start | Last::Break) && self.section_at(at + 2);
        let spaced = self.token(at + 2).is_some_and(|next| !next.glued);
        let opened = self.tokens[..at].iter().any(|token| token.is(Shape::Open));
        short
            && match self.mark(mark) {
                ")" => !opened && self.last != Last::Section,
                "." => begins && spaced,
                _ => false,
            }
    }

    /// The digits beside the name of a commune: its last three, « NANTES (109) », its postcode, or
    /// its département, « 44 - NANTES ».
    fn of_place(&self, at: usize) -> Result<bool, Fault> {
        let text = self.tokens[at].text.as_str();
        let before = at.checked_sub(1).map(|at| &self.tokens[at]);
        if text.len() == 2 {
            let begins = before.is_none_or(|token| token.text == "\n");
            let dash = self.token(at + 1).is_some_and(|next| next.is(Shape::Dash));
            let named = self.name_after(at);
            return Ok(begins && dash && named.iter().any(|code| code.as_str().starts_with(text)));
        }
        let waits = self.section.is_some() && !self.used;
        let Some(commune) = &self.commune else {
            return Ok(false);
        };
        // « Vertou 44120 AB 12 »: its postcode, though Le Pellerin has that code.
        let comma = before.is_some_and(|mark| mark.text == ",") && self.gap_after(at + 1).is_none();
        if text.len() == 5 && (self.last == Last::Commune || comma) {
            return Ok(self.context.places.posted(text).contains(commune));
        }
        if text.len() != 3 || self.last != Last::Commune || waits {
            return Ok(false);
        }
        let own = commune.as_str().ends_with(text);
        let bracketed = before.is_some_and(|token| token.is(Shape::Open));
        let section = self.section_at(at + 1) || self.section_at(at + 2);
        if bracketed && !own && !section {
            return Err(self.wrong(at, "ce code n’est pas celui de la commune nommée"));
        }
        Ok(own)
    }

    /// Where sections are numbers: whether these digits are one.
    fn numbered(&self, at: usize, text: &str) -> bool {
        let near = self.commune.as_ref().or(self.context.commune);
        let place = matches!(self.last, Last::Start | Last::Commune | Last::Prefix);
        let more = self.number_after(at).is_some();
        place
            && text.len() <= 2
            && !text.trim_start_matches('0').is_empty()
            && self.expected.is_none()
            && self.section.is_none()
            && more
            && near.is_some_and(is_numbered)
    }

    /// « Rezé (44) ».
    fn is_department(&self, at: usize, text: &str) -> bool {
        let open = at > 0 && self.tokens[at - 1].is(Shape::Open);
        let own = self
            .commune
            .as_ref()
            .is_some_and(|code| code.as_str().starts_with(text));
        own && (open
            || self
                .token(at + 1)
                .is_none_or(|next| !next.is(Shape::Digits)))
    }

    /// Whether a numbered section and a number follow a prefix.
    fn numbers_follow(&self, at: usize) -> bool {
        let near = self.commune.as_ref().or(self.context.commune);
        let digits = |at: usize, most: usize| {
            self.token(at)
                .is_some_and(|token| token.is(Shape::Digits) && token.text.len() <= most)
        };
        near.is_some_and(is_numbered) && digits(at + 1, 2) && digits(at + 2, 4)
    }

    /// Identifiers all of digits, in Alsace-Moselle: 14, 15 and 12 characters.
    fn whole(&mut self, at: usize) -> Result<bool, Fault> {
        if self.section_at(at + 1) {
            return Ok(false);
        }
        let text = self.tokens[at].text.clone();
        let near = self.commune.clone();
        let communes: Vec<Insee> = match text.len() {
            14 => insee(&text[..5]).into_iter().collect(),
            15 => parts(&text[..2], &text[3..6]).into_iter().collect(),
            12 => of_three(&text[..3], near.as_ref(), self.context),
            6..=9 if !text.starts_with("00") => return Ok(false),
            ..=9 => return Ok(false),
            _ => return Err(self.wrong(at, self.odd(text.len()))),
        };
        let known: Vec<Insee> = communes
            .iter()
            .filter(|code| self.knows(code))
            .cloned()
            .collect();
        let communes = if known.is_empty() { communes } else { known };
        let branch = self.choices.take(communes.len());
        let Some(commune) = communes.into_iter().nth(branch) else {
            let message = if text.len() == 12 {
                "le département de cet identifiant de 12 caractères manque : donnez la commune"
            } else {
                "les cinq premiers chiffres ne sont pas un code de commune"
            };
            return Err(self.wrong(at, message));
        };
        let rest = text[text.len() - 9..].to_owned();
        self.place(commune);
        self.prefixed(rest[..3].to_owned());
        self.section(at, at, rest[3..5].to_owned())?;
        self.fits(at, &rest[5..])?;
        Ok(true)
    }

    pub fn odd(&self, size: usize) -> String {
        format!("{size} chiffres : ni un code, ni un préfixe, ni un identifiant de parcelle")
    }

    /// A code of five digits, or eight with the prefix; a postcode before its town's name.
    fn code(&mut self, at: usize, text: &str) -> Result<(), Fault> {
        self.at = at + 1;
        let commune = insee(&text[..5]);
        let unknown = commune
            .as_ref()
            .is_none_or(|code| !self.context.places.is_empty() && !self.knows(code));
        if text.len() == 5 {
            let posted = self.context.places.posted(text);
            let named = self.name_after(at);
            if named.iter().any(|commune| posted.contains(commune))
                || unknown
                    && (!named.is_empty() || self.last == Last::Commune && !posted.is_empty())
            {
                return Ok(());
            }
        }
        if unknown && text.len() == 5 {
            let posted = self.context.places.posted(text);
            if !posted.is_empty() {
                self.sure = false;
                let branch = self.choices.take(posted.len());
                if let Some(commune) = posted.into_iter().nth(branch) {
                    self.place(commune);
                }
                return Ok(());
            }
        }
        let Some(commune) = commune else {
            let strange = self.token(at + 1).is_some_and(|next| {
                next.is(Shape::Word)
                    && next.text.len() > 2
                    && super::words::announces(next).is_none()
            });
            if strange {
                return Err(self.unknown(at + 1));
            }
            return Err(self.wrong(at, self.headless(text)));
        };
        self.postcode(at, &commune);
        self.regroup(at, at + 1);
        self.place(commune);
        if let Some(prefix) = text.get(5..).filter(|prefix| !prefix.is_empty()) {
            self.prefixed(prefix.to_owned());
        }
        Ok(())
    }

    /// The communes that a name after the token stands for.
    pub fn name_after(&self, at: usize) -> Vec<Insee> {
        let mut name = at + 1;
        while self
            .token(name)
            .is_some_and(|token| matches!(token.shape, Shape::Mark | Shape::Dash))
        {
            name += 1;
        }
        let found = self.context.places.at(self.tokens, name);
        found.map(|(communes, _)| communes).unwrap_or_default()
    }
}

/// The département of a code of three characters, checked against the commune's.
pub(super) fn of_number(department: &str, commune: &str) -> Option<Insee> {
    match department.len() {
        2 => parts(department, commune),
        _ => long_parts(department, commune),
    }
}
