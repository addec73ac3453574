//! What surrounds references in letters and deeds: sentences, addresses, words that nothing knows.

use super::areas;
use super::dates;
use super::fault::{Fault, FaultKind};
use super::lex::{Shape, Token};
use super::scan::{Last, Scan};
use super::titles::Title;
use super::words::{Announces, anchors, announces, street};

impl Scan<'_> {
    /// The words before the first that announces references are passed over when they are prose;
    /// communes that they name are kept.
    pub fn prose(&mut self) -> Result<(), Fault> {
        let first = (0..self.tokens.len()).find(|at| {
            self.tokens[*at].short() && self.section_at(*at) && self.number_after(*at).is_some()
        });
        // « Rezé - section AX - parcelle 45 »: the section is announced before the number is.
        let announced = self.tokens.windows(2).position(|two| {
            announces(&two[0]) == Some(Announces::Section) && two[1].short() && !two[1].lower
        });
        let end = first
            .into_iter()
            .chain(announced.map(|at| at + 1))
            .min()
            .unwrap_or(self.tokens.len());
        let Some(anchor) = self.tokens[..end].iter().rposition(anchors) else {
            return Ok(());
        };
        let mut named = Vec::new();
        let mut strange = false;
        let mut field = None;
        let mut at = 0;
        while at < anchor {
            let token = &self.tokens[at];
            if matches!(token.shape, Shape::Word | Shape::Digits)
                && let Some(after) = self.address(at)
            {
                strange = true;
                self.doubtful |= self.doubt(at, after);
                at = after;
                continue;
            }
            if let Some((communes, after)) = self.context.places.at(self.tokens, at)
                && token.is(Shape::Word)
            {
                named.push((communes, at, after));
                at = after;
                continue;
            }
            if let Some(after) = dates::date(self.tokens, at) {
                at = after;
                continue;
            }
            if self.strange_name(at) {
                let (title, name) = self.title(at);
                // « Rezé (Loire-Atlantique) ».
                let aside = !named.is_empty() && at > 0 && self.tokens[at - 1].is(Shape::Open);
                match title {
                    Title::Prose => {}
                    _ if aside => {}
                    Title::Likely if self.context.commune.is_some() => {
                        let like = self.context.places.like(self.tokens, at);
                        self.sure = false;
                        named.extend(like.map(|(communes, after)| (communes, at, after)));
                    }
                    Title::Surely | Title::Likely => {
                        let Some((communes, after)) = self.context.places.like(self.tokens, at)
                        else {
                            return Err(self.unnamed(at, name));
                        };
                        self.sure = false;
                        named.push((communes, at, after));
                    }
                }
                strange = true;
                field = None;
                at = name;
                continue;
            }
            if field.is_none() && self.valued(at) {
                field = Some(at);
            }
            at += 1;
        }
        if !strange {
            return Ok(());
        }
        self.dropped = true;
        for (communes, at, after) in named {
            self.name(communes, at, after)?;
        }
        self.at = field.unwrap_or(anchor);
        Ok(())
    }

    /// Whether the field of a commune, or of a part of a reference, has its value there:
    /// `code_insee=44109`.
    fn valued(&self, at: usize) -> bool {
        let field = matches!(
            announces(&self.tokens[at]),
            Some(Announces::Commune | Announces::Department | Announces::Prefix)
        );
        let value = self.tokens[at + 1..]
            .iter()
            .find(|token| !token.is(Shape::Mark));
        field && value.is_some_and(|value| value.is(Shape::Digits))
    }

    /// A word that nothing knows: a name that is only likely, what closes a letter, or a fault.
    pub fn stranger(&mut self, at: usize) -> Result<(), Fault> {
        if let Some((communes, after)) = self.context.places.like(self.tokens, at) {
            self.sure = false;
            self.name(communes, at, after)?;
            self.at = after;
            return Ok(());
        }
        if let Some(after) = self.measured_place(at) {
            self.dropped = true;
            self.at = after;
            return Ok(());
        }
        if self.ordinary(at) {
            self.dropped = true;
            self.at = at + 1;
            return Ok(());
        }
        let token = &self.tokens[at];
        let more = self.tokens[at..]
            .iter()
            .any(|token| token.is(Shape::Digits));
        let read = !self.items.is_empty() || !self.pending.is_empty();
        let introduced = self.introduced(at);
        let saint = token.among(&["ST", "STE", "SAINT", "SAINTE"]);
        let begins = self.tokens[..at]
            .iter()
            .rposition(|token| matches!(token.shape, Shape::Break | Shape::Digits));
        let words = self.tokens[begins.map_or(at, |begins| begins + 1)..]
            .iter()
            .filter(|token| token.is(Shape::Word))
            .count();
        let aside = at > 0 && matches!(self.tokens[at - 1].shape, Shape::End | Shape::Open);
        let said = self.tokens[at..]
            .iter()
            .all(|token| token.lower || !token.is(Shape::Word));
        if read && !more && said && !saint && !introduced && self.mixed && (aside || words > 2) {
            self.pass(self.tokens.len());
            return Ok(());
        }
        if let Some(after) = self.parties(at) {
            self.sure = false;
            self.dropped = true;
            self.at = after;
            return Ok(());
        }
        let fault = self.unknown(at);
        let (_, after) = self.title(at);
        Err(match fault.kind {
            FaultKind::UnknownName if after > at + 1 => self.unnamed(at, after),
            _ => fault,
        })
    }

    /// In the table of a deed, the name of a place stands between a number and its area:
    /// `AB 12 LE BOURG 00 ha 04 a 50 ca`.
    fn measured_place(&self, at: usize) -> Option<usize> {
        let named = |token: &Token| {
            matches!(
                token.shape,
                Shape::Word | Shape::Apostrophe | Shape::Dash | Shape::Break | Shape::Mark
            )
        };
        let end = (at..self.tokens.len().min(at + 12)).find(|next| !named(&self.tokens[*next]))?;
        let read = !self.items.is_empty();
        (read && areas::area(self.tokens, end, false).is_some()).then_some(end)
    }

    pub fn unknown(&self, at: usize) -> Fault {
        if self.items.is_empty() && self.tokens.iter().any(street) {
            return Fault::of(
                FaultKind::Address,
                self.text.trim(),
                "cela ressemble à une adresse, pas à une référence cadastrale ni à un numéro de dossier",
            );
        }
        let token = &self.tokens[at];
        if token.text.len() == 3
            && self
                .token(at + 1)
                .is_some_and(|next| next.is(Shape::Digits))
        {
            return Fault::of(
                FaultKind::UnknownName,
                self.shown(at, at),
                "ni une commune connue, ni une section (une ou deux lettres)",
            );
        }
        Fault::of(
            FaultKind::UnknownName,
            self.shown(at, at),
            "ce mot n’est pas compris ; si c’est une commune, donnez son code INSEE",
        )
    }

    /// Whether a letter ends there: no reference comes after its « merci ».
    pub fn closed(&self, at: usize) -> bool {
        let read = !self.items.is_empty() || !self.pending.is_empty();
        read && (at..self.tokens.len())
            .all(|at| !self.upper_section(at) && (self.mixed || !self.section_at(at)))
    }

    /// The token after an address: `12 rue des Lilas`, up to a mark, a number or a known word. The
    /// commune at its end is left.
    pub fn address(&self, at: usize) -> Option<usize> {
        self.address_from(at)
            .filter(|_| self.tokens[at].is(Shape::Word) || self.last != Last::Section)
    }

    /// As [`Self::address`], wherever the digits stand.
    pub fn address_from(&self, at: usize) -> Option<usize> {
        let mut next = at;
        if self.tokens[at].is(Shape::Digits) {
            if self.tokens[at].text.len() > 4 {
                return None;
            }
            next += 1;
            // « 12, rue des Lilas »; after a reference the number is a parcel's.
            let comma = self.token(next)?.text == "," && self.items.is_empty();
            next += usize::from(comma && self.pending.is_empty());
            while self.token(next)?.among(&["BIS", "TER", "QUATER", "B", "T"]) {
                next += 1;
            }
        }
        let named = self.token(next).filter(|token| street(token))?;
        let word = self
            .token(next + 1)
            .filter(|word| word.is(Shape::Word) || word.is(Shape::Mark));
        if named.text.len() < 4 && (word.is_none() || self.number_after(next).is_some()) {
            return None;
        }
        next += 1;
        while let Some(token) = self.token(next) {
            let goes_on = match token.shape {
                Shape::Word => self.labels(next) == next && self.in_address(next),
                Shape::Apostrophe | Shape::Mark => true,
                Shape::Dash => token.glued,
                _ => false,
            };
            // « rue du 8 mai 1945 ».
            if let Some(after) = dates::in_words(self.tokens, next) {
                next = after;
                continue;
            }
            if !goes_on {
                break;
            }
            next += 1;
        }
        // « chemin rural n° 3 », « route départementale 723 », « place n° 14 ».
        let number = self.labels(next);
        let kind = self.tokens[next - 1].among(&[
            "RURAL",
            "DEPARTEMENTALE",
            "NATIONALE",
            "COMMUNALE",
            "COMMUNAL",
            "VICINAL",
        ]);
        if self
            .token(number)
            .is_some_and(|digits| digits.is(Shape::Digits))
            && (kind || number > next)
        {
            next = number + 1;
        }
        Some(next)
    }

    /// Whether a word goes on an address: no commune at its end, no « à », nothing that is known.
    fn in_address(&self, at: usize) -> bool {
        const SMALL: [&str; 11] = [
            "DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "AU", "AUX", "SUR",
        ];
        let token = &self.tokens[at];
        let known = !matches!(
            announces(token),
            None | Some(Announces::Nothing | Announces::Or)
        );
        // « rue de Nantes » is a street's name, « rue des Lilas Nantes » ends with a commune.
        let name = self.context.places.at(self.tokens, at);
        let ends = name
            .is_some_and(|(_, after)| self.token(after).is_none_or(|token| !token.is(Shape::Word)));
        let city = ends && !token.among(&SMALL) && !self.tokens[at - 1].among(&SMALL);
        !token.says("A") && !known && !anchors(token) && !city && !self.upper_number(at)
    }

    /// Goes on after words that are no reference.
    pub fn pass(&mut self, after: usize) {
        self.dropped = true;
        self.doubtful |= self.doubt(self.at, after);
        self.at = after;
    }

    /// Whether two names follow one another: the second may be a commune's.
    pub fn doubt(&self, from: usize, after: usize) -> bool {
        let street = self.tokens[from..after].iter().position(street);
        let begin = street.map_or(from, |street| from + street + 1);
        let name =
            |token: &Token| token.is(Shape::Word) && !token.lower && announces(token).is_none();
        street.is_none()
            || self.tokens[begin..after]
                .windows(2)
                .any(|two| name(&two[0]) && name(&two[1]))
    }

    pub fn upper_number(&self, at: usize) -> bool {
        self.upper_section(at) && self.number_after(at).is_some()
    }
}
