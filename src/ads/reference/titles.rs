//! Words before a reference: which of them are the name of a commune that is not known.

use super::fault::{Fault, FaultKind};
use super::lex::{Shape, Token};
use super::scan::Scan;
use super::words::{announces, person, strange, street};

/// What a name that nothing knows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    /// A commune's: it stands where only one can, or is made like one.
    Surely,
    /// A commune's, or an ordinary word: it stands alone between two marks.
    Likely,
    /// Ordinary words, a person's name.
    Prose,
}

/// Small words inside a name.
const INNER: [&str; 12] = [
    "A", "D", "DE", "DES", "DU", "EN", "L", "LA", "LE", "LES", "SUR", "SOUS",
];

/// Words that a person's name follows.
const NAMING: [&str; 18] = [
    "SUCCESSION",
    "DIVISION",
    "CONSTRUCTION",
    "EXTENSION",
    "BONJOUR",
    "BONSOIR",
    "CHER",
    "CHERE",
    "MERCI",
    "CORDIALEMENT",
    "DOSSIER",
    "AFFAIRE",
    "PROJET",
    "PERMIS",
    "MAISON",
    "VENTE",
    "PROPRIETE",
    "NOM",
];

impl Scan<'_> {
    /// Whether a word that nothing knows stands there.
    pub fn strange_name(&self, at: usize) -> bool {
        strange(&self.tokens[at]) || self.saint(at) || self.compound(at).is_some()
    }

    /// The token after `Haute-Goulaine`, `Port-Saint-Père`: words in capitals, of which nothing
    /// knows one at least.
    fn compound(&self, at: usize) -> Option<usize> {
        let mut next = at;
        let mut unknown = false;
        loop {
            let word = self.token(next).filter(|word| word.is(Shape::Word))?;
            if word.lower && !word.among(&INNER) {
                return None;
            }
            unknown |= strange(word);
            let joined = |at: usize, shape: Shape| {
                self.token(at)
                    .is_some_and(|token| token.glued && token.is(shape))
            };
            if !joined(next + 1, Shape::Dash) || !joined(next + 2, Shape::Word) {
                break;
            }
            next += 2;
        }
        (unknown && next > at && !self.tokens[next].lower).then_some(next + 1)
    }

    /// « à », « sur », « commune de », « ville : » or a postcode stands before.
    pub fn introduced(&self, at: usize) -> bool {
        let mut before = self.tokens[..at].iter().rev().peekable();
        let mut of = false;
        while let Some(token) = before.next_if(|token| {
            matches!(token.shape, Shape::Mark | Shape::Apostrophe | Shape::Dash)
                || token.among(&["DE", "D", "LA", "LE", "LES", "L"])
        }) {
            of |= token.is(Shape::Mark) || token.among(&["DE", "D"]);
        }
        before.next().is_some_and(|token| {
            token.among(&["A", "SUR"]) && !of
                || token.among(&["COMMUNE", "VILLE", "MAIRIE"])
                || token.is(Shape::Digits) && token.text.len() == 5
        })
    }

    /// The token after the names that « vente », « dossier » and the like announce: `Vente Dupont /
    /// Martin`. A place may be meant.
    pub fn parties(&self, at: usize) -> Option<usize> {
        let announced = at > 0 && self.tokens[at - 1].among(&NAMING);
        if !announced || self.tokens[at].lower {
            return None;
        }
        let mut after = self.title_end(at);
        while self.token(after).is_some_and(|mark| mark.text == "/")
            && self
                .token(after + 1)
                .is_some_and(|next| strange(next) && !next.lower)
        {
            after = self.title_end(after + 1);
        }
        Some(after)
    }

    /// Whether a word in lower case is none of a name's, though nothing knows it: its end, or the word
    /// before it, tells.
    pub fn ordinary(&self, at: usize) -> bool {
        const BEFORE: [&str; 36] = [
            "UN", "UNE", "CE", "CET", "CETTE", "CES", "MON", "MA", "MES", "SON", "SA", "SES",
            "NOTRE", "NOS", "VOTRE", "VOS", "LEUR", "EST", "SONT", "ETE", "ETRE", "QUI", "POUR",
            "PAR", "AVEC", "SANS", "JE", "NOUS", "VOUS", "TRES", "PLUS", "NON", "BIEN", "IL",
            "ELLE", "ON",
        ];
        let token = &self.tokens[at];
        let end = ["MENT", "TION", "TIONS", "AGE", "AIRE"]
            .iter()
            .any(|end| token.text.ends_with(end));
        let told = at > 0 && self.tokens[at - 1].lower && self.tokens[at - 1].among(&BEFORE);
        // « suivi par Paul ».
        let by = at > 0 && self.tokens[at - 1].says("PAR");
        by || token.lower && self.mixed && token.text.len() > 3 && (end || told)
    }

    /// What the name at a token is, and the token after it.
    pub fn title(&self, at: usize) -> (Title, usize) {
        let after = self.title_end(at);
        let words = &self.tokens[at..after];
        let begin = self.tokens[..at]
            .iter()
            .enumerate()
            .rposition(|(mark, _)| self.parts(mark))
            .map_or(0, |mark| mark + 1);
        let end = (after..self.tokens.len())
            .find(|next| self.parts(*next) || self.announced(*next))
            .unwrap_or(self.tokens.len());
        // « Demandeur : Dupont » is of its label.
        let labelled =
            begin > 0 && self.mark(&self.tokens[begin - 1]) == ":" && !self.introduced(at);
        let around = self.tokens[begin..at]
            .iter()
            .chain(&self.tokens[after..end]);
        let small = |token: &Token| !token.is(Shape::Word) || token.among(&INNER);
        let alone = around.clone().all(small);
        // « Terrain Clisson, »: after words that are known; « dossier Martin », « bonjour Paul » are not.
        let listed = after == end
            && self.tokens[begin..at]
                .iter()
                .all(|token| !token.is(Shape::Word) || !strange(token) && !token.among(&NAMING));
        let owned = self.tokens[begin..end]
            .iter()
            .any(|token| person(token) || street(token));
        let capital = !words[0].lower;
        let title = match () {
            () if owned || labelled => Title::Prose,
            () if capital && self.introduced(at) => Title::Surely,
            () if !(alone || capital && listed) => Title::Prose,
            () if self.saint(at) || saint(&words[0]) || self.compound(at).is_some() => {
                Title::Surely
            }
            () if capital || words.len() == 1 => Title::Likely,
            () => Title::Prose,
        };
        (title, after)
    }

    /// The token after a name: its words, their hyphens, and the small words inside.
    fn title_end(&self, at: usize) -> usize {
        let mut after = self.compound(at).unwrap_or(at + 1);
        let mut next = after;
        while let Some(token) = self.token(next).filter(|_| !self.named(next)) {
            let inner = token.is(Shape::Dash) && token.glued
                || token.is(Shape::Apostrophe)
                || token.among(&INNER)
                || saint(token)
                || token.is(Shape::Mark) && saint(&self.tokens[next - 1]);
            if strange(token) && token.lower == self.tokens[at].lower {
                after = next + 1;
            } else if !inner {
                break;
            }
            next += 1;
        }
        after
    }

    /// The token after the name of a person or of a firm: « M. A. Martin », « Mme Le Goff »,
    /// « SCI Le Clos », « propriétaire : Durand ».
    pub fn somebody(&self, at: usize) -> Option<usize> {
        self.token(at)
            .filter(|token| person(token) && self.number_after(at).is_none())?;
        let mut next = at + 1;
        let mut named = None;
        while let Some(token) = self.token(next) {
            let initial = token.is(Shape::Word) && token.text.len() == 1 && !token.lower;
            let small = token.among(&INNER) || token.among(&["ET", "OU"]);
            let civil = person(token);
            let joins = token.is(Shape::Dash) && token.glued
                || token.is(Shape::Apostrophe)
                || token.is(Shape::Mark) && matches!(token.text.as_str(), "." | ":");
            let section = self.section_at(next) && self.number_after(next).is_some();
            if section || self.named(next) {
                break;
            }
            if strange(token) && !token.lower {
                named = Some(next + 1);
            } else if !(initial || small || civil || joins) {
                break;
            }
            next += 1;
        }
        named
    }

    /// Whether a word that is known stands there, and no small one.
    fn announced(&self, at: usize) -> bool {
        super::words::anchors(&self.tokens[at]) && announces(&self.tokens[at]).is_some()
    }

    /// Whether a mark ends what a name stands in; the point of « M. » does not.
    fn parts(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let short =
            at > 0 && self.tokens[at - 1].is(Shape::Word) && self.tokens[at - 1].text.len() < 4;
        match token.shape {
            Shape::Break | Shape::End | Shape::Open => true,
            Shape::Mark => match token.text.as_str() {
                "." => !short,
                text => matches!(text, ":" | ")"),
            },
            Shape::Dash => !token.glued,
            _ => false,
        }
    }

    /// The fault of a commune that is not known.
    pub fn unnamed(&self, at: usize, after: usize) -> Fault {
        Fault::of(
            FaultKind::UnknownName,
            self.shown(at, after - 1),
            "cette commune n’est pas connue ; donnez son code INSEE",
        )
    }
}

fn saint(token: &Token) -> bool {
    token.among(&["ST", "STE", "SAINT", "SAINTE"])
}
