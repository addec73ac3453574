//! What stands beside a reference and is none, and where it could be one: asked for both.

use super::acronyms::Acronym;
use super::areas;
use super::code::insee;
use super::dates;
use super::lex::{Shape, Token};
use super::scan::{Last, Scan};
use super::sections::TYPES;

/// How sure it is that something is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surely {
    /// It can be nothing else.
    Yes,
    /// Both are possible, and that is the likelier.
    Likely,
    /// Likewise, and all of a text's are read alike.
    Alike,
    /// Both are possible, and a reference is the likelier.
    Hardly,
}

impl Scan<'_> {
    /// Passes over what is no reference; what could be one is also read so.
    pub fn beside(&mut self) -> bool {
        if self.told(self.at) {
            // All of a text's are read alike.
            let told = match self.tells {
                Some(told) => told,
                None => self.choices.take(2) == 0,
            };
            self.tells = Some(told);
            if told {
                let whole = areas::quantity(self.tokens, self.at);
                self.at = whole.map_or(self.at + 1, |whole| whole.end);
            }
            return told;
        }
        let Some((after, surely)) = self.aside(self.at) else {
            return false;
        };
        let passed = match surely {
            Surely::Yes => true,
            Surely::Likely => self.choices.take(2) == 0,
            Surely::Alike => {
                let passed = match self.alike {
                    Some(passed) => passed,
                    None => self.choices.take(2) == 0,
                };
                self.alike = Some(passed);
                passed
            }
            Surely::Hardly => self.choices.take(2) == 1,
        };
        if passed {
            self.at = after;
        }
        passed
    }

    fn aside(&self, at: usize) -> Option<(usize, Surely)> {
        let token = self.token(at)?;
        match token.shape {
            Shape::Digits if self.expected.is_none() && self.last != Last::Section => self
                .phone(at)
                .or_else(|| self.count(at))
                .map(|after| (after, Surely::Yes))
                .or_else(|| self.year(at))
                .or_else(|| self.share(at))
                .or_else(|| self.area(at))
                .or_else(|| {
                    let after = self.plural_count(at).or_else(|| self.bare_number(at));
                    after.map(|after| (after, Surely::Alike))
                })
                .or_else(|| self.zoned(at)),
            Shape::Open if self.read() => self.bracketed(at),
            Shape::Word => {
                let told = if self.read() {
                    self.worded(at)
                } else {
                    self.storeys(at).map(|after| (after, Surely::Yes))
                };
                told.or_else(|| {
                    let (after, kind) = self.acronym(at)?;
                    Some(match kind {
                        Acronym::Surely => (after, Surely::Yes),
                        Acronym::Aside => (after, Surely::Alike),
                    })
                })
            }
            _ => None,
        }
    }

    /// Whether a reference stands before, with its number.
    fn read(&self) -> bool {
        self.used && self.last != Last::Section && self.expected.is_none()
    }

    /// Words beside a reference.
    fn worded(&self, at: usize) -> Option<(usize, Surely)> {
        let token = self.token(at)?;
        // « SP 120 m² »: a floor area, as nothing but an area follows.
        let floor = token.among(&["SP", "SDP", "SU", "SH", "ES"]);
        if let Some(after) = areas::area(self.tokens, at + 1, true).filter(|_| floor) {
            return Some((after, Surely::Yes));
        }
        // « S=450 ».
        let equals = self
            .token(at + 1)
            .is_some_and(|mark| self.mark(mark) == "=");
        if let Some(area) = areas::quantity(self.tokens, at + 2).filter(|_| equals)
            && token.says("S")
        {
            return Some((area.end, Surely::Yes));
        }
        let said = at > 0 && self.tokens[at - 1].says("DE");
        if floor && said && self.number_after(at).is_none() {
            return Some((at + 1, Surely::Yes));
        }
        // « AB 12 (DP n° 4) »: a file, or a parcel of section DP.
        if let Some(number) = self.number_after(at)
            && token.among(&TYPES)
            && self.bracket_open(at)
        {
            return Some((number + 1, Surely::Likely));
        }
        // « en UB 2 », « réf. 1234 », « le 12 » that ends: likelier a zone, a letter's, a day.
        let urban = self
            .token(at + 1)
            .is_some_and(|zone| zone.text.starts_with('U'));
        if let Some(after) = self
            .zone_number(at + 1)
            .filter(|_| urban && token.says("EN"))
        {
            return Some((after, Surely::Likely));
        }
        let value = self.labels(at + 1);
        let number = self.token(value).filter(|number| number.is(Shape::Digits));
        let day = token.says("LE") && token.lower && value == at + 1 && dates::is_day(number);
        let ends = self
            .token(value + 1)
            .is_none_or(|next| matches!(next.text.as_str(), "," | ";" | "\n"));
        let said_et = at > 0 && self.tokens[at - 1].says("ET");
        if number.is_some() && (token.among(&["REF", "REFS"]) || day && ends && !said_et) {
            return Some((value + 1, Surely::Likely));
        }
        let dated = token.among(&["EN", "DE", "DEPUIS", "ANNEE", "MILLESIME"]);
        if dated && dates::is_year(self.token(at + 1)) && !self.goes_on(at + 2) {
            // « EN 2024 » may be a parcel of section EN.
            let surely = if token.lower || token.text.len() > 2 {
                Surely::Yes
            } else {
                Surely::Likely
            };
            return Some((at + 2, surely));
        }
        let zone = self.storeys(at).or_else(|| self.zone_code(at));
        zone.map(|after| (after, Surely::Yes))
    }

    /// « AB 12 : 450 ; AB 13 : 310 », « AB;12;450 », « 44109000AB0012 450 »: an area without its
    /// unit, or another parcel.
    fn told(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.token(at));
        let valued = before(1).is_some_and(|mark| matches!(mark.text.as_str(), ":" | "="))
            && before(2).is_some_and(|number| number.is(Shape::Digits));
        self.read()
            && matches!(self.last, Last::Number | Last::Break)
            && self.token(at).is_some_and(|token| token.is(Shape::Digits))
            && (valued && self.last == Last::Number || self.celled(at))
            && self.aside(at).is_none()
    }

    /// Whether digits are the next cell of a row whose number is one, or stand after a whole
    /// identifier.
    fn celled(&self, at: usize) -> bool {
        let Some(number) = self.items.last().map(|item| item.token) else {
            return false;
        };
        let code = |text: &str| insee(text).is_some_and(|code| self.knows(&code));
        let short = self.tokens[at].text.len() < 6 && !code(&self.tokens[at].text);
        let ends = areas::quantity(self.tokens, at).is_some_and(|whole| {
            self.token(whole.end)
                .is_none_or(|next| next.is(Shape::Break))
        });
        if !short || !ends {
            return false;
        }
        let mark = |at: usize| self.token(at).filter(|mark| mark.is(Shape::Break));
        let whole = number > 1
            && self.tokens[number].glued
            && self.tokens[number].text.len() == 4
            && self.tokens[number - 1].glued
            && self.tokens[number - 2].text.len() >= 8;
        let Some(parted) = mark(number + 1) else {
            return whole && at == number + 1;
        };
        let cell = number > 1
            && mark(number - 1).is_some_and(|before| before.text == parted.text && before.glued)
            && self.tokens[number - 2].short();
        let column = match parted.text.as_str() {
            "|" | "\t" => true,
            ";" if self.rows => true,
            ";" | "," => whole || cell && (parted.text == ";" || parted.glued),
            _ => false,
        };
        // Cells of the same row, up to this one.
        let row = (number + 1..at).all(|between| {
            let token = &self.tokens[between];
            token.is(Shape::Digits) || token.text == parted.text || self.mark(token) == "."
        });
        column && at > number + 1 && row
    }

    /// « AB 12, 2024 » that ends: a year, or a number that is none like the others.
    fn year(&self, at: usize) -> Option<(usize, Surely)> {
        let comma = at > 0 && self.tokens[at - 1].text == ",";
        let last = self.token(at + 1).is_none();
        let small = self.items.iter().all(|item| item.number < 1000);
        (self.used && comma && last && small && dates::is_year(self.token(at)))
            .then_some((at + 1, Surely::Likely))
    }

    /// « 1AU ».
    fn zoned(&self, at: usize) -> Option<(usize, Surely)> {
        let after = self.zone_code(at).filter(|_| self.read())?;
        Some((after, Surely::Yes))
    }

    /// `R+2`, `R+1+C`: how high a building is.
    fn storeys(&self, at: usize) -> Option<usize> {
        let plus = |at: usize| self.token(at).is_some_and(|plus| plus.text == "+");
        if !self.token(at)?.says("R") || !plus(at + 1) {
            return None;
        }
        let mut next = at + 1;
        while plus(next) {
            let storey = self.token(next + 1)?;
            let digits = storey.is(Shape::Digits) && storey.text.len() <= 2;
            let roof = storey.among(&["A", "C", "S", "COMBLE", "COMBLES", "ATTIQUE"]);
            if !digits && !roof {
                break;
            }
            next += 2;
        }
        (next > at + 1).then_some(next)
    }

    /// « (2023) », « (450) »: a year, an area without its unit, or a parcel.
    fn bracketed(&self, at: usize) -> Option<(usize, Surely)> {
        let inner = self.token(at + 1)?;
        let closed = |at: usize| self.token(at).is_some_and(|mark| self.closes(mark));
        // « AB (12) (13) » is a list.
        let list = at > 0 && self.closes(&self.tokens[at - 1]);
        if inner.is(Shape::Digits) && inner.text.len() <= 4 && closed(at + 2) {
            return (self.last == Last::Number && !list).then_some((at + 3, Surely::Likely));
        }
        // « AB 12 (p) 450 m² », « AB 12 (N) »: a part, a zone; « (AB) 12, (AC) 13 » are sections.
        let part = inner.among(&["P", "PP"]) && self.last == Last::Number;
        if inner.short() && closed(at + 2) && (part || !self.goes_on(at + 3)) {
            return Some((at + 3, Surely::Yes));
        }
        // « (UB1) » is a zone or a parcel.
        let urban = inner.short() && inner.text.starts_with('U');
        let digit = self
            .token(at + 2)
            .is_some_and(|next| next.glued && next.is(Shape::Digits) && next.text.len() == 1);
        (urban && digit && closed(at + 3)).then_some((at + 4, Surely::Likely))
    }

    /// « 02 40 12 34 56 ».
    pub fn phone(&self, at: usize) -> Option<usize> {
        let mut next = at;
        for group in 0..5 {
            let token = self.token(next)?;
            let fits = token.is(Shape::Digits) && token.text.len() == 2;
            let begins = token.text.starts_with('0') && token.text != "00";
            if !fits || group == 0 && !begins {
                return None;
            }
            next += 1;
            let dot = self
                .token(next)
                .is_some_and(|mark| mark.glued && matches!(mark.text.as_str(), "." | "-"));
            next += usize::from(dot && group < 4);
        }
        (!self.goes_on(next)).then_some(next)
    }

    /// « (3/4) », « 1/4 de », « 1/2 indivise »: a share of a parcel.
    fn share(&self, at: usize) -> Option<(usize, Surely)> {
        let slash = self.token(at + 1).filter(|slash| slash.text == "/")?;
        let lower = self.token(at + 2).filter(|lower| lower.glued)?;
        let part: u32 = self.token(at)?.text.parse().ok()?;
        let whole: u32 = lower.text.parse().ok()?;
        if !slash.glued || part >= whole {
            return None;
        }
        let mut next = at + 3;
        if self
            .token(next)
            .is_some_and(|end| end.glued && end.among(&["E", "EME", "EMES", "IEME", "IEMES", "ES"]))
        {
            next += 1;
        }
        let after = self.token(next);
        let shared = after.is_some_and(|after| {
            after.among(&["DE", "DES", "D", "EN", "SUR", "DU"])
                || after.text.starts_with("INDIVI")
                || after.text.starts_with("TANTIEME")
                || after.text.starts_with("MILLIEME")
        });
        let announced = at > 0 && self.tokens[at - 1].among(&["POUR", "HAUTEUR", "QUOTE", "PART"]);
        let bracketed = at > 0
            && self.tokens[at - 1].is(Shape::Open)
            && after.is_some_and(|after| self.closes(after));
        let round = whole <= 12 || whole.is_multiple_of(100);
        if shared || announced || bracketed && round {
            return Some((next, Surely::Yes));
        }
        // « AB 12 1/2 »; « AB 12, 1/2 » is a list.
        let follows = at > 0 && self.tokens[at - 1].is(Shape::Digits) && round;
        (bracketed || follows && self.read()).then_some((next, Surely::Likely))
    }

    /// An area; what may be a section and its number is read both ways.
    fn area(&self, at: usize) -> Option<(usize, Surely)> {
        let after = self.last == Last::Number || self.used && self.last == Last::Break;
        let like = areas::like(self.tokens, at).filter(|_| self.read());
        if let Some((end, groups)) = areas::measured(self.tokens, at, after) {
            // « 13 450 m² »: thirteen thousand, or the number 13 and its area; « 1 ha 25 a 50 ».
            let thousands = groups > 1 && self.tokens[at].text.len() > 1;
            let longer = like.map(|like| like.end).filter(|longer| *longer > end);
            let surely = if thousands || longer.is_some() {
                Surely::Likely
            } else {
                Surely::Yes
            };
            return Some((longer.unwrap_or(end), surely));
        }
        let like = like?;
        let before = self.tokens.get(at.checked_sub(1)?)?;
        let bracketed = self.bracket_open(at);
        // After « , » or « et » a number is likelier another parcel's.
        let listed = before.is(Shape::Break) || before.says("ET");
        let lower = like.lower && self.mixed;
        let surely = match (like.long, lower) {
            _ if bracketed && lower || like.square && !listed => Surely::Yes,
            (true, true) => Surely::Yes,
            (true, false) if !listed => Surely::Likely,
            (false, true) if like.glued => Surely::Yes,
            (false, true) if !listed => Surely::Likely,
            (false, _) if like.glued && !listed => Surely::Likely,
            (false, _) if like.glued => Surely::Hardly,
            // « AB 12, 5 a »: nothing follows that would make it a range, or a section.
            (false, true) if self.ends_area(like.end) => Surely::Yes,
            // « AB 10, 12 a 15 » is a range.
            (false, _) => return None,
            (true, _) => Surely::Hardly,
        };
        Some((like.end, surely))
    }

    /// Whether an area ends with its unit, apart, and no number follows.
    fn ends_area(&self, end: usize) -> bool {
        let unit = &self.tokens[end - 1];
        unit.is(Shape::Word) && !unit.glued && !self.goes_on(end)
    }

    /// Whether a bracket was opened before, and not closed.
    fn bracket_open(&self, at: usize) -> bool {
        let last = self.tokens[..at]
            .iter()
            .rfind(|token| token.is(Shape::Open) || self.closes(token));
        last.is_some_and(|token| token.is(Shape::Open))
    }

    /// Whether a mark closes a bracket.
    fn closes(&self, mark: &Token) -> bool {
        matches!(self.mark(mark), ")" | "]" | "}")
    }

    /// Whether further digits follow.
    fn goes_on(&self, at: usize) -> bool {
        self.token(at).is_some_and(|next| next.is(Shape::Digits))
    }
}
