//! Features among one another, and in their commune.

use geonantes::model::Severity;

use super::{alone, only, place, sound, told};
use crate::support::Database;

/// Parcels of a sheet of Nantes: number, sheet, and a rectangle from a corner of the commune.
fn parcels(rows: &[(&str, &str, [f64; 4])]) -> String {
    let row = |(number, sheet, [x0, y0, x1, y1]): &(&str, &str, [f64; 4])| {
        format!(
            "SELECT '44109000{sheet}01' AS _scope, '44109000{sheet}{number}' AS idu, '44109' AS commune, \
             '000' AS prefixe, '{sheet}' AS section, '{number}' AS numero, '44109000{sheet}01' AS feuille, \
             ST_Translate(ST_Multi(ST_MakeEnvelope({x0}, {y0}, {x1}, {y1}, 2154)), 354000, 6688000) AS geom"
        )
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    rows.join(" UNION ALL ")
}

/// Zones of one document, from WKT of offsets.
fn zones(wkt: &[&str]) -> String {
    let rows: Vec<String> = wkt
        .iter()
        .enumerate()
        .map(|(n, wkt)| {
            format!(
                "SELECT '244400404_PLUI_20260101' AS _scope, 'U{n}' AS libelle, 'U' AS typezone, \
                 '244400404_PLUI_20260101' AS idurba, \
                 ST_Translate(ST_Multi(ST_GeomFromText('{wkt}', 2154)), 354000, 6688000) AS geom"
            )
        })
        .collect();
    rows.join(" UNION ALL ")
}

/// Takes the layer's rows away, and has the sheets ZB and ZC exist.
async fn empty_of(database: &Database, layer: &str) {
    let table = database.layer(layer).table();
    database
        .execute(&format!(
            "TRUNCATE layer.{table}; \
             UPDATE layer.sections SET feuille = replace(feuille, '44109000A', '44109000Z')"
        ))
        .await;
}

#[tokio::test]
async fn an_overlap_is_told_once_with_both_features_its_area_and_depth() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    let query = parcels(&[
        ("0001", "ZB", [500.0, 500.0, 520.0, 520.0]),
        ("0002", "ZB", [519.2, 500.0, 540.0, 520.0]),
        ("0003", "ZB", [540.0, 500.0, 560.0, 520.0]),
    ]);
    let checked = alone(&database, "parcelles", &query).await;
    let finding = only(&checked, "overlap");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "2",
            "44109000ZB0002 chevauche 44109000ZB0001 (objet 1) de 16 m² (profondeur 0,8 m, tolérance 0,1 m)"
                .to_owned()
        )
    );
    let (x, _) = place(finding);
    assert!((354_519.2..=354_520.0).contains(&x), "{x}");
    assert_eq!(checked.findings.len(), 1);
}

#[tokio::test]
async fn an_overlap_within_the_tolerance_is_a_warning_and_rounding_is_nothing() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    let beside = |x: f64| {
        parcels(&[
            ("0001", "ZB", [500.0, 500.0, 520.0, 520.0]),
            ("0002", "ZB", [x, 500.0, 540.0, 520.0]),
        ])
    };
    for (x, severity) in [
        (519.89, Some(Severity::Error)),
        (519.91, Some(Severity::Warning)),
        (519.98, Some(Severity::Warning)),
        (519.995, None),
        (520.0, None),
        (520.005, None),
    ] {
        let checked = alone(&database, "parcelles", &beside(x)).await;
        let found: Vec<Severity> = checked.findings.iter().map(|f| f.severity).collect();
        assert_eq!(found, Vec::from_iter(severity), "{x}");
    }
}

#[tokio::test]
async fn sheets_may_disagree_more_at_their_joins_than_parcels_of_one() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    let joined = |x: f64| {
        parcels(&[
            ("0001", "ZB", [500.0, 500.0, 520.0, 520.0]),
            ("0002", "ZC", [x, 500.0, 540.0, 520.0]),
        ])
    };
    let checked = alone(&database, "parcelles", &joined(519.6)).await;
    let finding = only(&checked, "overlap");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding.message.contains("au raccord"),
        "{}",
        finding.message
    );
    let checked = alone(&database, "parcelles", &joined(518.5)).await;
    assert_eq!(only(&checked, "overlap").severity, Severity::Error);
}

#[tokio::test]
async fn a_sheet_over_a_published_one_is_told_and_may_be_right() {
    let database = Database::clone_template().await;
    // Where the sheet AB of the template lies.
    let query = parcels(&[("0999", "AC", [105.0, 105.0, 115.0, 115.0])]);
    let checked = alone(&database, "parcelles", &query).await;
    let finding = only(&checked, "overlap");
    assert_eq!(
        told(finding),
        (
            Severity::Warning,
            "1",
            "44109000AC0999 chevauche 44109000AB0001, déjà publié et que cette livraison ne remplace pas, \
             de 100 m² (profondeur 10 m)"
                .to_owned()
        )
    );
    // Replacing that sheet, there is nothing to say.
    let query = parcels(&[("0001", "AB", [105.0, 105.0, 115.0, 115.0])]);
    let checked = alone(&database, "parcelles", &query).await;
    assert!(checked.findings.iter().all(|found| found.rule != "overlap"));
    // A whole sheet on another has one cause.
    let query = "SELECT '44109000ZB01' AS _scope, '44109000ZB' || numero AS idu, commune, prefixe, \
         'ZB' AS section, numero, '44109000ZB01' AS feuille, geom \
         FROM fixture.parcelles WHERE section = 'AC'";
    let checked = alone(&database, "parcelles", query).await;
    let message = told(only(&checked, "overlap")).2;
    assert!(
        message.ends_with(
            " ; 99 autres objets de la livraison chevauchent aussi des objets publiés ailleurs"
        ),
        "{message}"
    );
    assert!(checked.totals.contains(&("overlap".to_owned(), 100)));
}

#[tokio::test]
async fn all_overlaps_of_a_second_sheet_on_top_are_counted() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    // 100 squares of 25 m that touch, twice, the second time moved along their rows: no rim of the
    // inner ones meets another.
    let sheet = |section: &str, east: f64| {
        format!(
            "SELECT '44109000ZB01' AS _scope, '44109000{section}' || numero AS idu, commune, prefixe, \
             '{section}' AS section, numero, '44109000ZB01' AS feuille, ST_Translate(geom, {east}, 0) AS geom \
             FROM fixture.parcelles WHERE section = 'AC'"
        )
    };
    let query = format!("{} UNION ALL {}", sheet("ZB", 0.0), sheet("ZC", 5.0));
    let checked = alone(&database, "parcelles", &query).await;
    // Each row of ten: 10 on their own first, 9 on the neighbour.
    assert_eq!(checked.totals, [("overlap".to_owned(), 190)]);
}

#[tokio::test]
async fn a_gap_between_zones_is_an_error_when_it_is_wide_and_a_warning_when_narrow() {
    let database = Database::clone_template().await;
    let around = |hole: &str| format!("POLYGON((0 0,2000 0,2000 2000,0 2000,0 0),{hole})");
    let gap = around("(100 100,100 110,104 110,104 100,100 100)");
    let checked = alone(&database, "plum-zonage", &zones(&[&gap])).await;
    let finding = only(&checked, "gap");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "1",
            "Un vide de 40 m² (largeur 4 m) reste au bord de U0 (objet 1)".to_owned()
        )
    );
    let (x, y) = place(finding);
    assert!((354_100.0..=354_104.0).contains(&x) && (6_688_100.0..=6_688_110.0).contains(&y));
    let filled = "POLYGON((100 100,104 100,104 110,100 110,100 100))";
    sound(&alone(&database, "plum-zonage", &zones(&[&gap, filled])).await);
    let crack = around("(100 100,100 110,100.4 110,100.4 100,100 100)");
    let checked = alone(&database, "plum-zonage", &zones(&[&crack])).await;
    let finding = only(&checked, "gap");
    assert_eq!(
        told(finding),
        (
            Severity::Warning,
            "1",
            "Un vide de 4 m² (largeur 0,4 m) reste au bord de U0 (objet 1)".to_owned()
        )
    );
    assert!(finding.advice.contains("--repair"), "{}", finding.advice);
    let rounding = around("(100 100,100 110,100.03 110,100.03 100,100 100)");
    sound(&alone(&database, "plum-zonage", &zones(&[&rounding])).await);
    // Open to the outside at both ends, it is no hole.
    let halves = [
        "POLYGON((0 0,1000 0,1000 2000,0 2000,0 0))",
        "POLYGON((1000.3 0,2000 0,2000 2000,1000.3 2000,1000.3 0))",
    ];
    let checked = alone(&database, "plum-zonage", &zones(&halves)).await;
    let (severity, _, message) = told(only(&checked, "gap"));
    assert_eq!(severity, Severity::Warning);
    assert!(
        message.starts_with("Un vide de 600 m² (largeur 0,3 m) reste entre U"),
        "{message}"
    );
}

#[tokio::test]
async fn a_commune_that_a_document_leaves_bare_is_told() {
    let database = Database::clone_template().await;
    let zone = "POLYGON((0 0,2000 0,2000 1500,0 1500,0 0))";
    let checked = alone(&database, "plum-zonage", &zones(&[zone])).await;
    let finding = only(&checked, "gap");
    assert_eq!(
        told(finding),
        (
            Severity::Warning,
            "1",
            "La commune 44109 n’est pas couverte sur 1 000 000 m² (largeur 500 m)".to_owned()
        )
    );
}

#[tokio::test]
async fn what_leaves_its_commune_is_told_with_the_distance_and_the_vertex() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    let at = |x: f64| parcels(&[("0001", "ZB", [x, 500.0, x + 20.0, 520.0])]);
    // The commune ends at 2,000 m; parcels may leave it by 5.
    sound(&alone(&database, "parcelles", &at(1984.9)).await);
    let checked = alone(&database, "parcelles", &at(1987.5)).await;
    let finding = only(&checked, "inside");
    assert_eq!(
        told(finding),
        (
            // A sheet draws the limit that published outlines only approach.
            Severity::Warning,
            "1",
            "44109000ZB0001 sort de la commune 44109 de 7,5 m (tolérance 5 m)".to_owned()
        )
    );
    let (x, y) = place(finding);
    assert!(
        x == 356_007.5 && (y == 6_688_500.0 || y == 6_688_520.0),
        "{x} {y}"
    );
    assert_eq!(finding.field.as_deref(), Some("commune"));
    assert_eq!(finding.value.as_deref(), Some("44109"));
}

#[tokio::test]
async fn a_parcel_far_from_its_commune_is_told_as_far() {
    let database = Database::clone_template().await;
    empty_of(&database, "parcelles").await;
    let query = parcels(&[("0001", "ZB", [-1500.0, 500.0, -1480.0, 520.0])]);
    let finding = alone(&database, "parcelles", &query).await;
    let finding = only(&finding, "inside");
    assert_eq!(
        told(finding),
        (
            Severity::Error,
            "1",
            "44109000ZB0001 sort de la commune 44109 de 1 500 m (tolérance 5 m)".to_owned()
        )
    );
}
