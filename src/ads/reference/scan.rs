//! One run over the tokens: what the text says so far, and what the next token adds.

use super::choices::Choices;
use super::code::is_known;
use super::fault::Fault;
use super::lex::{Shape, Token};
use super::words::Announces;
use super::{Context, code};
use crate::model::{Idu, Insee};

/// What one run found.
#[derive(Debug)]
pub(super) struct Reading {
    pub parcels: Vec<Idu>,
    /// Whether nothing in it was only likely.
    pub sure: bool,
    /// Whether words were passed over that may name a commune, or a code may be a postcode.
    pub dropped: bool,
}

/// The last thing that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    Start,
    Commune,
    Prefix,
    Section,
    Number,
    Break,
}

/// A parcel as it is read: its commune may come after it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub commune: Option<Insee>,
    pub prefix: String,
    pub section: String,
    pub number: u16,
    pub token: usize,
}

/// Where communes and sections stand: before what they are of, or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Unknown,
    Before,
    After,
}

/// The state of a run.
pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub context: &'a Context<'a>,
    pub choices: &'a mut Choices,
    pub at: usize,
    pub last: Last,
    pub expected: Option<Announces>,
    pub commune: Option<Insee>,
    pub communes: Order,
    /// Items read since the commune was.
    pub since: usize,
    pub department: Option<String>,
    pub three: Option<(String, usize)>,
    pub prefix: Option<String>,
    pub fresh_prefix: bool,
    pub section: Option<(String, usize)>,
    /// Whether the section has a number.
    pub used: bool,
    pub sections: Order,
    /// Numbers whose section has not come yet.
    pub pending: Vec<(u16, usize)>,
    pub items: Vec<Item>,
    pub either: bool,
    /// Whether the numbers after « : » are areas; none before the first.
    pub tells: Option<bool>,
    /// Whether letters or a bare number beside a reference are passed over; none before the first.
    pub alike: Option<bool>,
    pub sure: bool,
    pub dropped: bool,
    /// Whether a commune's code is not that of a known one: it may be a postcode.
    pub postal: bool,
    /// Whether words were passed over that could name a commune, of which the text gives none.
    pub doubtful: bool,
    /// Whether the section's letters were apart: its number's digits may be.
    pub spaced: bool,
    /// Whether the text is several lines of one form: rows.
    pub rows: bool,
    /// Whether the text has sections in upper case: small words in lower case are then none.
    pub mixed: bool,
}

impl<'a> Scan<'a> {
    pub fn new(
        text: &'a str,
        tokens: &'a [Token],
        context: &'a Context<'a>,
        choices: &'a mut Choices,
    ) -> Self {
        Self {
            text,
            tokens,
            context,
            choices,
            at: 0,
            last: Last::Start,
            expected: None,
            commune: None,
            communes: Order::Unknown,
            since: 0,
            department: None,
            three: None,
            prefix: None,
            fresh_prefix: false,
            section: None,
            used: false,
            sections: Order::Unknown,
            pending: Vec::new(),
            items: Vec::new(),
            either: false,
            tells: None,
            alike: None,
            sure: true,
            dropped: false,
            postal: false,
            doubtful: false,
            spaced: false,
            rows: false,
            mixed: false,
        }
    }

    /// Reads to the end.
    pub fn run(mut self) -> Result<Reading, Fault> {
        self.mixed = (0..self.tokens.len()).any(|at| self.upper_section(at));
        self.rows = self.is_rows();
        self.prose()?;
        while let Some(token) = self.tokens.get(self.at) {
            let before = self.at;
            match token.shape {
                Shape::Word => self.word()?,
                Shape::Digits => self.digits()?,
                Shape::Break => {
                    self.last = Last::Break;
                    self.at += 1;
                }
                Shape::Foreign => {
                    let mut end = self.at;
                    while self
                        .token(end + 1)
                        .is_some_and(|next| next.glued && next.is(Shape::Foreign))
                    {
                        end += 1;
                    }
                    return Err(Fault::wrong(
                        self.shown(self.at, end),
                        "ni des lettres latines ni des chiffres : tapez la référence",
                    ));
                }
                Shape::Open if self.former(self.at + 1) => {
                    while self
                        .token(self.at)
                        .is_some_and(|token| self.mark(token) != ")")
                    {
                        self.at += 1;
                    }
                }
                Shape::Open if self.beside() => {}
                _ => self.at += 1,
            }
            debug_assert!(self.at > before, "every step goes on");
            self.at = self.at.max(before + 1);
        }
        self.finish()
    }

    fn is_rows(&self) -> bool {
        let mut lines = self
            .tokens
            .split(|token| token.text == "\n")
            .map(|line| line.iter().map(|token| token.shape));
        let first = lines.next().map(Vec::from_iter).unwrap_or_default();
        let mut rest = lines.filter(|line| line.len() > 0).peekable();
        rest.peek().is_some() && rest.all(|line| line.eq(first.iter().copied()))
    }

    /// Whether a section stands there in upper case.
    pub fn upper_section(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let written = self.text.get(token.span.clone()).unwrap_or("");
        let upper = token.short()
            && !written.is_empty()
            && written.bytes().all(|letter| letter.is_ascii_uppercase());
        let last = self.token(at + 1).is_none();
        upper
            && !token.among(&["N", "NO"])
            && (token.text.len() == 2 || last || self.number_after(at).is_some())
    }

    pub fn token(&self, at: usize) -> Option<&'a Token> {
        self.tokens.get(at)
    }

    /// A mark as it was typed.
    pub fn mark(&self, token: &Token) -> &'a str {
        self.text.get(token.span.clone()).unwrap_or("")
    }

    /// The text of tokens, as it was typed.
    pub fn shown(&self, from: usize, until: usize) -> &'a str {
        let start = self.tokens.get(from).map_or(0, |token| token.span.start);
        let end = self
            .tokens
            .get(until.min(self.tokens.len().saturating_sub(1)))
            .map_or(self.text.len(), |token| token.span.end);
        self.text.get(start..end).unwrap_or("")
    }

    pub fn wrong(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault::wrong(self.shown(at, at), message)
    }

    /// Notes the commune: of what follows, or of what came before it.
    pub fn place(&mut self, commune: Insee) {
        self.expected = None;
        self.last = Last::Commune;
        let first = self.communes == Order::Unknown;
        if first {
            let begun = !self.items.is_empty() || !self.pending.is_empty();
            self.communes = if begun { Order::After } else { Order::Before };
        }
        let same = self.commune.as_ref() == Some(&commune);
        let told = self.three.as_ref().map(|(three, _)| three.as_str());
        if told == Some(&commune.as_str()[2..]) {
            self.three = None;
        }
        if self.communes == Order::After {
            for item in &mut self.items {
                item.commune.get_or_insert_with(|| commune.clone());
            }
        } else if !first && self.since == 0 && !same {
            // Two communes and nothing between: one of them.
            self.sure = false;
            if self.choices.take(2) == 0 {
                return;
            }
        }
        if !same && (self.used || self.communes == Order::After) && self.pending.is_empty() {
            self.section = None;
            self.prefix = None;
        }
        self.commune = Some(commune);
        if !same {
            self.since = 0;
        }
    }

    /// The commune of three digits that a field gave, with the département of another.
    pub fn pair(&mut self) {
        if let (Some(department), Some((three, _))) = (&self.department, &self.three)
            && let Some(commune) = code::parts(department, three)
        {
            self.three = None;
            self.place(commune);
        }
    }

    /// Whether that commune is one that the reader knows.
    pub fn knows(&self, commune: &Insee) -> bool {
        is_known(commune, self.context)
    }
}
