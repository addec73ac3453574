//! One parcel in every form of identifier, field and sentence.

use super::{check, line};
use crate::ads::reference::Places;

/// The same parcel, from the writings that need nothing else.
#[test]
fn identifiers_and_fields_of_one_parcel() {
    let same = [
        // Identifiers: 14, 15 characters, padded with zeros or spaces, glued or not.
        "44109000AB0123",
        "44109000ab0123",
        " 44109000AB0123 ",
        "44109 000 AB 0123",
        "44109 000 AB 123",
        "44109000 AB 0123",
        "44109000 AB0123",
        "44109 000AB0123",
        "44109 AB 0123",
        "44109 AB 123",
        "44109AB123",
        "44109AB0123",
        "44109000AB123",
        "44109000AB 123",
        "440109000AB0123",
        "44 0 109 000 AB 0123",
        "440109 000 AB 0123",
        "440109000 AB 0123",
        "44 109 000 AB 0123",
        "44 109 AB 123",
        "044 109 000 AB 123",
        "44-109-AB-123",
        "44109-000-AB-0123",
        "44109_000_AB_0123",
        "44109/000/AB/0123",
        "44109.000.AB.0123",
        "44109-AB-123",
        "44109:AB:123",
        "44109\tAB\t123",
        "44109\u{a0}AB\u{a0}123",
        // Full-width letters, and a row of a table with its head.
        "44109 ＡＢ １２３",
        "Préfixe Section Numéro\n44109 000 AB 123",
        // The commune by its name or after the parcel.
        "Nantes AB 123",
        "NANTES AB123",
        "nantes ab 123",
        "Nantes : AB 123",
        "Nantes (44) AB 123",
        "44000 Nantes AB 123",
        "44300 NANTES - AB 123",
        "AB 123 Nantes",
        "AB 123 à Nantes",
        "AB 123, Nantes",
        "AB 123 (Nantes)",
        "AB123 44109",
        "AB 123 (44109)",
        "AB 123 - 44000 Nantes",
        "parcelle AB 123 commune de Nantes",
        "commune de Nantes, section AB, parcelle 123",
        "Ville de Nantes : section AB n° 123",
        // Fields of API Carto, MAJIC, openADS and forms.
        "code_insee=44109&section=AB&numero=0123",
        "code_dep=44&code_com=109&section=AB&numero=0123&com_abs=000",
        "?code_insee=44109&section=AB&numero=123",
        "{\"code_insee\":\"44109\",\"com_abs\":\"000\",\"section\":\"AB\",\"numero\":\"0123\"}",
        "INSEE 44109 section AB numéro 123",
        "Code INSEE : 44109 ; Préfixe : 000 ; Section : AB ; Numéro : 0123",
        "Commune 44109, préfixe 000, section AB, n° 123",
        "ccodep=44 ccodir=0 ccocom=109 ccopre=000 ccosec=AB dnupla=0123",
        "COMM=44109;SEC_CADASTRE1=AB;NUM_CADASTRE1=123",
        "idu=44109000AB0123",
        "IDU : 44109000AB0123",
        "parcelle 44109000AB0123",
        "n° 123 section AB commune 44109",
    ];
    let places = super::places();
    for text in same {
        assert_eq!(line(text, "", &places), "44109000AB0123", "{text:?}");
    }
}

/// The same parcel, in the commune that the reader brings.
#[test]
fn short_writings_in_a_commune() {
    let same = [
        "AB 123",
        "AB123",
        "ab 123",
        "ab123",
        "AB 0123",
        "AB0123",
        "AB  123",
        "AB n°123",
        "AB n° 123",
        "AB N° 123",
        "AB N 123",
        "AB no 123",
        "AB num 123",
        "AB numéro 123",
        "AB-123",
        "AB/123",
        "AB.123",
        "AB:123",
        "AB_123",
        "AB – 123",
        "(AB 123)",
        "\"AB 123\"",
        "AB 123.",
        "AB 123 ;",
        "AB,123",
        "section AB 123",
        "Section AB n°123",
        "section AB numéro 123",
        "SECTION AB NUMERO 123",
        "Sect. AB n° 123",
        "sec AB 123",
        "S. AB n° 123",
        "section : AB, numéro : 123",
        "Section: AB - Parcelle: 123",
        "section AB parcelle 123",
        "section AB, parcelle n° 123",
        "parcelle AB 123",
        "Parcelle AB n° 123",
        "parcelle cadastrée AB 123",
        "parcelle cadastrée section AB n° 123",
        "la parcelle AB123",
        "parcelles AB 123",
        "parcelle : AB 123",
        "Parcelle n° AB 123",
        "cadastré AB 123",
        "cadastrée section AB numéro 123",
        "cadastré section AB sous le numéro 123",
        "référence cadastrale AB 123",
        "Réf. cad. : AB 123",
        "références cadastrales : section AB n°123",
        "000 AB 123",
        "000AB0123",
        "000 AB 0123",
        "préfixe 000 section AB numéro 123",
        "Préfixe : 000 Section : AB Numéro : 0123",
        "Préfixe : |0|0|0| Section : |A|B| Numéro : |0|1|2|3|",
        "Préfixe 0 0 0 Section A B Numéro 0 1 2 3",
        "Préfixe : ___ Section : AB Numéro : 123",
        "109000AB0123",
        "109 000 AB 0123",
        "109 AB 123",
        "n° 123 section AB",
        "numéro 123 de la section AB",
        "parcelle n°123 section AB",
        "parcelle 123 de la section AB",
        "N°123, section AB",
        "AB 123p",
        "AB 123 p",
        "AB 123 (p)",
        "AB 123 pour partie",
        "AB 123 (partie)",
        "AB n°123 en partie",
        "AB 123 pour 450 m²",
        "AB 123 (450 m²)",
        "AB 123 d'une superficie de 1 450 m²",
        "AB 123, superficie : 450",
        "section AB n° 123 pour une contenance de 5a 12ca",
        "Section AB n° 123 lieudit Le Bourg pour 00ha 05a 12ca",
        "Section AB N° 123 lieu-dit LA NOE Surface 00 ha 05 a 12 ca",
        "AB 123 (lieudit La Noë)",
        "un terrain cadastré section AB numéro 123 d'une contenance de 12 a 34 ca",
        "Bonjour, pouvez-vous me donner le zonage de la parcelle AB 123 ? Merci",
        "Je souhaite construire un abri sur la parcelle AB 123 svp",
        "Demande de CU pour la parcelle AB 123",
        "AB 00123",
        "AB 123\n",
        "AB\n123",
        "AB\u{202f}123",
    ];
    let places = super::places();
    for text in same.iter().filter(|text| !text.is_empty()) {
        assert_eq!(line(text, "44109", &places), "44109000AB0123", "{text:?}");
    }
}

#[test]
fn sections_of_one_letter() {
    let places = super::places();
    for text in [
        "441090000A0123",
        "44109000A0123",
        "44109000A123",
        "44109A123",
        "44109 A 123",
        "44109 0A 123",
        "44109 0A0123",
        "44109000 A0123",
        "44109000 A 123",
        "440109000 A0123",
        "4401090000A0123",
        "44109 000 A 123",
        "44109 000 0A 0123",
        "441090000a0123",
        "section A n° 123 à Nantes",
        "Nantes A 123",
        "Nantes, section 0A, 123",
        "A 123 à Nantes",
        "code_insee=44109&section=0A&numero=0123",
        "Nantes section A123",
        "Nantes N°123 section A",
    ] {
        assert_eq!(line(text, "", &places), "441090000A0123", "{text:?}");
    }
    check(
        "44109",
        &[
            ("A 12", "441090000A0012"),
            ("AB 123 lot B", "44109000AB0123"),
            ("lot B, AB 123", "44109000AB0123"),
            ("0A 12", "441090000A0012"),
            ("0AB 123", "44109000AB0123"),
            ("44143 0AB 0123", "44143000AB0123"),
            ("N 12", "441090000N0012"),
            ("D 12", "441090000D0012"),
            ("P 12", "441090000P0012"),
            ("1090000A0012", "441090000A0012"),
            ("109000A12", "441090000A0012"),
            ("section N n° 12", "441090000N0012"),
            ("ET 12", "44109000ET0012"),
            ("AU 12", "44109000AU0012"),
            ("DE 12", "44109000DE0012"),
            ("LE 12", "44109000LE0012"),
            ("PC 44", "44109000PC0044"),
            ("AT 12", "44109000AT0012"),
            ("DP 123", "44109000DP0123"),
            ("CU 7", "44109000CU0007"),
            ("M 2", "441090000M0002"),
        ],
    );
}

#[test]
fn prefixes_of_absorbed_communes() {
    check(
        "44109",
        &[
            ("045 AB 12", "44109045AB0012"),
            ("045AB0012", "44109045AB0012"),
            ("123 AB 12", "44109123AB0012"),
            ("préfixe 45 section AB n° 12", "44109045AB0012"),
            ("com_abs=045&section=AB&numero=12", "44109045AB0012"),
            ("109045AB0012", "44109045AB0012"),
            ("0450A0012", "441090450A0012"),
        ],
    );
    check(
        "",
        &[
            ("44109045AB0012", "44109045AB0012"),
            ("44109 045 AB 12", "44109045AB0012"),
            ("44109045 AB 12", "44109045AB0012"),
            ("Nantes 045 AB 12", "44109045AB0012"),
            ("440109045AB0012", "44109045AB0012"),
            ("44109 143 AB 12", "44109143AB0012"),
        ],
    );
}

#[test]
fn names_of_communes() {
    check(
        "",
        &[
            ("Rezé AB 12", "44143000AB0012"),
            ("REZE AB 12", "44143000AB0012"),
            ("reze ab 12", "44143000AB0012"),
            ("La Chapelle-sur-Erdre AB 12", "44035000AB0012"),
            ("LA CHAPELLE SUR ERDRE AB 12", "44035000AB0012"),
            ("Chapelle sur Erdre AB 12", "44035000AB0012"),
            ("La Chapelle s/ Erdre AB 12", "44035000AB0012"),
            ("chapelle-s/-erdre AB 12", "44035000AB0012"),
            ("St Herblain AB 12", "44162000AB0012"),
            ("St-Herblain AB 12", "44162000AB0012"),
            ("ST. HERBLAIN AB 12", "44162000AB0012"),
            ("Ste-Luce-sur-Loire AB 12", "44172000AB0012"),
            ("STE LUCE S/LOIRE AB 12", "44172000AB0012"),
            ("St Jean de Boiseau AB 12", "44166000AB0012"),
            ("Saint-Aignan-de-Grand-Lieu AB 12", "44150000AB0012"),
            ("Saint Aignan Grandlieu AB 12", "44150000AB0012"),
            ("AB 12 au Pellerin", "44120000AB0012"),
            ("AB 12 aux Sorinières", "44198000AB0012"),
            ("AB 12 à La Montagne", "44101000AB0012"),
            ("Montagne AB 12", "44101000AB0012"),
            ("Indre AB 12", "44074000AB0012"),
            ("44640 Le Pellerin AB 12", "44120000AB0012"),
            ("44640 St Jean de Boiseau - AB 12", "44166000AB0012"),
            ("Basse Goulaine section AB 12", "44009000AB0012"),
            ("44120 Vertou AB 12", "44215000AB0012"),
        ],
    );
    check(
        "44109",
        &[
            ("Orvault_AB_12", "44114000AB0012"),
            ("Orvault/AB/12", "44114000AB0012"),
            ("ST JEAN BOISEAU AB 12", "44166000AB0012"),
            ("Quel est le zonage de AB 12 à Orvault", "44114000AB0012"),
            ("CU AB 12 Vertou", "44215000AB0012"),
            ("AB 12, 12 bis av. de Paris, Vertou", "44215000AB0012"),
            (
                "12 rue de Nantes 44400 Rezé, cadastré AB 12",
                "44143000AB0012",
            ),
            (
                "un ensemble situé à REZE (LOIRE-ATLANTIQUE) 44400, 12 rue du Moulin, cadastré : Section AB N° 12",
                "44143000AB0012",
            ),
            (
                "parcelle cadastrale n° 12 de la section AB de la commune de Rezé",
                "44143000AB0012",
            ),
            ("44 000 Nantes AB 12", "44109000AB0012"),
            ("AB 12 (ex AB 4)", "44109000AB0012"),
            ("AB 12 zone UMd1", "44109000AB0012"),
            ("sectionABn°12", "44109000AB0012"),
        ],
    );
    // The text prevails over the reader's commune.
    check(
        "44109",
        &[
            ("Rezé AB 12", "44143000AB0012"),
            ("44143 AB 12", "44143000AB0012"),
            ("143000AB0012", "44143000AB0012"),
            (
                "Un terrain sis à Rezé (44400), 12 rue Jean Jaurès, cadastré section AB n° 12",
                "44143000AB0012",
            ),
        ],
    );
}

#[test]
fn other_parts_of_the_country() {
    check(
        "",
        &[
            ("2A004000AB0012", "2A004000AB0012"),
            ("2a004000ab0012", "2A004000AB0012"),
            ("2A004 AB 12", "2A004000AB0012"),
            ("2A 004 AB 12", "2A004000AB0012"),
            ("2B033 000 AB 12", "2B033000AB0012"),
            ("2A0004000AB0012", "2A004000AB0012"),
            (
                "code_dep=2A&code_com=004&section=AB&numero=12",
                "2A004000AB0012",
            ),
            ("97411000AB0012", "97411000AB0012"),
            ("97411 AB 12", "97411000AB0012"),
            ("974411000AB0012", "97411000AB0012"),
            ("974 411 000 AB 12", "97411000AB0012"),
            ("75101000AB0012", "75101000AB0012"),
            ("13201801A0012", "132018010A0012"),
            ("69381 AB 12", "69381000AB0012"),
            ("13055 806 A 25", "130558060A0025"),
            ("800016000AK0145", "80016000AK0145"),
            ("56197037ZC0063", "56197037ZC0063"),
            ("220170000 A0880", "221700000A0880"),
            // Alsace-Moselle.
            ("67482000050123", "67482000050123"),
            ("670482000050123", "67482000050123"),
            ("67482 000 05 0123", "67482000050123"),
            ("67482 05 123", "67482000050123"),
            ("67482 section 5 n° 123", "67482000050123"),
            ("57463 section 12 parcelle 34", "57463000120034"),
            ("68066 AB 12", "68066000AB0012"),
        ],
    );
    check(
        "67482",
        &[
            ("05 0123", "67482000050123"),
            ("5 n° 123", "67482000050123"),
            ("section 05 n° 123", "67482000050123"),
            ("S. 5 n° 123", "67482000050123"),
            ("482000050123", "67482000050123"),
            (
                "section 5 n° 123, 124 et section 12 n° 7",
                "67482000050123 67482000050124 67482000120007",
            ),
        ],
    );
}

/// Without any name known, codes suffice.
#[test]
fn nothing_but_codes_is_needed() {
    let none = Places::default();
    assert_eq!(line("44109 AB 123", "", &none), "44109000AB0123");
    assert_eq!(line("440109AB0123", "", &none), "? 44109 : AB 123");
    assert_eq!(line("109000AB0123", "", &none), "! 109000");
    assert_eq!(line("109000AB0123", "44020", &none), "44109000AB0123");
    assert_eq!(line("Nantes AB 123", "44109", &none), "! Nantes");
}
