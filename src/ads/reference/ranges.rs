//! Numbers of parcels: their parts, their thousands, their ranges.

use super::areas;
use super::fault::Fault;
use super::lex::{Shape, Token};
use super::scan::{Last, Scan};
use super::sections::MOST_IN_RANGE;

impl Scan<'_> {
    /// A parcel's number, and what follows it: a part, a range, further thousands.
    pub fn number(&mut self, at: usize) -> Result<(), Fault> {
        let text = self.tokens[at].text.clone();
        self.at = at + 1;
        if self.last == Last::Section
            && text.len() == 1
            && text != "0"
            && let Some(end) = self.thousands(at)
        {
            let next = self.tokens[end].text.clone();
            if self.choices.take(2) == 0 {
                self.at = end + 1;
                return self.fits(at, &format!("{text}{next}"));
            }
        }
        // « AB 12.5 »: two numbers, likely.
        let dotted = self
            .token(at + 1)
            .is_some_and(|dot| dot.glued && self.mark(dot) == ".");
        let more = self
            .token(at + 2)
            .is_some_and(|next| next.glued && next.is(Shape::Digits));
        self.sure &= self.last != Last::Section || !dotted || !more;
        self.fits(at, &text)
    }

    /// « 1 234 », « 1.234 »: the last token of a number written with a space or a point, or two
    /// numbers.
    pub fn thousands(&self, at: usize) -> Option<usize> {
        let dotted = self
            .token(at + 1)
            .is_some_and(|dot| dot.glued && self.mark(dot) == ".");
        let end = at + 1 + usize::from(dotted);
        let three = self.token(end).is_some_and(|next| {
            next.is(Shape::Digits) && next.text.len() == 3 && next.glued == dotted
        });
        let ends = self
            .token(end + 1)
            .is_none_or(|next| !next.is(Shape::Digits) && !next.is(Shape::Word));
        (three && ends).then_some(end)
    }

    /// Notes a number that fits.
    pub fn fits(&mut self, at: usize, text: &str) -> Result<(), Fault> {
        let number = self.value(at, text)?;
        let chained =
            at > 1 && self.tokens[at - 1].is(Shape::Dash) && self.tokens[at - 2].is(Shape::Digits);
        self.found(number, at)?;
        self.part(at)?;
        if chained {
            return Ok(());
        }
        self.range(at, number)
    }

    pub fn value(&self, at: usize, text: &str) -> Result<u16, Fault> {
        let bare = text.trim_start_matches('0');
        match bare.parse::<u16>() {
            Ok(number) if number <= 9999 && text.len() <= 8 => Ok(number),
            _ if bare.is_empty() => Err(self.wrong(at, "le numéro 0 n’existe pas")),
            _ => Err(self.wrong(at, "un numéro de parcelle a quatre chiffres au plus")),
        }
    }

    /// « 12p », « 12 (p) », « 12 pie »; another letter is a fault unless a number follows it.
    pub fn part(&mut self, at: usize) -> Result<(), Fault> {
        let Some(next) = self.token(self.at) else {
            return Ok(());
        };
        if next.among(&["BIS", "TER", "QUATER"]) {
            return Err(Fault::wrong(
                self.shown(at, self.at),
                "un numéro de parcelle n’a pas de « bis »",
            ));
        }
        let more = self
            .token(self.at + 1)
            .is_some_and(|digits| digits.glued && digits.is(Shape::Digits));
        // « 12p1 », before the surveyor's numbers are known: a part, likely.
        if next.says("P") && next.glued && next.lower && more && self.mixed {
            self.sure = false;
            self.at += 2;
            return Ok(());
        }
        if !next.is(Shape::Word) || !next.glued || more {
            return Ok(());
        }
        if next.among(&["P", "PP", "PIE", "PARTIE"]) {
            self.at += 1;
            return Ok(());
        }
        if next.short() {
            return Err(Fault::wrong(
                self.shown(at, self.at),
                "un numéro de parcelle n’a pas de lettre",
            ));
        }
        Ok(())
    }

    /// « 12 à 15 », « 12-15 », « 12 à AB 15 ».
    pub fn range(&mut self, at: usize, first: u16) -> Result<(), Fault> {
        let Some(link) = self.token(self.at) else {
            return Ok(());
        };
        let dash = link.is(Shape::Dash);
        // « 12...14 », « 12 > 14 »: a range, likely.
        let dots = link.is(Shape::Mark)
            && (matches!(self.mark(link), "…" | ">")
                || self.token(self.at + 1).is_some_and(|next| {
                    self.mark(link) == "." && next.glued && self.mark(next) == "."
                }));
        let word = link.among(&["A", "AU", "AUX", "JUSQU", "JUSQUE"]);
        if !dash && !word && !dots {
            return Ok(());
        }
        let until = link.among(&["JUSQU", "JUSQUE"]);
        let Some((end, section)) = self.range_end(self.at + 1, until) else {
            return Ok(());
        };
        let sure = link.accent || link.text.len() > 2 || word && link.lower && self.mixed;
        let other = section
            .as_ref()
            .is_some_and(|text| self.section.as_ref().is_some_and(|(own, _)| own != text));
        if other {
            if sure {
                return Err(Fault::wrong(
                    self.shown(at, end),
                    "une plage reste dans une seule section",
                ));
            }
            return Ok(());
        }
        let last = self.value(end, &self.tokens[end].text)?;
        let chain = dash
            && self.token(end + 1).is_some_and(|next| next.is(Shape::Dash))
            && self
                .token(end + 2)
                .is_some_and(|next| next.is(Shape::Digits));
        if chain {
            return Ok(());
        }
        if last <= first {
            if sure {
                return Err(Fault::wrong(
                    self.shown(at, end),
                    "cette plage va en décroissant",
                ));
            }
            // « 415-412 »: not a range; two numbers, likely.
            self.sure &= !dash && !dots;
            return Ok(());
        }
        if last - first >= MOST_IN_RANGE {
            return Err(Fault::wrong(
                self.shown(at, end),
                format!(
                    "plus de {MOST_IN_RANGE} parcelles : une telle plage est sans doute une erreur"
                ),
            ));
        }
        // « 12 A 15 » may be section A, and « AB 12 - AB 15 » a list: they are read both ways.
        let lists_first = dash && section.is_some();
        let forks = lists_first && last > first + 1 || (word || dots) && !sure;
        if forks {
            let listed = self.choices.take(2) == usize::from(!lists_first);
            if listed {
                return Ok(());
            }
        }
        for number in first + 1..=last {
            self.found(number, end)?;
        }
        self.at = end + 1;
        self.part(end)
    }

    /// The number at the end of a range, and the section repeated before it.
    pub fn range_end(&self, from: usize, until: bool) -> Option<(usize, Option<String>)> {
        const LINKS: [&str; 9] = [
            "N", "NO", "NUM", "NUMERO", "A", "AU", "LE", "LA", "PARCELLE",
        ];
        let mut at = from;
        let mut section = None;
        loop {
            let token: &Token = self.token(at)?;
            match token.shape {
                Shape::Digits => {
                    let next = self.token(at + 1);
                    let glued = next.is_some_and(|next| next.glued && next.short())
                        && self.number_after(at + 1).is_some();
                    let area = areas::area(self.tokens, at, true).is_some()
                        || areas::like(self.tokens, at).is_some_and(|like| like.long);
                    let other = glued
                        || area
                        || self.address_from(at).is_some()
                        || [self.zone_code(at), self.phone(at), self.count(at)]
                            .iter()
                            .any(Option::is_some);
                    return (token.text.len() <= 4 && !other).then_some((at, section));
                }
                Shape::Degree | Shape::Apostrophe => {}
                Shape::Mark if token.glued => {}
                Shape::Word if until && token.among(&["A", "AU"]) => {}
                Shape::Word if token.among(&LINKS) && self.link(at) => {}
                Shape::Word if section.is_none() && token.short() => {
                    section = Some(token.text.clone());
                }
                _ => return None,
            }
            at += 1;
        }
    }

    /// « n° », « numéro », « jusqu'à »: words inside a range.
    pub fn link(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.text.len() > 2
            || token.accent
            || self
                .token(at + 1)
                .is_some_and(|next| next.is(Shape::Degree) || next.is(Shape::Word))
            || token.says("N")
    }
}
