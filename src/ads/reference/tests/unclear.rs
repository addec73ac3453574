//! What is ambiguous, and what is wrong.

use super::{check, line};
use crate::ads::reference::MOST_BYTES;

#[test]
fn what_is_ambiguous_gives_candidates() {
    check(
        "44109",
        &[
            ("123 AB", "? Nantes (44109) : AB 123"),
            // Digits that were scanned as letters.
            ("AB O123", "? Nantes (44109) : AB 123"),
            ("AB l23", "? Nantes (44109) : AB 123"),
            (
                "AB 12 ou 13",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 13",
            ),
            (
                "AB 1 234",
                "? Nantes (44109) : AB 1234 | Nantes (44109) : AB 1, 234",
            ),
            (
                "AB 12, N 13",
                "? Nantes (44109) : AB 12 ; N 13 | Nantes (44109) : AB 12, 13",
            ),
            (
                "St Sébastien AB 12",
                "? Saint-Sébastien-sur-Loire (44190) : AB 12",
            ),
            ("Thouaré AB 12", "? Thouaré-sur-Loire (44204) : AB 12"),
            ("Bouguenay AB 12", "? Bouguenais (44020) : AB 12"),
            (
                "AB 123, 124 AC 7",
                "? Nantes (44109) : AB 123, 124 ; AC 7 | Nantes (44109) : AB 123 ; 124 AC 7",
            ),
            (
                "045 AB 12, AC 7",
                "? Nantes (44109) : 045 AB 12 ; 045 AC 7 | Nantes (44109) : 045 AB 12 ; AC 7",
            ),
        ],
    );
    check(
        "",
        &[
            (
                "44640 AB 12",
                "? Le Pellerin (44120) : AB 12 | Saint-Jean-de-Boiseau (44166) : AB 12",
            ),
            ("44400 AB 12", "? Rezé (44143) : AB 12"),
            (
                "44109 Rezé AB 12",
                "? Nantes (44109) : AB 12 | Rezé (44143) : AB 12",
            ),
            ("109 AB 12", "? Nantes (44109) : AB 12"),
        ],
    );
    // No commune at all: each of those that are known.
    let all = line("AB 12", "", &super::places());
    assert_eq!(
        all.matches(" | ").count(),
        super::COMMUNES.len() - 1,
        "{all}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    check(
        "44109",
        &[
            ("", "! "),
            ("   ", "! "),
            ("AB", "! AB"),
            ("section AB", "! AB"),
            ("AB 12, AC", "! AC"),
            ("AB et AC 12", "! AB"),
            ("123", "! 123"),
            ("AB 0", "! 0"),
            ("AB 0000", "! 0000"),
            ("AB 12345", "! 12345"),
            ("AB 123 bis", "! 123 bis"),
            ("AB 123bis", "! 123bis"),
            ("AB 123a", "! 123a"),
            ("ABC 123", "! ABC"),
            ("AB 12 pornic", "! pornic"),
            ("AB 12 A", "! A"),
            ("44109", "! 44109"),
            ("Nantes", "! Nantes"),
            ("section 12 n° 3", "! 12"),
            ("44109000120003", "! 12"),
            ("44000 AB 12", "? Nantes (44109) : AB 12"),
            ("1234567 AB 12", "! 1234567"),
            ("4410900000AB0123", "! 4410900000"),
            ("Pornic AB 12", "! Pornic"),
            ("AB 12 à Pornic", "! Pornic"),
            ("AB 12 commune de Pornic", "! Pornic"),
            ("12 rue de Strasbourg", "! 12 rue de Strasbourg"),
            ("5 allée Brancas Nantes", "! 5 allée Brancas Nantes"),
            ("bonjour", "! bonjour"),
            ("12 AB 34", "! 12"),
            ("АВ 12", "! АВ"),
            ("???", "! ???"),
        ],
    );
    check(
        "",
        &[
            ("00000 AB 12", "! 00000"),
            ("99000 AB 12", "! 99000"),
            ("2C004 AB 12", "! 2"),
        ],
    );
}

#[test]
fn long_texts_are_refused() {
    let text = "AB 12, ".repeat(MOST_BYTES / 7 + 1);
    assert!(line(&text, "44109", &super::places()).starts_with("! AB 12, AB 12"));
    let many = (1..=600)
        .map(|number| format!("AB {number}"))
        .collect::<Vec<_>>()
        .join(", ");
    assert_eq!(
        line(&many, "44109", &super::places()).split(' ').count(),
        600
    );
}
