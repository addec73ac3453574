//! What is numbered, dated or counted beside a reference, and is none.

use super::check;

/// Whatever stands beside, the one parcel.
fn alone(writings: &[&str]) {
    let cases: Vec<_> = writings
        .iter()
        .map(|text| (*text, "44109000AB0012"))
        .collect();
    check("44109", &cases);
}

#[test]
fn buildings_flats_and_lots_may_have_a_letter_and_a_number() {
    alone(&[
        "Bâtiment B 12, section AB n° 12",
        "Bât. B 12, AB 12",
        "bat B12 AB 12",
        "Appt A 12, parcelle AB 12",
        "appt B 204 sur AB 12",
        "escalier A 2, AB 12",
        "AB 12, porte A 12",
        "lot A 12, parcelle AB 12",
        "îlot B 12 parcelle AB 12",
        "tranche B 2, AB 12",
        "AB 12 feuille 000 AB 01",
        "AB 12 volume 2024 P n° 1234",
        "Pièces PC 1, PC 2 et PC 5, parcelle AB 12",
        "AB 12 pièce DP 2",
        "AB 12 lots de copropriété n° 45 et 46",
        "AB 12 cave n° 4",
    ]);
    check(
        "44109",
        &[
            ("12 rue des Lilas appt A 12", "! 12 rue des Lilas appt A 12"),
            ("Bâtiment B 12", "! Bâtiment B 12"),
            ("lot 3 AB 12", "44109000AB0012"),
            ("lot AB 12", "44109000AB0012"),
            ("feuille 1, AB 12", "44109000AB0012"),
        ],
    );
}

#[test]
fn zones_may_have_a_number_apart() {
    alone(&[
        "AB 12 zone UB 2",
        "AB 12 en zone N 2",
        "AB 12 en zone UMd 2",
        "AB 12 UMd 2",
        "AB 12 zone 2 AU",
        "AB 12 zone A 12",
        "AB 12, zone PPRI R1",
        "AB 12 zone PPRI B 2",
        "AB 12 secteur UA 1",
        "zone UB 2, parcelle AB 12",
    ]);
    check(
        "44109",
        &[
            ("zone UB 2", "! zone UB 2"),
            ("zone UB, AC 13", "44109000AC0013"),
            ("zone AB 12", "44109000AB0012"),
            ("zone UB 123", "44109000UB0123"),
        ],
    );
}

#[test]
fn what_is_counted_or_measured_is_no_parcel() {
    alone(&[
        "AB 12, 2 bâtiments",
        "AB 12, 3 immeubles de 12 logements",
        "AB 12, 4 pièces",
        "AB 12 (2 bâtiments)",
        "AB 12, 20 m3",
        "AB 12, 3m50",
        "AB 12, 5 a",
        "AB 12, 15 ml",
        "AB 12 dans 2 mois",
    ]);
    let two = "44109000AB0012 44109000AB0013";
    check(
        "44109",
        &[
            ("AB 12 et 13 (2 parcelles)", two),
            ("AB 12 et 13, soit 2 parcelles", two),
            ("les 2 parcelles AB 12 et 13", two),
            ("2 parcelles : AB 12 et AB 13", two),
            ("AB 12 et 13 bâties", two),
            ("AB 12 et 13 situées à Nantes", two),
            ("AB 12, 3 ruches", "44109000AB0012"),
            (
                "AB 12, 13 parcelles",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 13",
            ),
        ],
    );
}

#[test]
fn dates_may_lack_their_century_or_their_year() {
    alone(&[
        "AB 12 le 12/03/24",
        "AB 12 le 12.03.24",
        "AB 12 le 12-03-24",
        "AB 12 acte du 12/03",
    ]);
    check(
        "44109",
        &[
            (
                "AB 10/11/12",
                "44109000AB0010 44109000AB0011 44109000AB0012",
            ),
            ("AB 12/03", "44109000AB0012 44109000AB0003"),
            (
                "AB 12 14/03/24",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 14, 3, 24",
            ),
        ],
    );
}

#[test]
fn a_number_of_another_thing_is_no_parcel() {
    alone(&[
        "AB 12, chemin rural n° 3",
        "AB 12 route départementale n° 723",
        "AB 12 acte n° 1234",
        "AB 12, maison n° 2",
        "AB 12, place n° 14",
    ]);
    check(
        "44109",
        &[
            ("terrain n° 12 section AB", "44109000AB0012"),
            ("parcelle n° 12 section AB", "44109000AB0012"),
            ("AB n° 12 et n° 13", "44109000AB0012 44109000AB0013"),
            ("AB 12 plus 13", "44109000AB0012 44109000AB0013"),
            ("AB 12 contiguë à la 13", "44109000AB0012 44109000AB0013"),
            (
                "AB 12 maison 14",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 14",
            ),
            (
                "AB 12, terrain de 450",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 450",
            ),
        ],
    );
}

#[test]
fn letters_and_a_number_may_be_an_acronym() {
    let both = |text: &str, other: &str| {
        let expected = format!("? Nantes (44109) : AB 12 | Nantes (44109) : AB 12 ; {other}");
        check("44109", &[(text, expected.as_str())]);
    };
    both("AB 12 RD 723", "RD 723");
    both("AB 12, RN 137", "RN 137");
    both("AB 12 RT 2012", "RT 2012");
    both("AB 12 CR n° 3", "CR 3");
    both("AB 12 DP 12", "DP 12");
    both("AB 12, ER n° 12", "ER 12");
    both("AB 12 (DA n° 1234)", "DA 1234");
    alone(&["AB 12 CS 70001"]);
    check(
        "44109",
        &[
            ("RD 723", "44109000RD0723"),
            ("AB 12, CD 45", "44109000AB0012 44109000CD0045"),
            ("AB12 CD45", "44109000AB0012 44109000CD0045"),
            ("AB 12, section RD n° 7", "44109000AB0012 44109000RD0007"),
            ("DP 12, 13", "44109000DP0012 44109000DP0013"),
            (
                "AB 1.234",
                "? Nantes (44109) : AB 1234 | Nantes (44109) : AB 1, 234",
            ),
        ],
    );
}
