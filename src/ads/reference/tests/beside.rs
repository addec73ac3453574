//! What stands beside a reference and is none.

use super::{check, line};
use crate::ads::reference::{Context, Places, read};

/// Whatever stands beside, the one parcel.
fn alone(writings: &[&str]) {
    let places = super::places();
    let wrong: Vec<String> = writings
        .iter()
        .map(|text| (text, line(text, "44109", &places)))
        .filter(|(_, found)| found != "44109000AB0012")
        .map(|(text, found)| format!("{text:?}: {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn areas_are_no_parcels() {
    alone(&[
        "AB 12 : 1.250 m²",
        "AB 12 : 2.345,50 m²",
        "AB 12 450 M2",
        "AB 12 (450 M2)",
        "AB 12 450 m^2",
        "AB 12 450 m carrés",
        "AB 12 - SP 120 m²",
        "AB 12, SDP : 120 m²",
        "AB 12 (2 ha 50)",
        "AB 12 d'une superficie de 1 ha 25",
        "AB 12 4a50",
        "AB 12 04a50",
        "AB 12 0a45",
        "AB 12 contenance 4 a 50",
        "AB 12 : 0,25 ha",
        "AB 12 : 2,5 ha",
        "AB 12 : 1,25 hectare",
        "AB 12 : 12,5 ares",
        "AB 12 : 1250 m",
        "AB 12 emprise 300 m² sur 1250",
        "AB 12 d'une surface de plancher de 120 m²",
        "AB 12 d'une contenance de 1 ha 25 a 50",
        "AB 12 (p) 450 m²",
        "AB 12 (450 m2 env.)",
        "AB 12 (150 m² de SP)",
    ]);
    check(
        "44109",
        &[
            (
                "AB 12 (4a 50ca) et 13 (2 a)",
                "44109000AB0012 44109000AB0013",
            ),
            ("A 50", "441090000A0050"),
            ("AB 4 à 6", "44109000AB0004 44109000AB0005 44109000AB0006"),
            (
                "AB 10, 12 a 14",
                "44109000AB0010 44109000AB0012 44109000AB0013 44109000AB0014",
            ),
            ("AB 12 et 13 (12a45ca, 3a)", "44109000AB0012 44109000AB0013"),
            ("AB 12, 13a", "! 13a"),
            (
                "AB 12 4A50",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 4 à 11, 13 à 50 | Nantes (44109) : AB 12, 4 ; A 50",
            ),
        ],
    );
}

#[test]
fn what_is_numbered_may_be_no_parcel() {
    alone(&[
        "AB 12 lots 3 et 4",
        "AB 12 lots 4 à 6",
        "AB 12 (lots 1, 2 et 3)",
        "AB 12 lots n° 3 et 4",
        "lots 3 et 4, AB 12",
        "AB 12, plan n° 4",
        "plan n° 4, AB 12",
        "Bâtiment B, AB 12",
        "AB 12 bât. 3, étage 2, porte 14",
        "AB 12, R+2",
        "R+1+C, AB 12",
        "AB 12 tél 02 40 12 34 56",
        "AB 12 - 06.12.34.56.78",
        "AB 12 en 2024",
        "AB 12 du 8 mai 2024",
        "AB 12 vendue en 2022",
        "courrier du 12 mai 2024 : AB 12",
        "Réf. AB 12, dossier n° 4",
        "plan n° 4 AB 12",
        "AB 12 maison R+1",
        "AB 12 (2 lots)",
        "AB 12 division en 3 lots",
        "AB 12 - 3 logements",
        "construction de 3 logements sur AB 12",
        "AB 12 (15 %)",
        "AB 12 à 250 000 €",
        "AB 12 2ème étage",
        "AB 12 à 10h30",
        "AB 12 - 44000 Nantes cedex 3",
    ]);
    check(
        "44109",
        &[
            (
                "AB 12 (2023)",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 2023",
            ),
            (
                "AB 12 (450)",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 450",
            ),
            (
                "AB 12 lot 3, 4",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 4",
            ),
            (
                "AB 12 [450]",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 450",
            ),
            ("AB (12) (13)", "44109000AB0012 44109000AB0013"),
            ("(AB) 12, (AC) 13", "44109000AB0012 44109000AC0013"),
            ("AB 12, 13 lots 3 et 4", "44109000AB0012 44109000AB0013"),
            (
                "AB 12 : 450 ; AB 13 : 310",
                "? Nantes (44109) : AB 12, 13 | Nantes (44109) : AB 12, 450, 13, 310",
            ),
            ("AB 12p1", "? Nantes (44109) : AB 12"),
            ("AB 12 lots 3 et 4, AC 5", "44109000AB0012 44109000AC0005"),
        ],
    );
}

#[test]
fn shares_and_former_references_are_no_parcels() {
    alone(&[
        "AB 12 (3/4)",
        "AB 12 pour 1/2",
        "AB 12 (150/1000)",
        "AB 12 (1/2 indivis)",
        "1/2 indivise de AB 12",
        "AB 12 ex AB 45",
        "AB 12 (ex 45)",
        "AB 12 provenant de AB 45",
        "AB 12 issue de la division de la parcelle AB 45",
        "AB 12 anciennement cadastrée section AB n° 45",
        "AB 12 (en totalité)",
        "AB n° 12 en entier",
        "AB n°12 DP",
        "AB 12 remplace AB 4",
    ]);
    check(
        "44109",
        &[
            ("AB 12 et 1/4 de AB 14", "44109000AB0012 44109000AB0014"),
            (
                "AB 12 devenue AB 13",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 13",
            ),
            (
                "AB 12 1/2",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 1, 2",
            ),
            (
                "AB 12 (DP n° 4)",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12 ; DP 4",
            ),
            ("AB 12, EX 13", "44109000AB0012 44109000EX0013"),
            (
                "AB 12 ex AB 4, 5",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 5",
            ),
        ],
    );
}

#[test]
fn zones_and_places_are_no_parcels() {
    alone(&[
        "AB 12 (zone 1AU)",
        "AB 12 zone 2AUe",
        "AB 12 (UMa)",
        "AB 12 UMd1",
        "AB 12 - 1AU",
        "zone UB, AB 12",
        "AB 12 en zone N et A",
        "AB 12 terrain nu",
        "ZAC des Perrières, AB 12",
        "zac des perrières ab 12",
        "ZI de la Lande, AB 12",
        "copropriété Le Clos, AB 12",
        "AB 12 (OAP n° 3)",
        "AB 12 classée UMe",
    ]);
    check(
        "44109",
        &[
            ("ZAC des Perrières, ZA 12", "44109000ZA0012"),
            ("ZAC des Perrières à Rezé, AB 12", "44143000AB0012"),
            ("AB 12 (AC 13)", "44109000AB0012 44109000AC0013"),
        ],
    );
}

#[test]
fn addresses_go_before_a_reference() {
    check(
        "",
        &[
            (
                "3 bis rue du 8 mai 1945 - 44115 Basse-Goulaine - AH 12",
                "44009000AH0012",
            ),
            ("Rezé - section AX - parcelle 45", "44143000AX0045"),
            ("Rezé section AX parcelle 45", "44143000AX0045"),
            ("12, rue de la Jaguère 44400 Rezé (AX 45)", "44143000AX0045"),
        ],
    );
}

#[test]
fn a_comma_parts_no_boxes() {
    check(
        "44109",
        &[
            ("section A, n° 12", "441090000A0012"),
            ("section Z : n° 12", "441090000Z0012"),
            ("Rezé, section A, n° 12", "441430000A0012"),
            ("section |A|N| n° 12", "44109000AN0012"),
            ("section A | n° 12", "441090000A0012"),
            ("section AB numéros 1, 2", "44109000AB0001 44109000AB0002"),
            (
                "section AB numéros 1, 2, 3, 4",
                "44109000AB0001 44109000AB0002 44109000AB0003 44109000AB0004",
            ),
            ("A.B. 12", "44109000AB0012"),
            ("section A.B. n° 12", "44109000AB0012"),
            ("A.B. 12 et A.C. 13", "44109000AB0012 44109000AC0013"),
        ],
    );
}

/// A name that may be a commune's stands before a section and a parcel that are announced.
#[test]
fn a_name_before_an_announced_section_is_looked_for() {
    let none = Places::default();
    let context = Context {
        commune: None,
        places: &none,
    };
    assert!(read("Rezé - section AX - parcelle 45", &context).1);
}

/// A code that is not a known commune's may be a postcode: whoever knows places must be asked.
#[test]
fn a_lone_code_may_be_a_postcode() {
    let none = Places::default();
    let unsure = |text: &str| {
        let context = Context {
            commune: None,
            places: &none,
        };
        read(text, &context).1
    };
    assert!(unsure("44400 AX 45"));
    assert!(unsure("AX 45, 44400"));
    // An identifier of 12 characters or of 14, or so: known communes tell.
    assert!(unsure("440090000A12"));
    assert!(!unsure("44400000AX0045"));
    check(
        "",
        &[
            ("44400 AX 45", "? Rezé (44143) : AX 45"),
            ("AX 45, 44400", "? Rezé (44143) : AX 45"),
            ("75056 AB 12", "75056000AB0012"),
        ],
    );
}
