//! What stands beside references in deeds and forms and is none: areas, dates, names of places.

use super::lex::{Shape, Token};
use super::words::{Announces, announces};

/// Units of an area, largest first.
const UNITS: [&[&str]; 3] = [
    &["HA", "HECTARE", "HECTARES"],
    &["A", "ARE", "ARES"],
    &["CA", "CENTIARE", "CENTIARES"],
];

/// The token after an area that begins at `from`: `12 a 34 ca`, `00ha05a12ca`, `450 m²`, `450 m2`.
/// `12 a 34` is none: it is a range. One unit alone needs a number before it (`after`): `000 HA 12`
/// is a parcel.
pub(super) fn area(tokens: &[Token], from: usize, after: bool) -> Option<usize> {
    metres(tokens, from).map(|(end, _)| end).or_else(|| {
        let mut at = from;
        let mut rank = 0;
        let mut units = Vec::new();
        while let (Some(number), Some(unit)) = (tokens.get(at), tokens.get(at + 1)) {
            let found = (rank..3).find(|rank| unit.among(UNITS[*rank]));
            let most = if units.is_empty() { 4 } else { 2 };
            let fits = number.is(Shape::Digits) && number.text.len() <= most;
            let (true, Some(found)) = (fits, found) else {
                break;
            };
            units.push(found);
            rank = found + 1;
            at += 2;
        }
        let next = tokens.get(at);
        let digits = next.is_some_and(|next| next.is(Shape::Digits));
        let glued = digits && next.is_some_and(|next| next.glued);
        match units[..] {
            [] => None,
            [1] => (after && tokens[at - 1].text.len() > 1).then_some(at),
            [_] => (after && !digits).then_some(at),
            _ => (!glued).then_some(at),
        }
    })
}

/// As [`area`], with the groups of digits of a number of square metres.
pub(super) fn measured(tokens: &[Token], from: usize, after: bool) -> Option<(usize, usize)> {
    match metres(tokens, from) {
        Some(found) => Some(found),
        None => area(tokens, from, after).map(|end| (end, 1)),
    }
}

/// `450 m²`, `1 234 m2`, `450 mètres carrés`: the token after it, and its groups of digits.
fn metres(tokens: &[Token], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let mut groups = 0;
    while tokens.get(at)?.is(Shape::Digits) {
        // After the first, groups of three are thousands.
        let size = tokens[at].text.len();
        if groups == 3 || groups > 0 && size != 3 {
            return None;
        }
        at += 1;
        groups += 1;
        // Decimals.
        let comma = tokens.get(at)?.is(Shape::Break) && tokens[at].glued;
        if comma && tokens.get(at + 1)?.glued && tokens[at + 1].is(Shape::Digits) {
            at += 2;
            break;
        }
    }
    if groups == 0 {
        return None;
    }
    let unit = tokens.get(at)?;
    if unit.among(&["METRES", "METRE"]) {
        let square = tokens.get(at + 1)?.among(&["CARRES", "CARRE"]);
        return Some((at + 1 + usize::from(square), groups));
    }
    let square = tokens
        .get(at + 1)
        .filter(|two| two.glued && two.text == "2")?;
    // « AB 12, M2 » is a parcel of section M.
    let sure = square.accent || unit.lower || unit.glued;
    (unit.says("M") && sure).then_some((at + 2, groups))
}

/// The token after the value of a field that announces an area: `superficie (en m²) : 1 450`.
pub(super) fn announced(tokens: &[Token], from: usize) -> usize {
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        let words = [
            "DE",
            "LA",
            "DU",
            "EN",
            "M",
            "TOTALE",
            "PARCELLE",
            "CADASTRALE",
            "TERRAIN",
            "D",
            "UNE",
            "ENVIRON",
        ];
        let skipped = token.among(&words)
            || matches!(token.shape, Shape::Mark | Shape::Open | Shape::Apostrophe)
            || token.text == "2" && token.glued && token.accent
            || token.text == "2" && token.glued && at > from && tokens[at - 1].says("M");
        if !skipped {
            break;
        }
        at += 1;
    }
    if let Some(after) = area(tokens, at, true) {
        return after;
    }
    let mut groups = 0;
    while tokens
        .get(at)
        .is_some_and(|token| token.is(Shape::Digits) && (groups == 0 || token.text.len() == 3))
    {
        if let Some(after) = area(tokens, at, true) {
            return after;
        }
        at += 1;
        groups += 1;
    }
    let metres = tokens.get(at).is_some_and(|token| token.says("M"))
        && tokens
            .get(at + 1)
            .is_some_and(|two| two.glued && two.text == "2");
    at + if metres { 2 } else { 0 }
}

/// The token after a date: `12/05/2024`, `12-05-2024`, `2024-05-12`.
pub(super) fn date(tokens: &[Token], from: usize) -> Option<usize> {
    let five = tokens.get(from..from + 5)?;
    let sizes: Vec<usize> = five
        .iter()
        .step_by(2)
        .map(|token| token.text.len())
        .collect();
    let parted = [1, 3].iter().all(|at| {
        matches!(five[*at].shape, Shape::Break | Shape::Dash | Shape::Mark) && five[*at].glued
    });
    let digits = five.iter().step_by(2).all(|token| token.is(Shape::Digits));
    let year = |token: &Token| token.text.starts_with("19") || token.text.starts_with("20");
    let fits = matches!(sizes[..], [1 | 2, 1 | 2, 4]) && year(&five[4])
        || matches!(sizes[..], [4, 2, 2]) && year(&five[0]);
    (digits && parted && fits && five[2].glued && five[4].glued).then_some(from + 5)
}

/// The token after the name of a place (`lieudit Le Bourg`): up to a separator, a known field or
/// a reference.
pub(super) fn place(tokens: &[Token], from: usize) -> usize {
    let mut at = from;
    while tokens
        .get(at)
        .is_some_and(|token| token.is(Shape::Dash) || token.among(&["DIT", "DITS"]))
    {
        at += 1;
    }
    while let Some(token) = tokens.get(at) {
        let reference = token.short()
            && !token.lower
            && tokens
                .get(at + 1)
                .is_some_and(|next| next.is(Shape::Digits));
        let field = matches!(
            announces(token),
            Some(Announces::Section | Announces::Number | Announces::Area | Announces::Commune)
        );
        let ends = matches!(token.shape, Shape::Break | Shape::Digits | Shape::End);
        if reference || field || ends || token.among(&["POUR", "PARCELLE", "PARCELLES"]) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn areas_and_dates_are_seen_whole() {
        for (text, after) in [
            ("450 m²", Some(3)),
            ("450m2 AB", Some(3)),
            ("00ha05a12ca,", Some(6)),
            ("12 a 34 ca", Some(4)),
            ("3 ca", Some(2)),
            ("12 ares", Some(2)),
            ("12 a 34", None),
            ("12", None),
            ("450 mètres carrés", Some(3)),
            ("1 450,5 m² AB", Some(6)),
        ] {
            assert_eq!(area(&tokens(text), 0, true), after, "{text}");
        }
        assert_eq!(area(&tokens("000HA0001"), 0, true), None);
        assert_eq!(area(&tokens("000 HA 12"), 0, false), None);
        assert_eq!(date(&tokens("12/05/2024"), 0), Some(5));
        assert_eq!(date(&tokens("12/13/14"), 0), None);
        assert_eq!(
            announced(&tokens("de la parcelle (en m²) : 1 450 AB"), 0),
            11
        );
    }
}
