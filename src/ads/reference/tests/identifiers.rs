//! Identifiers of a wrong length, codes beside a name, postcodes.

use super::check;

#[test]
fn an_identifier_of_another_length_is_only_likely() {
    check(
        "",
        &[
            ("44109000AB012", "? Nantes (44109) : AB 12"),
            ("44109000AB00123", "? Nantes (44109) : AB 123"),
            ("44109000AB01234", "? Nantes (44109) : AB 1234"),
            // Without the zeros of its number it is one of the usual writings.
            ("44109000AB123", "44109000AB0123"),
            ("44109 000 AB 012", "44109000AB0012"),
            ("441090000AB0123", "! 441090000"),
            ("99109000AB0123", "! 99109000"),
            ("96109000AB0123", "! 96109000"),
            ("97411000AB0012", "97411000AB0012"),
        ],
    );
}

#[test]
fn a_departement_of_three_digits_is_no_direction_of_majic() {
    check(
        "",
        &[
            ("044109000AB0123", "? Nantes (44109) : AB 123"),
            ("044143 000 AB 0012", "? Rezé (44143) : AB 12"),
            ("0441090000A0012", "? Nantes (44109) : A 12"),
            ("040004000AB0012", "04004000AB0012"),
            ("592350000A0012", "592350000A0012"),
        ],
    );
}

#[test]
fn the_code_beside_a_name_is_its_own() {
    check(
        "",
        &[
            (
                "Commune : NANTES (109)\nSection : AB\nNuméro : 123",
                "44109000AB0123",
            ),
            (
                "Commune : REZE (143)\nSection : AB\nN° plan : 12",
                "44143000AB0012",
            ),
            ("NANTES (109) AB 123", "44109000AB0123"),
            ("Vertou 44120 AB 12", "44215000AB0012"),
            ("44 - NANTES - 000 AB 123", "44109000AB0123"),
            (
                "Commune : 109 NANTES\nSection : AB\nN° plan : 123",
                "44109000AB0123",
            ),
            ("NANTES (143)\nSection : AB\nN° 12", "! 143"),
            ("Nantes 045 AB 12", "44109045AB0012"),
            ("Nantes (045) AB 12", "44109045AB0012"),
        ],
    );
}

#[test]
fn a_digit_belongs_to_no_section() {
    check(
        "44109",
        &[
            ("section A1 n° 12", "! A1"),
            ("section AB1 n° 12", "! AB1"),
            ("section A1, 12", "! A1"),
            ("A1 12", "? Nantes (44109) : A 1, 12"),
            ("parcelle A1 n°12", "? Nantes (44109) : A 1, 12"),
            ("section A1", "441090000A0001"),
            ("AB12 13", "44109000AB0012 44109000AB0013"),
            ("A1 A2", "441090000A0001 441090000A0002"),
        ],
    );
}

#[test]
fn a_code_that_no_known_commune_has_may_be_a_postcode() {
    check(
        "44109",
        &[
            ("44600 AB 12", "? 44600 : AB 12"),
            ("44750, section AB n° 12", "? 44750 : AB 12"),
            ("44999 AB 12", "? 44999 : AB 12"),
            ("code INSEE 44600 AB 12", "44600000AB0012"),
            ("44131 AB 12", "44131000AB0012"),
            // A prefix of the reader's commune, or another commune's number.
            (
                "143 AB 12",
                "? Rezé (44143) : AB 12 | Nantes (44109) : 143 AB 12",
            ),
            ("123 AB 12", "44109123AB0012"),
            ("75056 AB 12", "75056000AB0012"),
        ],
    );
}

#[test]
fn boxes_may_be_empty_or_nothing_but_spaces() {
    check(
        "44109",
        &[
            ("Section : |_|A| Numéro : |_|1|2|3|", "441090000A0123"),
            (
                "Section A B Numéro 1 2 3",
                "? Nantes (44109) : AB 123 | Nantes (44109) : AB 1 à 3",
            ),
            (
                "section AB numéros 1 2 3",
                "44109000AB0001 44109000AB0002 44109000AB0003",
            ),
        ],
    );
}
