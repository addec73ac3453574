//! Each geometry by itself.

use geonantes::model::Severity;

use super::{alone, only, place, sound, told};
use crate::support::Database;

/// Zones of a document over Nantes alone, from WKT of offsets to a corner of its outline.
fn zones(wkt: &[&str]) -> String {
    let rows: Vec<String> = wkt
        .iter()
        .map(|wkt| {
            format!(
                "SELECT '244400404_PLUI_20260101' AS _scope, 'UA' AS libelle, 'U' AS typezone, \
                 '244400404_PLUI_20260101' AS idurba, '44109' AS insee, \
                 ST_Translate(ST_GeomFromText({wkt}, 2154), 354000, 6688000) AS geom",
                wkt = if *wkt == "NULL" {
                    "NULL".to_owned()
                } else {
                    format!("'{wkt}'")
                },
            )
        })
        .collect();
    rows.join(" UNION ALL ")
}

const SOUND: &str = "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0)))";

#[tokio::test]
async fn what_is_published_already_is_sound() {
    let database = Database::clone_template().await;
    for layer in [
        "parcelles",
        "sections",
        "batiments",
        "adresses",
        "plum-zonage",
    ] {
        let table = database.layer(layer).table();
        let query = format!("SELECT * FROM layer.{table}");
        sound(&alone(&database, layer, &query).await);
    }
}

#[tokio::test]
async fn a_feature_without_geometry_is_refused_but_for_lists() {
    let database = Database::clone_template().await;
    let checked = alone(
        &database,
        "plum-zonage",
        &zones(&[SOUND, "NULL", "MULTIPOLYGON EMPTY"]),
    )
    .await;
    assert!(checked.refuses());
    let told: Vec<_> = checked.findings.iter().map(told).collect();
    assert_eq!(
        told,
        [
            (Severity::Error, "2", "UA n’a pas de géométrie".to_owned()),
            (Severity::Error, "3", "UA n’a pas de géométrie".to_owned()),
        ]
    );
    assert_eq!(checked.totals, [("empty".to_owned(), 2)]);
    let without = "SELECT _scope, cle_interop, commune_insee, voie_nom, numero, position, NULL::geometry AS geom \
                   FROM fixture.adresses LIMIT 1";
    let checked = alone(&database, "adresses", without).await;
    assert_eq!(only(&checked, "empty").severity, Severity::Warning);
    assert!(!checked.refuses());
    // A place that is forgotten is no place that nobody knows.
    let hall = "SELECT '44109' AS _scope, 'M1' AS identifiant, 'Mairie' AS nom, 'mairie' AS type, \
                '44109' AS commune, NULL::geometry AS geom";
    assert_eq!(
        only(&alone(&database, "mairies", hall).await, "empty").severity,
        Severity::Error
    );
}

#[tokio::test]
async fn a_flat_surface_is_nothing() {
    let database = Database::clone_template().await;
    let flat = "MULTIPOLYGON(((0 0,100 0,50 0,0 0)))";
    let checked = alone(&database, "plum-zonage", &zones(&[flat])).await;
    let finding = only(&checked, "empty");
    assert_eq!(finding.message, "UA a une surface nulle");
    assert_eq!(place(finding), (354_000.0, 6_688_000.0));
}

#[tokio::test]
async fn another_kind_of_geometry_is_named_with_the_wanted_one() {
    let database = Database::clone_template().await;
    let checked = alone(
        &database,
        "plum-zonage",
        &zones(&[SOUND, "LINESTRING(0 0,10 0)"]),
    )
    .await;
    let finding = only(&checked, "geometry_type");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "2",
            "UA est une ligne ; la couche « PLUm – Zonage » attend une surface".to_owned()
        )
    );
    assert_eq!(place(finding), (354_005.0, 6_688_000.0));
}

#[tokio::test]
async fn each_reason_of_invalidity_is_told_with_its_place() {
    let database = Database::clone_template().await;
    let cases = [
        (
            "MULTIPOLYGON(((0 0,100 100,100 0,0 100,0 0)))",
            "son contour se croise lui-même",
            (354_050.0, 6_688_050.0),
        ),
        (
            "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0),(200 200,210 200,210 210,200 200)))",
            "un trou est hors de son contour",
            (354_200.0, 6_688_200.0),
        ),
        (
            "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0)),((10 10,20 10,20 20,10 10)))",
            "une de ses parties est dans une autre",
            (354_010.0, 6_688_010.0),
        ),
        (
            "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0),(10 10,90 10,90 90,10 90,10 10),(20 20,30 20,30 30,20 20)))",
            "un trou est dans un autre trou",
            (354_020.0, 6_688_020.0),
        ),
        (
            "MULTIPOLYGON(((0 0,50 0,50 50,60 60,50 50,50 0,100 0,100 100,0 100,0 0)))",
            "un anneau de son contour passe deux fois au même point",
            (354_050.0, 6_688_050.0),
        ),
    ];
    for (wkt, reason, where_) in cases {
        let checked = alone(&database, "plum-zonage", &zones(&[SOUND, wkt])).await;
        let finding = only(&checked, "validity");
        let message = format!("UA est invalide : {reason}");
        assert_eq!(told(finding), (Severity::Error, "2", message), "{wkt}");
        assert_eq!(place(finding), where_, "{wkt}");
        assert!(finding.advice.contains("--repair"), "{}", finding.advice);
    }
}

#[tokio::test]
async fn threads_are_told_with_their_width_and_stop_nothing() {
    let database = Database::clone_template().await;
    let thread =
        "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0)),((200 0,300 0,300 0.08,200 0.08,200 0)))";
    let wide = "MULTIPOLYGON(((0 200,100 200,100 200.12,0 200.12,0 200)))";
    let checked = alone(&database, "plum-zonage", &zones(&[thread, wide])).await;
    let finding = only(&checked, "sliver");
    assert_eq!(
        told(finding),
        (
            Severity::Warning,
            "1",
            "La partie 2 de UA est filiforme : 0,08 m de large en moyenne pour 8 m² (minimum 0,1 m)".to_owned()
        )
    );
    assert_eq!(place(finding), (354_250.0, 6_688_000.04));
    assert!(!checked.refuses());
}
