//! Features taken for one another, and values that name others.

use geonantes::model::Severity;

use super::{Staged, alone, checked, only, sound, told};
use crate::support::Database;

const AB: &str = "SELECT * FROM fixture.parcelles WHERE section = 'AB'";

#[tokio::test]
async fn a_key_twice_names_both_features() {
    let database = Database::clone_template().await;
    let twice = format!(
        "({AB} ORDER BY idu) UNION ALL (SELECT * FROM fixture.parcelles WHERE idu = '44109000AB0003')"
    );
    let checked = alone(&database, "parcelles", &twice).await;
    let finding = only(&checked, "unique");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "101",
            "Les objets 3 et 101 ont le même identifiant 44109000AB0003 et tout le reste en commun"
                .to_owned()
        )
    );
    assert_eq!(finding.field.as_deref(), Some("idu"));
    assert_eq!(finding.value.as_deref(), Some("44109000AB0003"));
}

#[tokio::test]
async fn a_key_published_by_another_scope_names_it() {
    let database = Database::clone_template().await;
    let stray = format!(
        "SELECT * FROM (({AB} ORDER BY idu LIMIT 2) UNION ALL \
         (SELECT '44109000AB01', idu, commune, prefixe, section, numero, contenance, '44109000AB01', arpente, \
          date_creation, date_maj, ST_Translate(geom, 0, 400) FROM fixture.parcelles WHERE idu = '44109000AC0007')) t"
    );
    let checked = alone(&database, "parcelles", &stray).await;
    let finding = only(&checked, "unique");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "3",
            "44109000AC0007 est déjà publié par « 44109000AC01 », que cette livraison ne remplace pas".to_owned()
        )
    );
}

#[tokio::test]
async fn copies_are_told_from_what_only_shares_a_shape() {
    let database = Database::clone_template().await;
    let zone = |libelle: &str| {
        format!(
            "SELECT '244400404_PLUI_20260101' AS _scope, '{libelle}' AS libelle, 'U' AS typezone, \
             '244400404_PLUI_20260101' AS idurba, '44109' AS insee, \
             ST_Multi(ST_MakeEnvelope(354000, 6688000, 354100, 6688100, 2154)) AS geom"
        )
    };
    let query = [zone("UA"), zone("UB"), zone("UA")].join(" UNION ALL ");
    let checked = alone(&database, "plum-zonage", &query).await;
    let told: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.rule == "duplicate")
        .map(told)
        .collect();
    assert_eq!(
        told,
        [
            (
                Severity::Error,
                "3",
                "L’objet 3 est la copie exacte de l’objet 1 : mêmes attributs, même géométrie"
                    .to_owned()
            ),
            (
                Severity::Error,
                "2",
                "UB a exactement la géométrie de UA (objet 1), avec d’autres attributs".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn a_commune_outside_the_territory_is_named() {
    let database = Database::clone_template().await;
    let query = "SELECT '13029' AS _scope, 'B1' AS identifiant, 'Bibliothèque' AS nom, '13029' AS commune, \
                 ST_Point(354010, 6688010, 2154) AS geom";
    let checked = alone(&database, "bibliotheques", query).await;
    let finding = only(&checked, "reference");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "1",
            "B1 : 13029 n’est pas une commune du territoire".to_owned()
        )
    );
    // Of a neighbour’s whole file one line is enough.
    let many = "SELECT '13029' AS _scope, 'B' || n AS identifiant, 'Bibliothèque' AS nom, '13029' AS commune, \
                ST_Point(354010 + 5 * n, 6688010, 2154) AS geom FROM generate_series(1, 21) n";
    let checked = alone(&database, "bibliotheques", many).await;
    assert_eq!(
        only(&checked, "reference").message,
        "21 objets, à commencer par B1 : 13029 n’est pas une commune du territoire"
    );
    let total = checked.totals.iter().find(|(rule, _)| rule == "reference");
    assert_eq!(total, Some(&("reference".to_owned(), 21)));
    assert_eq!(finding.field.as_deref(), Some("commune"));
}

#[tokio::test]
async fn without_published_communes_they_are_not_verified() {
    let database = Database::clone_template().await;
    database.execute("TRUNCATE layer.communes").await;
    let checked = alone(&database, "parcelles", AB).await;
    let finding = only(&checked, "reference");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(
        finding.message,
        "« Code INSEE de la commune » non vérifié : la couche « communes » n’est pas publiée"
    );
    assert_eq!(checked.totals, [("reference".to_owned(), 1)]);
}

#[tokio::test]
async fn what_the_same_delivery_brings_may_be_named() {
    let database = Database::clone_template().await;
    let communes = "SELECT 'territoire' AS _scope, '13029' AS code_insee, 'Ensuès-la-Redonne' AS nom, \
                    '13' AS departement, ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 2154)) AS geom";
    let query = "SELECT '13029' AS _scope, 'B1' AS identifiant, 'Bibliothèque' AS nom, '13029' AS commune, \
                 ST_Point(0.5, 0.5, 2154) AS geom";
    let both = [
        Staged {
            layer: "bibliotheques",
            query,
        },
        Staged {
            layer: "communes",
            query: communes,
        },
    ];
    sound(&checked(&database, &both).await);
    // And what it takes away may not.
    let nantes = query.replace("13029", "44109");
    let both = [
        Staged {
            layer: "bibliotheques",
            query: &nantes,
        },
        Staged {
            layer: "communes",
            query: communes,
        },
    ];
    only(&checked(&database, &both).await, "reference");
}

#[tokio::test]
async fn values_that_a_delivery_would_erase_are_told() {
    let database = Database::clone_template().await;
    sound(&alone(&database, "parcelles", AB).await);
    let fields =
        "_scope, idu, commune, prefixe, section, numero, feuille, arpente, date_creation, date_maj";
    let without = format!("SELECT {fields}, NULL::int AS contenance, geom FROM ({AB}) p");
    let checked = alone(&database, "parcelles", &without).await;
    let finding = only(&checked, "emptied");
    assert_eq!(
        told(finding),
        (
            Severity::Warning,
            "",
            "Aucun objet ne remplit « Contenance » : 100 valeurs publiées seront effacées"
                .to_owned()
        )
    );
    assert_eq!(finding.field.as_deref(), Some("contenance"));
}
