//! Which commune a parcel is of, when the text names one.

use super::check;

#[test]
fn what_stands_before_is_not_passed_over_when_it_may_be_a_commune() {
    for commune in ["44109", ""] {
        check(
            commune,
            &[
                ("Saint-Nazaire, section AB n° 12", "! Saint-Nazaire"),
                ("44600 Saint-Nazaire, section AB n° 12", "! Saint-Nazaire"),
                ("SAINT-NAZAIRE (44600), section AB n° 12", "! SAINT-NAZAIRE"),
                ("44190 Clisson, section AB n° 12", "! Clisson"),
                ("sur Clisson, section AB n° 12", "! Clisson"),
                ("Commune : CLISSON\nSection : AB\nNuméro : 12", "! CLISSON"),
                ("Commune Clisson Section AB Numéro 12", "! Clisson"),
                ("Haute-Goulaine, section AB n° 12", "! Haute-Goulaine"),
                ("Sucé-sur-Erdre, section AB n° 12", "! Sucé-sur-Erdre"),
                ("un terrain à Pornic, cadastré AB 12", "! Pornic"),
                (
                    "St Sébastien, section AB n° 12",
                    "? Saint-Sébastien-sur-Loire (44190) : AB 12",
                ),
                (
                    "Sainte Luce, section AB n° 12",
                    "? Sainte-Luce-sur-Loire (44172) : AB 12",
                ),
                (
                    "Thouaré, section AB n° 12",
                    "? Thouaré-sur-Loire (44204) : AB 12",
                ),
                ("Rezee, section AB n° 12", "? Rezé (44143) : AB 12"),
                (
                    "Commune : Vertoux\nSection : AB\nNuméro : 12",
                    "? Vertou (44215) : AB 12",
                ),
            ],
        );
    }
    // One word alone may be any: nothing is lost without a commune, and the reader's is likely.
    check("", &[("Clisson, section AB n° 12", "! Clisson")]);
    check(
        "44109",
        &[
            ("Clisson, section AB n° 12", "? Nantes (44109) : AB 12"),
            ("Clisson, parcelle AB 12", "? Nantes (44109) : AB 12"),
            ("M. Martin, parcelle AB 12", "44109000AB0012"),
            ("Propriétaire : Dupont, section AB n° 12", "44109000AB0012"),
            ("SCI Les Lilas, parcelle AB 12", "44109000AB0012"),
            (
                "Terrain Clisson, parcelle AB 12",
                "? Nantes (44109) : AB 12",
            ),
            ("Haute Goulaine, parcelle AB 12", "? Nantes (44109) : AB 12"),
            ("Bonjour Nathalie, parcelle AB 12", "44109000AB0012"),
            ("Dossier Martin, parcelle AB 12", "44109000AB0012"),
            ("Saint-Nazaire AB 12", "! Saint-Nazaire"),
            ("Piscine, parcelle AB 12", "44109000AB0012"),
            (
                "Terrain situé derrière la mairie, section AB n° 12",
                "44109000AB0012",
            ),
            (
                "Bonjour, je souhaite construire un abri sur la parcelle section AB n° 12",
                "44109000AB0012",
            ),
            (
                "Rezé (Loire-Atlantique), section AB n° 12",
                "44143000AB0012",
            ),
        ],
    );
    check(
        "44143",
        &[("Nante, section AB n° 12", "? Nantes (44109) : AB 12")],
    );
}

#[test]
fn a_commune_is_of_the_parcels_that_it_stands_by() {
    check(
        "44109",
        &[
            ("AB 12 et, à Rezé, AC 13", "44109000AB0012 44143000AC0013"),
            ("AB 12\nRezé AC 13", "44109000AB0012 44143000AC0013"),
            ("AB 12 ; Rezé AC 13", "44109000AB0012 44143000AC0013"),
            (
                "AB 12 et commune de Rezé AC 13",
                "44109000AB0012 44143000AC0013",
            ),
            ("AB 12, 44143 AC 13", "44109000AB0012 44143000AC0013"),
            (
                "AB 12, Rezé, AC 13",
                "? Rezé (44143) : AB 12 ; AC 13 | Nantes (44109) : AB 12 ; Rezé (44143) : AC 13",
            ),
            ("AB 12 et AC 13 à Rezé", "44143000AB0012 44143000AC0013"),
            (
                "AB 12, Rezé ; AC 13, Vertou",
                "44143000AB0012 44215000AC0013",
            ),
            (
                "AB 12, Orvault, AC 13, Rezé",
                "44114000AB0012 44143000AC0013",
            ),
            ("AB;12;Rezé\nAC;13;Nantes", "44143000AB0012 44109000AC0013"),
        ],
    );
    check(
        "",
        &[
            ("AB 12 et, à Rezé, AC 13", "? Rezé (44143) : AB 12 ; AC 13"),
            ("44109000AB0012 Nantes", "44109000AB0012"),
            ("44109000AB0012;Nantes", "44109000AB0012"),
        ],
    );
}

#[test]
fn where_somebody_lives_is_not_where_the_ground_is() {
    let both = "? Nantes (44109) : AB 12 | Rezé (44143) : AB 12";
    check(
        "44109",
        &[
            (
                "M. Martin, 5 rue de la Paix 44400 Rezé, parcelle AB 12",
                both,
            ),
            ("Demandeur domicilié à Rezé, parcelle AB 12", both),
            ("Nantes, le 12 mars 2024 : parcelle AB 12", "44109000AB0012"),
            ("M. Martin, AB 12, Rezé", "44143000AB0012"),
            ("AB 12, près de Rezé", both),
            ("Rezé, le 12 mars 2024 : parcelle AB 12", both),
            ("AB 12. Fait à Rezé, le 12/03/2024", both),
            ("AB 12 côté Rezé", both),
            (
                "AB 12 Rezé Vertou",
                "? Rezé (44143) : AB 12 | Vertou (44215) : AB 12",
            ),
            ("M. Martin demeurant à Rezé, terrain AB 12", both),
            (
                "M. Martin souhaite construire à Rezé, parcelle AB 12",
                "44143000AB0012",
            ),
            (
                "Monsieur le Maire de Rezé, je demande un CU pour la parcelle AB 12",
                "44143000AB0012",
            ),
            (
                "Terrain à Rezé appartenant à M. Martin, parcelle AB 12",
                "44143000AB0012",
            ),
        ],
    );
}
