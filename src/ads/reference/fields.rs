//! Values of fields whose name came before, and the boxes of forms.

use super::code::{insee, parts};
use super::fault::Fault;
use super::lex::Shape;
use super::scan::{Last, Scan};
use super::words::Announces;

impl Scan<'_> {
    /// The value of a field whose name came before.
    pub fn expectation(&mut self, at: usize) -> Result<bool, Fault> {
        let Some(expected) = self.expected else {
            return Ok(false);
        };
        let token = &self.tokens[at];
        let text = token.text.clone();
        let lettered = self
            .token(at + 1)
            .is_some_and(|next| next.glued && next.short());
        match expected {
            Announces::Number if !lettered || text.len() <= 4 => {
                self.expected = None;
                self.number(at)?;
            }
            Announces::Section
                if !lettered && text.len() <= 2 && !text.trim_start_matches('0').is_empty() =>
            {
                self.section(at, at, format!("{text:0>2}"))?;
            }
            Announces::Prefix if text.len() <= 3 && !lettered => {
                self.prefixed(format!("{text:0>3}"));
                self.at = at + 1;
            }
            Announces::Commune if text.len() == 3 && !lettered => {
                self.three = Some((text, at));
                self.expected = None;
                self.at = at + 1;
                self.pair();
            }
            Announces::Department if text.len() <= 3 => {
                let two = self.corsican(at).unwrap_or_else(|| {
                    if text.len() == 3 {
                        text.trim_start_matches('0')[..2].to_owned()
                    } else {
                        text.clone()
                    }
                });
                self.at = at + 1 + usize::from(two.ends_with(['A', 'B']));
                self.department = Some(two);
                self.expected = None;
                self.pair();
            }
            Announces::Arrondissement if text.len() == 3 => {
                let department = self
                    .commune
                    .as_ref()
                    .map(|code| code.as_str()[..2].to_owned());
                if text != "000"
                    && let Some(commune) = department.and_then(|two| parts(&two, &text))
                {
                    self.commune = None;
                    self.place(commune);
                }
                self.expected = None;
                self.at = at + 1;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `2A` in two tokens.
    pub fn corsican(&self, at: usize) -> Option<String> {
        let next = self.token(at + 1)?;
        (self.tokens[at].text == "2" && next.glued && next.among(&["A", "B"]))
            .then(|| format!("2{}", next.text))
    }

    pub fn prefixed(&mut self, prefix: String) {
        self.prefix = Some(prefix);
        self.fresh_prefix = true;
        self.expected = None;
        self.last = Last::Prefix;
    }

    /// Boxes of a form, one character each, after the field's name: `|A|B|`, `0 1 2 3`.
    pub fn boxes(&mut self) -> bool {
        let (most, exact) = match self.expected {
            Some(Announces::Section) => (2, true),
            Some(Announces::Number) => (4, true),
            Some(Announces::Prefix) => (3, true),
            Some(Announces::Commune) => (5, true),
            _ => return false,
        };
        let mut text = String::new();
        let mut boxed = false;
        let mut at = self.at;
        let mut tokens = self.tokens[at..].iter();
        while text.len() < most {
            let Some(token) = tokens.next() else { break };
            let lettered = self.expected == Some(Announces::Section);
            match token.shape {
                Shape::Digits | Shape::Word if token.text.len() == 1 && !token.accent => {
                    if token.is(Shape::Word) != lettered
                        && !(lettered && text.is_empty() && token.text == "0")
                    {
                        break;
                    }
                    // « section A n° 12 »: the N is none of the section's letters.
                    let number = self
                        .token(at + 1)
                        .is_some_and(|next| next.is(Shape::Degree));
                    if token.says("N") && !text.is_empty() && (!boxed || number) {
                        break;
                    }
                    text.push_str(&token.text);
                }
                // A comma parts what is no box: « numéros 1, 2 et 3 ».
                Shape::Break | Shape::Mark | Shape::Under
                    if !text.is_empty() && matches!(token.text.as_str(), "|" | "_" | "]") =>
                {
                    boxed = true;
                }
                Shape::Open if boxed => {}
                Shape::Mark if lettered && token.glued && token.text == "." => {}
                _ => break,
            }
            at += 1;
        }
        let ends = self.token(at).is_none_or(|token| {
            token.text.len() != 1 || !token.is(Shape::Digits) && !token.is(Shape::Word)
        });
        // « |_|1|2|3| », and « 1 2 3 » after « A B »: the first box is empty.
        let number = self.expected == Some(Announces::Number) && text.len() > 1;
        let spaced = number && !boxed && self.spaced;
        let short = number && boxed || spaced && self.choices.take(2) == 0;
        if exact && text.len() != most && !short || !ends || at == self.at + 1 {
            return false;
        }
        self.spaced = self.expected == Some(Announces::Section) && !boxed;
        let from = self.at;
        let done = match self.expected {
            Some(Announces::Section) => self
                .section(from, at - 1, text.trim_start_matches('0').to_owned())
                .is_ok(),
            Some(Announces::Number) => {
                self.expected = None;
                self.at = at;
                self.value(from, &text)
                    .and_then(|number| self.found(number, from))
                    .is_ok()
            }
            Some(Announces::Prefix) => {
                self.prefixed(text);
                true
            }
            _ => match insee(&text) {
                Some(commune) => {
                    self.place(commune);
                    true
                }
                None => false,
            },
        };
        self.at = if done { at } else { from };
        done
    }
}
