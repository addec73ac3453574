//! Areas that stand beside references in deeds and forms, and are none.

use super::lex::{Shape, Token};

/// Units of an area, largest first.
const UNITS: [&[&str]; 3] = [
    &["HA", "HECTARE", "HECTARES"],
    &["A", "ARE", "ARES"],
    &["CA", "CENTIARE", "CENTIARES"],
];

/// The token after an area that begins at `from`: `12 a 34 ca`, `00ha05a12ca`, `2,5 ha`, `450 m²`,
/// `1.250 m2`. `12 a 34` is none: it is a range. One unit alone needs a number before it (`after`):
/// `000 HA 12` is a parcel.
pub(super) fn area(tokens: &[Token], from: usize, after: bool) -> Option<usize> {
    measured(tokens, from, after).map(|(end, _)| end)
}

/// As [`area`], with the groups of digits, parted by spaces, of a number of square metres.
pub(super) fn measured(tokens: &[Token], from: usize, after: bool) -> Option<(usize, usize)> {
    metres(tokens, from).or_else(|| {
        let found = decimal(tokens, from).or_else(|| units(tokens, from, after));
        found.map(|end| (end, 1))
    })
}

/// `2,5 ha`, `12.5 ares`, `0,25 ha`.
fn decimal(tokens: &[Token], from: usize) -> Option<usize> {
    let number = quantity(tokens, from).filter(|number| number.decimals)?;
    let unit = tokens.get(number.end)?;
    let known = UNITS.iter().any(|names| unit.among(names)) && !unit.accent;
    let digits = tokens
        .get(number.end + 1)
        .is_some_and(|next| next.is(Shape::Digits));
    (known && !digits && (unit.text.len() > 1 || unit.lower)).then_some(number.end + 1)
}

/// Hectares, ares and centiares, each with its unit.
fn units(tokens: &[Token], from: usize, after: bool) -> Option<usize> {
    let (count, at) = counted(tokens, from);
    let next = tokens.get(at);
    let digits = next.is_some_and(|next| next.is(Shape::Digits));
    let glued = digits && next.is_some_and(|next| next.glued);
    match count {
        0 => None,
        1 => (after && !digits && tokens[at - 1].text.len() > 1).then_some(at),
        _ => (!glued).then_some(at),
    }
}

/// How many numbers with their units follow one another, and the token after them.
fn counted(tokens: &[Token], from: usize) -> (usize, usize) {
    let mut at = from;
    let mut rank = 0;
    let mut count = 0;
    while let (Some(number), Some(unit)) = (tokens.get(at), tokens.get(at + 1)) {
        let found = (rank..3).find(|rank| unit.among(UNITS[*rank]) && !unit.accent);
        let most = if count == 0 { 4 } else { 2 };
        let fits = number.is(Shape::Digits) && number.text.len() <= most;
        let (true, Some(found)) = (fits, found) else {
            break;
        };
        count += 1;
        rank = found + 1;
        at += 2;
    }
    (count, at)
}

/// What could be an area, or a section and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Like {
    /// The token after it.
    pub end: usize,
    /// Whether nothing parts its number, its unit and the number after.
    pub glued: bool,
    /// Whether its unit is in lower case.
    pub lower: bool,
    /// Whether its unit is more than the letter of ares.
    pub long: bool,
    /// Whether its unit is a square metre.
    pub square: bool,
}

/// What is an area only if it stands where one can: the last unit is left out (`4a50`, `2 ha 50`),
/// the metres are in capitals (`450 M2`) or not said to be square (`1250 m`), ares stand alone
/// (`2 a`).
pub(super) fn like(tokens: &[Token], from: usize) -> Option<Like> {
    let number = quantity(tokens, from)?;
    let metre = tokens.get(number.end)?;
    if metre.says("M") && !metre.accent {
        let square = tokens
            .get(number.end + 1)
            .is_some_and(|two| two.glued && two.text == "2");
        let digits = tokens
            .get(number.end + 1)
            .is_some_and(|next| next.is(Shape::Digits));
        return (square || !digits && metre.lower).then_some(Like {
            end: number.end + 1 + usize::from(square),
            glued: metre.glued,
            lower: metre.lower,
            long: true,
            square,
        });
    }
    let (count, at) = counted(tokens, from);
    let unit = tokens.get(at.checked_sub(1)?).filter(|_| count > 0)?;
    let last = tokens
        .get(at)
        .filter(|last| last.is(Shape::Digits) && last.text.len() <= 2);
    if last.is_none()
        && tokens
            .get(at)
            .is_some_and(|next| matches!(next.shape, Shape::Word | Shape::Digits))
    {
        return None;
    }
    Some(Like {
        end: at + usize::from(last.is_some()),
        glued: unit.glued && last.is_some_and(|last| last.glued),
        lower: unit.lower,
        long: unit.text.len() > 1,
        square: false,
    })
}

/// A number with its thousands and decimals.
pub(super) struct Quantity {
    /// The token after it.
    pub end: usize,
    groups: usize,
    decimals: bool,
}

/// `1 450`, `1.250`, `2.345,50`, `0,25`.
pub(super) fn quantity(tokens: &[Token], from: usize) -> Option<Quantity> {
    let digits = |at: usize| tokens.get(at).filter(|token| token.is(Shape::Digits));
    digits(from)?;
    let mut at = from + 1;
    let mut groups = 1;
    // After the first, groups of three are thousands.
    loop {
        let dotted = tokens
            .get(at)
            .is_some_and(|dot| dot.glued && dot.text == ".");
        let next = at + usize::from(dotted);
        let Some(group) = digits(next).filter(|group| group.text.len() == 3) else {
            break;
        };
        if dotted && !group.glued || groups == 3 {
            break;
        }
        groups += usize::from(!dotted);
        at = next + 1;
    }
    let comma = tokens
        .get(at)
        .is_some_and(|comma| comma.glued && matches!(comma.text.as_str(), "," | "."));
    let decimals = comma && digits(at + 1).is_some_and(|next| next.glued);
    Some(Quantity {
        end: at + if decimals { 2 } else { 0 },
        groups,
        decimals,
    })
}

/// `450 m²`, `1 234 m2`, `450 mètres carrés`: the token after it, and its groups of digits.
fn metres(tokens: &[Token], from: usize) -> Option<(usize, usize)> {
    let number = quantity(tokens, from)?;
    let (at, groups) = (number.end, number.groups);
    let unit = tokens.get(at)?;
    let next = tokens.get(at + 1);
    let square = next.is_some_and(|next| next.among(&["CARRES", "CARRE"]));
    if unit.among(&["METRES", "METRE"]) || unit.says("M") && square {
        return Some((at + 1 + usize::from(square), groups));
    }
    // « m^2 ».
    let raised = next.is_some_and(|next| next.glued && next.text == "^");
    let two = tokens.get(at + 1 + usize::from(raised));
    let two = two.filter(|two| two.glued && two.text == "2")?;
    // « AB 12, M2 » is a parcel of section M.
    let sure = two.accent || unit.lower || unit.glued || raised;
    (unit.says("M") && sure).then_some((at + 2 + usize::from(raised), groups))
}

/// The token after the value of a field that announces an area: `superficie (en m²) : 1 450`,
/// `emprise 300 m² sur 1250`.
pub(super) fn announced(tokens: &[Token], from: usize) -> usize {
    const WORDS: [&str; 20] = [
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
        "PLANCHER",
        "AU",
        "SOL",
        "CREEE",
        "EXISTANTE",
        "TAXABLE",
        "HABITABLE",
        "UTILE",
    ];
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        let skipped = token.among(&WORDS)
            || matches!(token.shape, Shape::Mark | Shape::Open | Shape::Apostrophe)
            || token.text == "2" && token.glued && token.accent
            || token.text == "2" && token.glued && at > from && tokens[at - 1].says("M");
        if !skipped {
            break;
        }
        at += 1;
    }
    let Some(end) = said(tokens, at) else {
        return at;
    };
    let whole = tokens.get(end).is_some_and(|token| token.says("SUR"));
    if whole {
        return said(tokens, end + 1).unwrap_or(end);
    }
    end
}

/// The token after an area, whatever it is written like, or a number without a unit.
fn said(tokens: &[Token], at: usize) -> Option<usize> {
    let number = quantity(tokens, at)?;
    let like = like(tokens, at).map(|like| like.end);
    Some(area(tokens, at, true).max(like).unwrap_or(number.end))
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn areas_are_seen_whole() {
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
            ("1.250 m²", Some(5)),
            ("2.345,50 m²", Some(7)),
            ("12,5 ares", Some(4)),
            ("0,25 ha.", Some(4)),
        ] {
            assert_eq!(area(&tokens(text), 0, true), after, "{text}");
        }
        assert_eq!(area(&tokens("000HA0001"), 0, true), None);
        assert_eq!(area(&tokens("000 HA 12"), 0, false), None);
        assert_eq!(
            announced(&tokens("de la parcelle (en m²) : 1 450 AB"), 0),
            11
        );
    }

    #[test]
    fn an_area_may_be_cut_short() {
        for (text, end) in [
            ("4a50", Some(3)),
            ("2 ha 50)", Some(3)),
            ("1 ha 25 a 50", Some(5)),
            ("450 M2", Some(3)),
            ("1250 m", Some(2)),
            ("2 a)", Some(2)),
            ("2 a Nantes", None),
            ("12 à 50", None),
            ("12 a 500", None),
        ] {
            let found = like(&tokens(text), 0).map(|like| like.end);
            assert_eq!(found, end, "{text}");
        }
    }
}
