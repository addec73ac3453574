//! Which parcels a commune is of: those before it, those after, or none, as it is somebody's home.

use std::cmp::Ordering;

use super::dates;
use super::fault::Fault;
use super::lex::{Shape, Token};
use super::scan::{Order, Scan};
use super::words::{Announces, announces, person};
use crate::model::Insee;

/// Words after which a commune is where somebody lives, or what is near.
const AWAY: [&str; 27] = [
    "SUCCESSION",
    "COTE",
    "ENTRE",
    "FACE",
    "FAIT",
    "DEMEURANT",
    "DEMEURE",
    "DOMICILIE",
    "DOMICILIEE",
    "DOMICILIES",
    "DOMICILE",
    "HABITANT",
    "HABITE",
    "RESIDANT",
    "RESIDE",
    "NE",
    "NEE",
    "SIEGE",
    "PRES",
    "PROCHE",
    "LIMITE",
    "LIMITES",
    "LIMITROPHE",
    "BORDURE",
    "DIRECTION",
    "VERS",
    "NOTAIRES",
];

/// Words after which a commune is the ground's.
const GROUND: [&str; 19] = [
    "TERRAIN",
    "TERRAINS",
    "PARCELLE",
    "PARCELLES",
    "SIS",
    "SISE",
    "SITUE",
    "SITUEE",
    "SITUES",
    "SITUEES",
    "PROJET",
    "CONSTRUIRE",
    "MAIRE",
    "CONSTRUCTION",
    "COMMUNE",
    "BIEN",
    "IMMEUBLE",
    "SECTION",
    "TRAVAUX",
];

impl Scan<'_> {
    /// Notes the commune that a name stands for, from token `at` to `after`.
    pub fn name(&mut self, communes: Vec<Insee>, at: usize, after: usize) -> Result<(), Fault> {
        let branch = self.choices.take(communes.len());
        let Some(commune) = communes.into_iter().nth(branch) else {
            return Err(self.unknown(at));
        };
        let own = self.context.commune == Some(&commune) && self.commune.is_none();
        if !own && (self.away(at) || self.dateline(after)) {
            self.sure = false;
            self.last = super::scan::Last::Commune;
            if self.commune.is_some() || self.context.commune.is_some() && self.choices.take(2) == 0
            {
                return Ok(());
            }
        }
        if self.second(&commune, after) {
            self.sure = false;
            if self.choices.take(2) == 0 {
                return Ok(());
            }
            let first = self.commune.take();
            for item in self.items.iter_mut().filter(|item| item.commune == first) {
                item.commune = None;
            }
        }
        self.regroup(at, after);
        self.place(commune);
        Ok(())
    }

    /// « Rezé, le 12 mars 2024 »: where a letter was written.
    fn dateline(&self, after: usize) -> bool {
        let comma = self.token(after).is_some_and(|mark| mark.text == ",");
        let article = after + usize::from(comma);
        self.token(article).is_some_and(|word| word.says("LE"))
            && dates::date(self.tokens, article + 1).is_some()
    }

    /// « AB 12 Rezé Vertou »: two communes after a parcel, and none is of what follows.
    fn second(&self, commune: &Insee, after: usize) -> bool {
        self.communes == Order::After
            && self.since == 0
            && self.commune.as_ref().is_some_and(|first| first != commune)
            && self.gap_after(after).is_none()
    }

    /// Whether the commune at a token is somebody's: the nearest word before it that says what it
    /// is of speaks of a person, or of what is near.
    fn away(&self, at: usize) -> bool {
        // A parcel between them parts the commune from the person.
        let begin = self.items.last().map_or(0, |item| item.token + 1);
        self.tokens[begin.min(at)..at]
            .iter()
            .rev()
            .take_while(|token| !token.is(Shape::End))
            .find_map(|token| {
                let ground = token.among(&GROUND) || token.text.starts_with("CADASTR");
                let away = token.among(&AWAY) || person(token);
                (ground || away).then_some(away)
            })
            .unwrap_or(false)
    }

    /// « AB 12 et, à Rezé, AC 13 »: the first commune of a text is of the parcels after it when it
    /// is nearer to them; those before are then of the reader's.
    pub fn regroup(&mut self, at: usize, after: usize) {
        let own = self.items.iter().any(|item| item.commune.is_none());
        if self.communes != Order::Unknown || !own || !self.pending.is_empty() {
            return;
        }
        let Some(gap) = self.gap_after(after) else {
            return;
        };
        let new = match self.gap_before(at).cmp(&gap) {
            Ordering::Less => false,
            // « AB 12, Nantes, AC 13, Rezé » ends with a commune: each is of what is before it.
            Ordering::Equal => gap > 0 && !self.ends_named() && self.choices.take(2) == 1,
            Ordering::Greater => true,
        };
        if !new {
            return;
        }
        self.communes = Order::Before;
        self.sure &= self.context.commune.is_some();
        for item in &mut self.items {
            item.commune = self.context.commune.cloned();
        }
    }

    /// Whether the text ends with the name of a commune.
    fn ends_named(&self) -> bool {
        let end = self.tokens.len();
        (end.saturating_sub(9)..end).any(|at| {
            let name = self.context.places.at(self.tokens, at);
            name.is_some_and(|(_, after)| after == end)
        })
    }

    /// How much parts the commune at a token from what is before: nothing, a comma, or more.
    fn gap_before(&self, at: usize) -> u8 {
        // « et Rezé » is taken for a name, whose small words people add.
        let mut gap = if self.tokens[at].says("ET") { 2 } else { 0 };
        for token in self.tokens[..at].iter().rev() {
            gap = match token.shape {
                Shape::Break | Shape::End | Shape::Mark => gap.max(parts(token)),
                Shape::Word if token.among(&["ET", "PUIS"]) => gap.max(2),
                Shape::Digits if token.text.len() < 5 => break,
                Shape::Word if announces(token).is_none() && !token.says("A") => break,
                _ => gap,
            };
        }
        gap
    }

    /// As much after it, up to a section and its number; none when something else comes first.
    pub fn gap_after(&self, after: usize) -> Option<u8> {
        let mut gap = 0;
        let mut at = after;
        loop {
            let token = self.token(at)?;
            if self.section_at(at) && self.number_after(at).is_some() {
                return Some(gap);
            }
            gap = match token.shape {
                Shape::Break | Shape::Mark => gap.max(parts(token)),
                Shape::Word if token.among(&["ET", "PUIS"]) => gap.max(2),
                Shape::Dash | Shape::Degree => gap,
                Shape::Digits if token.text.len() == 3 => gap,
                Shape::Word
                    if matches!(
                        announces(token),
                        Some(Announces::Section | Announces::Number | Announces::Nothing)
                    ) =>
                {
                    gap
                }
                _ => return None,
            };
            at += 1;
        }
    }
}

/// How much a mark parts what stands beside it.
fn parts(mark: &Token) -> u8 {
    match mark.text.as_str() {
        "," => 1,
        "\n" | "\r" => 3,
        "." => 2,
        _ if mark.is(Shape::Mark) => 0,
        _ => 2,
    }
}
