//! Dates and years, which are no numbers of parcels.

use super::lex::{Shape, Token};

const MONTHS: [&str; 12] = [
    "JANVIER",
    "FEVRIER",
    "MARS",
    "AVRIL",
    "MAI",
    "JUIN",
    "JUILLET",
    "AOUT",
    "SEPTEMBRE",
    "OCTOBRE",
    "NOVEMBRE",
    "DECEMBRE",
];

/// The token after a date: `12/05/2024`, `12-05-2024`, `2024-05-12`, `8 mai 1945`.
pub(super) fn date(tokens: &[Token], from: usize) -> Option<usize> {
    in_words(tokens, from).or_else(|| in_digits(tokens, from))
}

/// `8 mai 1945`, `1er juillet`.
pub(super) fn in_words(tokens: &[Token], from: usize) -> Option<usize> {
    let day = tokens.get(from)?;
    let first = tokens.get(from + 1)?.among(&["ER"]);
    let month = from + 1 + usize::from(first);
    if !day.is(Shape::Digits) || day.text.len() > 2 || !tokens.get(month)?.among(&MONTHS) {
        return None;
    }
    let year = is_year(tokens.get(month + 1));
    Some(month + 1 + usize::from(year))
}

fn in_digits(tokens: &[Token], from: usize) -> Option<usize> {
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
    // « 12/03/24 »; « AB 10/11/12 » is a list, for whoever reads it after a section.
    let day = is_within(&five[0], 31) && is_within(&five[2], 12);
    let fits = matches!(sizes[..], [1 | 2, 1 | 2, 4]) && is_year(five.get(4))
        || matches!(sizes[..], [1 | 2, 1 | 2, 2]) && day && five[1].text == five[3].text
        || matches!(sizes[..], [4, 2, 2]) && is_year(five.first());
    (digits && parted && fits && five[2].glued && five[4].glued).then_some(from + 5)
}

/// A day and its month, or a month and its year, which only words before or what they are like
/// tell from numbers: `12/03`, `03/2024`.
pub(super) fn short(tokens: &[Token], from: usize) -> Option<usize> {
    let [first, mark, second] = tokens.get(from..from + 3)? else {
        return None;
    };
    let parted = mark.glued && second.glued && matches!(mark.text.as_str(), "/" | "." | "-");
    let month = |token: &Token| is_within(token, 12) && token.text.len() == 2;
    let fits = is_within(first, 31) && month(second) || month(first) && is_year(Some(second));
    (parted && fits).then_some(from + 3)
}

/// Whether it is a day of a month.
pub(super) fn is_day(token: Option<&Token>) -> bool {
    token.is_some_and(|token| is_within(token, 31))
}

fn is_within(token: &Token, most: u8) -> bool {
    token.is(Shape::Digits)
        && token.text.len() <= 2
        && token
            .text
            .parse()
            .is_ok_and(|value: u8| (1..=most).contains(&value))
}

/// Whether it is a year of these two centuries.
pub(super) fn is_year(token: Option<&Token>) -> bool {
    token.is_some_and(|token| {
        token.is(Shape::Digits)
            && token.text.len() == 4
            && (token.text.starts_with("19") || token.text.starts_with("20"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn dates_are_seen_whole() {
        for (text, after) in [
            ("12/05/2024", Some(5)),
            ("12/13/14", None),
            ("12/03/24", Some(5)),
            ("12/03-24", None),
            ("8 mai 1945 - 44115", Some(3)),
            ("1er juillet", Some(3)),
            ("12 mairie", None),
        ] {
            assert_eq!(date(&tokens(text), 0), after, "{text}");
        }
    }
}
