//! Zones of the plan beside a reference: `AB 12 (UMa)`, `zone 1AU`.

use super::lex::{Shape, Token};
use super::scan::Scan;
use super::words::announces;

/// Zones of what may happen, whose code follows.
const HAZARDS: [&str; 10] = [
    "PPRI",
    "PPRN",
    "PPRT",
    "PPRL",
    "PPR",
    "ROUGE",
    "BLEUE",
    "INONDABLE",
    "SISMIQUE",
    "ALEA",
];

impl Scan<'_> {
    /// The token after the zones that were announced: `N et A`, `UMa, UMb`.
    pub fn zones(&self, at: usize) -> usize {
        let Some(mut end) = self.zone(at) else {
            return at;
        };
        while self
            .token(end)
            .is_some_and(|link| link.is(Shape::Break) || link.says("ET"))
        {
            // A section and its number go on the list of parcels.
            let parcel = self.section_at(end + 1) && self.number_after(end + 1).is_some();
            match self.zone(end + 1).filter(|_| !parcel) {
                Some(next) => end = next,
                None => break,
            }
        }
        end
    }

    /// The token after a zone that was announced: `UMd1`, `1AU`, `2 AU`, `2AUe`, `N`, `UB 2`,
    /// `PPRI R1`.
    fn zone(&self, at: usize) -> Option<usize> {
        let at = at + usize::from(self.token(at).is_some_and(|word| word.among(&HAZARDS)));
        if let Some(end) = self.zone_number(at) {
            return Some(end);
        }
        let urban = self.future(at, true);
        let code = urban.or_else(|| {
            self.token(at)
                .filter(|code| code.is(Shape::Word) && code.text.len() < 5)
                .filter(|code| announces(code).is_none() && !self.upper_number_apart(at))
                .map(|_| at + 1)
        })?;
        Some(self.tail(code))
    }

    /// The token after a zone that nothing announces: `1AU`, or letters that are too many for a
    /// section.
    pub fn zone_code(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.future(at, false) {
            let numbered = self.token(end).is_some_and(|next| next.is(Shape::Digits));
            return (!numbered).then_some(end);
        }
        let token = self.token(at)?;
        // « UMa »: its capitals, then what they are of.
        let written = self.mark(token);
        let capitals = written.bytes().take_while(u8::is_ascii_uppercase).count();
        let looks = matches!(written.as_bytes(), [b'U' | b'A' | b'N', ..])
            && (2..=4).contains(&written.len())
            && written
                .bytes()
                .skip(capitals)
                .all(|letter| letter.is_ascii_lowercase())
            && (capitals < written.len() || written.starts_with('U') && written.len() > 2);
        // « UMd 2 »: only a zone is written so.
        let apart = self
            .zone_number(at)
            .filter(|_| looks && capitals < written.len() && self.tokens[at + 1].text.len() == 1);
        if apart.is_some() {
            return apart;
        }
        let numbered = self
            .token(at + 1)
            .is_some_and(|next| next.is(Shape::Digits) && (!next.glued || next.text.len() > 1));
        (token.is(Shape::Word) && looks && !numbered && announces(token).is_none())
            .then(|| self.tail(at + 1))
    }

    /// The token after a zone and its number, apart: « UB 2 », « UMd 2 », « N 2 », « R1 ». Letters that
    /// no plan has, or a longer number, are a parcel's.
    pub fn zone_number(&self, at: usize) -> Option<usize> {
        let token = self.token(at).filter(|token| token.is(Shape::Word))?;
        let number = self
            .token(at + 1)
            .filter(|next| next.is(Shape::Digits) && next.text.len() <= 2)?;
        let small = self
            .mark(token)
            .bytes()
            .skip(1)
            .all(|letter| letter.is_ascii_lowercase());
        let code = match token.text.as_bytes() {
            [b'U', rest @ ..] => rest.len() <= 3,
            [b'A', b'U', rest @ ..] => rest.len() <= 2,
            [_] => true,
            [b'A' | b'N', rest @ ..] => small && rest.len() <= 2 && !token.lower,
            _ => false,
        };
        let bare = number.glued
            || !self
                .token(at + 2)
                .is_some_and(|more| more.is(Shape::Digits));
        (code && bare && announces(token).is_none()).then_some(at + 2)
    }

    /// `1AU`, `2AUe`: to be built up; after « zone » also `2 AU`.
    fn future(&self, at: usize, apart: bool) -> Option<usize> {
        let (order, letters) = (self.token(at)?, self.token(at + 1)?);
        let order = order.is(Shape::Digits) && matches!(order.text.as_str(), "1" | "2" | "3");
        let future = (letters.glued || apart && self.number_after(at + 1).is_none())
            && letters.is(Shape::Word)
            && letters.text.len() <= 5
            && letters.text.starts_with("AU");
        (order && future).then_some(at + 2)
    }

    /// The digits and letters that go on a zone's code.
    fn tail(&self, from: usize) -> usize {
        let goes_on =
            |next: &&Token| next.glued && matches!(next.shape, Shape::Digits | Shape::Word);
        let count = self.tokens[from..].iter().take_while(goes_on).count();
        from + count
    }

    /// Whether a section in capitals and its number, apart from it, stand there.
    fn upper_number_apart(&self, at: usize) -> bool {
        self.upper_number(at) && self.token(at + 1).is_some_and(|next| !next.glued)
    }
}
