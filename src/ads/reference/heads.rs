//! Digits before a section: the commune, the prefix, or both.

use super::code::{Head, heads, is_near, of_three};
use super::fault::{Fault, FaultKind};
use super::lex::Shape;
use super::scan::{Last, Scan};
use crate::model::Insee;

/// Most groups of digits before a section: `44 0 109 000 AB`.
const MOST_GROUPS: usize = 4;

/// Groups of digits before a section.
struct Groups {
    texts: Vec<String>,
    /// The section's token.
    section: usize,
    /// The groups without the zero that pads a section (`0A`, and `0AB` of some), when there may be one.
    stripped: Option<Vec<String>>,
}

impl Scan<'_> {
    /// Digits that stand before a section: commune, prefix, or both.
    pub fn head(&mut self, at: usize) -> Result<bool, Fault> {
        let Some(groups) = self.groups(at) else {
            return Ok(false);
        };
        let texts: Vec<&str> = groups.texts.iter().map(String::as_str).collect();
        match texts[..] {
            [prefix] if prefix.len() == 3 => return self.alone(at, groups.section, prefix),
            [code] if code.len() == 5 && self.is_postcode(code) => return Ok(false),
            _ => {}
        }
        let near = self.commune.clone();
        let mut found: Vec<Head> = Vec::new();
        if let Some(stripped) = &groups.stripped {
            let stripped: Vec<&str> = stripped.iter().map(String::as_str).collect();
            if stripped.is_empty() || stripped.len() == 1 && stripped[0].len() == 3 {
                let prefix = stripped.first().map(|prefix| (*prefix).to_owned());
                let head = Head {
                    commune: None,
                    prefix,
                    sure: true,
                };
                return self.headed(at, groups.section, Some(head));
            }
            found.extend(heads(&stripped, near.as_ref(), self.context));
        }
        // Fourteen characters are the identifier, whatever else they could be.
        let exact =
            !found.is_empty() && texts.concat().len() == 9 && self.four_glued(groups.section);
        if !exact {
            found.extend(heads(&texts, near.as_ref(), self.context));
        }
        let known = |head: &Head| head.commune.as_ref().is_some_and(|code| self.knows(code));
        // Among numbers of a list, only a commune that is known is one.
        let listed = self.section.is_some() && texts.len() > 1;
        if listed || found.iter().any(known) {
            found.retain(known);
        }
        found.dedup();
        if found.is_empty() {
            return match texts[..] {
                [one] if one.len() > 4 && !(one.len() == 5 && self.padded(at)) => {
                    // Known communes tell the département of six digits.
                    let kind = if one.len() == 6 {
                        FaultKind::MissingCommune
                    } else {
                        FaultKind::Wrong
                    };
                    Err(Fault::of(kind, self.shown(at, at), self.headless(one)))
                }
                _ => Ok(false),
            };
        }
        // A lone code of a commune that is not known may be a postcode.
        let code = texts.len() == 1 && texts[0].len() == 5 && groups.stripped.is_none();
        if let Some(commune) = found[0].commune.clone().filter(|_| code) {
            self.postcode(at, &commune);
        }
        let branch = self.choices.take(found.len());
        let head = found.swap_remove(branch);
        self.headed(at, groups.section, Some(head))
    }

    /// A postcode, and no commune's code.
    fn is_postcode(&self, code: &str) -> bool {
        let places = self.context.places;
        !places.knows(code) && !places.posted(code).is_empty()
    }

    /// Notes that a lone code that is not a known commune's may be a postcode. In the départements of
    /// those that are known, one that ends as postcodes do is only likely, unless « INSEE » is said.
    pub fn postcode(&mut self, at: usize, commune: &Insee) {
        if self.knows(commune) || self.tokens[at].text.len() != 5 {
            return;
        }
        self.postal = true;
        let code = commune.as_str();
        let said = at > 0
            && self.tokens[..at]
                .iter()
                .rfind(|token| !token.is(Shape::Mark))
                .is_some_and(|label| {
                    label.text.contains("INSEE") || label.text.starts_with("CODE_")
                });
        let known = !self.context.places.is_empty() && is_near(&code[..2], self.context);
        // No commune's number is above 909.
        let postal = code.ends_with('0') || &code[2..] > "909";
        self.sure &= said || !known || !postal;
    }

    pub fn headless(&self, text: &str) -> String {
        match text.len() {
            5 if text.ends_with("000") => {
                "ce code n’est pas celui d’une commune ; est-ce un code postal ?".to_owned()
            }
            6 | 7 => "le département manque avant ces chiffres : donnez la commune".to_owned(),
            size => self.odd(size),
        }
    }

    /// Takes a head, and the section after it.
    fn headed(&mut self, at: usize, next: usize, head: Option<Head>) -> Result<bool, Fault> {
        if let Some(head) = head {
            self.sure &= head.sure;
            if let Some(commune) = head.commune {
                self.regroup(at, next);
                self.place(commune);
                if self.used || head.prefix.is_some() {
                    self.prefix = None;
                }
            }
            if let Some(prefix) = head.prefix {
                self.prefixed(prefix);
            }
        }
        let text = self.tokens[next].text.clone();
        self.section(at, next, text)?;
        Ok(true)
    }

    /// Whether four digits are glued to the section at `next`.
    fn four_glued(&self, next: usize) -> bool {
        self.tokens[next].glued
            && self
                .token(next + 1)
                .is_some_and(|number| number.glued && number.text.len() == 4)
    }

    /// The groups of digits from `at` to a section.
    fn groups(&self, at: usize) -> Option<Groups> {
        let mut texts: Vec<String> = Vec::new();
        let mut next = at;
        loop {
            let token = self.token(next)?;
            match token.shape {
                Shape::Digits if texts.len() < MOST_GROUPS => texts.push(token.text.clone()),
                Shape::Dash | Shape::Under | Shape::Mark => {}
                Shape::Break
                    if token.glued
                        && token.text != "\n"
                        && self.token(next + 1).is_some_and(|next| next.glued) => {}
                Shape::Word if self.section_at(next) => break,
                _ => return None,
            }
            next += 1;
        }
        let section = &self.tokens[next];
        let last = texts.last()?;
        let pads = section.glued && last.ends_with('0') && (section.text.len() == 1 || last == "0");
        let stripped = pads.then(|| {
            let mut stripped = texts.clone();
            if let Some(last) = stripped.last_mut() {
                last.pop();
            }
            stripped.retain(|group| !group.is_empty());
            stripped
        });
        Some(Groups {
            texts,
            section: next,
            stripped,
        })
    }

    /// Three digits before a section: a prefix, the commune's last three, or a number of the
    /// section before.
    fn alone(&mut self, at: usize, next: usize, text: &str) -> Result<bool, Fault> {
        let text = text.to_owned();
        if self.number_after(next).is_none() {
            return Ok(false);
        }
        if self.section.is_some() && self.used && !text.starts_with('0') {
            if self.last == Last::Number && !self.tokens[next].glued {
                return Ok(false);
            }
            if self.last != Last::Commune && self.choices.take(2) == 0 {
                return Ok(false);
            }
        }
        let own = self
            .context
            .commune
            .filter(|code| code.as_str()[2..] == text);
        if let (Some(own), None) = (own, &self.commune) {
            self.place(own.clone());
            return self.headed(at, next, None);
        }
        if self.commune.is_none() && self.context.commune.is_none() {
            let known: Vec<Insee> = of_three(&text, None, self.context)
                .into_iter()
                .filter(|code| self.knows(code))
                .collect();
            if let [commune] = &known[..] {
                self.sure = false;
                self.place(commune.clone());
                return self.headed(at, next, None);
            }
        }
        // « 143 AB 12 »: another commune that is known, or a prefix of the reader's.
        if self.commune.is_none() && self.expected.is_none() && !text.starts_with('0') {
            let other = of_three(&text, None, self.context)
                .into_iter()
                .find(|code| self.knows(code));
            // Whoever knows communes must be asked.
            self.postal = true;
            if let Some(commune) = other
                && self.choices.take(2) == 0
            {
                self.place(commune);
                return self.headed(at, next, None);
            }
        }
        let head = Head {
            commune: None,
            prefix: Some(text),
            sure: true,
        };
        self.headed(at, next, Some(head))
    }
}
