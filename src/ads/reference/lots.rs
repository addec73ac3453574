//! What is numbered and is no parcel: lots of a building, storeys, plans.

use super::lex::Shape;
use super::scan::Scan;

impl Scan<'_> {
    /// The token after the first value of a word like « lot », and after the whole list of them:
    /// `lots 1, 2 et 3`, `lots 4 à 6`, `bâtiment B`.
    pub fn values(&self, at: usize) -> Option<(usize, usize)> {
        let first = self.value_at(self.labels(at + 1))?;
        let mut all = first;
        while let Some(link) = self.token(all) {
            let links = matches!(link.shape, Shape::Break | Shape::Dash)
                || link.among(&["ET", "A", "AU", "OU"]);
            let after = self.labels(all + 1);
            match self.value_at(after) {
                Some(end) if links => all = end,
                _ => break,
            }
        }
        Some((first, all))
    }

    /// The token after « plan n° 4 », where it is no parcel's: a reference stands before, or comes
    /// after.
    pub fn plan(&self, at: usize) -> Option<usize> {
        let value = self.labels(at + 1);
        let after = self.value_at(value).filter(|_| value > at + 1)?;
        let later = (after..self.tokens.len())
            .any(|at| self.section_at(at) && self.number_after(at).is_some());
        (self.used || later).then_some(after)
    }

    /// Passes « n° », « : » and « (s) ».
    fn labels(&self, from: usize) -> usize {
        let mut at = from;
        while self.token(at).is_some_and(|token| {
            let mark = matches!(token.shape, Shape::Mark | Shape::Degree | Shape::Open);
            mark || self.plural(at)
                || token.among(&["N", "NO", "NOS", "NUMERO", "NUMEROS"])
                    && self
                        .token(at + 1)
                        .is_some_and(|next| matches!(next.shape, Shape::Degree | Shape::Digits))
        }) {
            at += 1;
        }
        at
    }

    /// A number, or one letter: « lot B », but « lot B 12 » may be a section and a number.
    fn value_at(&self, at: usize) -> Option<usize> {
        let token = self.token(at)?;
        let letter = token.is(Shape::Word)
            && token.text.len() == 1
            && !token.accent
            && self.number_after(at).is_none();
        let prefixed = token.is(Shape::Digits)
            && self
                .token(at + 1)
                .is_some_and(|next| next.short() && self.number_after(at + 1).is_some())
            && token.text.len() > 2;
        (letter || token.is(Shape::Digits) && !prefixed).then_some(at + 1)
    }
}
