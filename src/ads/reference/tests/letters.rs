//! Words of letters, names of people and links around a reference.

use super::check;

#[test]
fn the_words_of_a_letter_say_nothing() {
    for text in [
        "AB 12, le long de la RD 723",
        "AB 12, accès RD 723",
        "AB 12 bordée par la D 723",
        "AB 12 proche de l'A 11",
        "AB 12 article UM 7",
        "AB 12 art. R 423-24",
        "AB 12 au titre de l'article L 410-1",
        "AB 12 CERFA 13406*09",
        "un quart de AB 12",
        "je soussigné M. A. Martin, AB 12",
        "AB 12 M. Le Goff 06 12 34 56 78",
        "SCI LE CLOS - AB 12",
        "AB 12, propriétaire : Martin",
        "dossier suivi par Paul : AB 12",
        "AB 12 contact a.b12@free.fr",
        "section AB, numéro 12 (douze)",
        "Piscine 8 x 4 m, AB 12",
        "DIA n° 123 AB 12",
        "AB 12, je vous remercie",
        "Bonjour, pourriez-vous m'indiquer le zonage de la parcelle AB 12 ? Merci d'avance",
        "AB 12 - 12 rue de Strasbourg 44000 Nantes",
        "000 AB 12\nContenance : 450 mètres carrés\nAdresse : 12 RUE DE STRASBOURG 44000 NANTES",
        "https://apicarto.ign.fr/api/cadastre/parcelle?code_insee=44109&section=AB&numero=0012",
    ] {
        check("44109", &[(text, "44109000AB0012")]);
    }
    check(
        "44109",
        &[
            ("AB 12 pornic", "! pornic"),
            ("M 12", "441090000M0012"),
            ("section SA n° 12", "44109000SA0012"),
            ("'AB' 12", "44109000AB0012"),
            (
                "Mme Rezé, parcelle AB 12",
                "? Nantes (44109) : AB 12 | Rezé (44143) : AB 12",
            ),
        ],
    );
}
