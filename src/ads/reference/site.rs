//! Names of places beside a reference: `lieudit Le Bourg`, `ZAC des Perrières`.

use super::lex::{Shape, Token};
use super::words::{Announces, announces};

/// The token after the name of a place: up to a separator, a known field, « à », or a reference.
pub(super) fn place(tokens: &[Token], from: usize) -> usize {
    const SMALL: [&str; 10] = ["A", "D", "DE", "DU", "EN", "ET", "L", "LA", "LE", "N"];
    let mut at = from;
    while tokens
        .get(at)
        .is_some_and(|token| token.is(Shape::Dash) || token.among(&["DIT", "DITS"]))
    {
        at += 1;
    }
    while let Some(token) = tokens.get(at) {
        let reference = token.short()
            && !(token.lower && token.among(&SMALL))
            && tokens
                .get(at + 1)
                .is_some_and(|next| next.is(Shape::Digits));
        let field = matches!(
            announces(token),
            Some(
                Announces::Section
                    | Announces::Number
                    | Announces::Area
                    | Announces::Commune
                    | Announces::Other
            )
        );
        // « ZAC des Perrières à Rezé ».
        let within = token.says("A") && token.accent;
        // « ZAC des Isles - AB 12 ».
        let parted = token.is(Shape::Dash) && !token.glued;
        let ends = matches!(token.shape, Shape::Break | Shape::Digits | Shape::End);
        if reference
            || field
            || ends
            || within
            || parted
            || token.among(&["POUR", "PARCELLE", "PARCELLES"])
        {
            break;
        }
        at += 1;
    }
    at
}
