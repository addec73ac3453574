//! References of before, which say where a parcel comes from: `AB 345 ex AB 12`.

use super::lex::Shape;
use super::scan::Scan;
use super::words::{Announces, announces};

impl Scan<'_> {
    /// « ex », « provenant de »: a reference of before follows.
    pub fn former(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            token.among(&[
                "EX",
                "ANCIENNEMENT",
                "ANC",
                "ANCIEN",
                "ANCIENNE",
                "ANCIENNES",
                "ISSUE",
                "ISSUES",
                "ISSU",
                "PROVENANT",
                "PROVIENT",
                "REMPLACE",
                "REMPLACANT",
            ])
        })
    }

    /// The token after the first reference of before, and after all those of its list; the parcel
    /// stands before.
    pub fn before(&self, at: usize) -> Option<(usize, usize)> {
        let digits = self
            .token(at + 1)
            .is_some_and(|next| next.is(Shape::Digits));
        // « EX 12 » is a parcel of section EX.
        let section = self.token(at)?.short() && digits && self.upper_section(at);
        if !self.former(at) || self.items.is_empty() || section {
            return None;
        }
        let mut next = at + 1;
        while self.token(next).is_some_and(|token| {
            let linking = matches!(
                announces(token),
                Some(Announces::Nothing | Announces::Section | Announces::Number)
            );
            matches!(
                token.shape,
                Shape::Dash | Shape::Mark | Shape::Apostrophe | Shape::Degree
            ) || linking
                || token.among(&["D", "L", "N", "NO"]) && self.number_after(next).is_none()
                || token.among(&["DIVISION", "REUNION", "PARCELLAIRE"])
        }) {
            next += 1;
        }
        let first = self.one(next)?;
        let mut all = first;
        while let Some(end) = self.token(all).and_then(|link| {
            let links = link.is(Shape::Break) || link.is(Shape::Dash) || link.says("ET");
            links.then(|| self.one(all + 1)).flatten()
        }) {
            all = end;
        }
        Some((first, all))
    }

    /// Passes over references of before. « AB 345 ex AB 12, 13 »: the list may go on with parcels
    /// of today, and is read both ways.
    pub fn pass_before(&mut self, (first, all): (usize, usize)) {
        let short = all > first && self.choices.take(2) == 1;
        self.at = if short { first } else { all };
    }

    /// The token after a reference or a number.
    fn one(&self, at: usize) -> Option<usize> {
        let token = self.token(at)?;
        if token.is(Shape::Digits) {
            return (token.text.len() <= 4).then_some(at + 1);
        }
        // The number may have its part: « AB 12p ».
        let number = self.number_after(at).filter(|_| token.short())?;
        let part = self
            .token(number + 1)
            .is_some_and(|next| next.glued && next.says("P"));
        Some(number + 1 + usize::from(part))
    }
}
