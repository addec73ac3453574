//! Repairs: each told, and what the checks say after them.

use geonantes::model::Severity;

use super::{Checked, Staged, handled, told};
use crate::support::Database;

fn zone(label: &str, wkt: &str) -> String {
    format!(
        "SELECT '244400404_PLUI_20260101' AS _scope, '{label}' AS libelle, 'U' AS typezone, \
         '244400404_PLUI_20260101' AS idurba, \
         ST_Translate(ST_Multi(ST_GeomFromText('{wkt}', 2154)), 354000, 6688000) AS geom"
    )
}

async fn mended(database: &Database, zones: &[String]) -> Checked {
    checks(database, zones, true).await
}

async fn checks(database: &Database, zones: &[String], repair: bool) -> Checked {
    let query = zones.join(" UNION ALL ");
    let staged = Staged {
        layer: "plum-zonage",
        query: &query,
    };
    handled(database, &[staged], 2154, repair).await
}

fn all(checked: &Checked) -> Vec<(Severity, &str, String)> {
    checked.findings.iter().map(told).collect()
}

#[tokio::test]
async fn a_small_loop_is_made_valid_and_a_bow_tie_is_left_to_people() {
    let database = Database::clone_template().await;
    // A loop of 0.5 m² at the corner of a hectare.
    let looped = "POLYGON((0 0,100 0,100 100,1 100,0 99,1 99,0 100,0 0))";
    let checked = mended(&database, &[zone("UA", looped)]).await;
    let [(Severity::Repair, "1", message)] = &all(&checked)[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert!(
        message.starts_with(
            "UA était invalide (un anneau de son contour passe deux fois au même point) : géométrie rendue valide"
        ),
        "{message}"
    );
    let tie = "POLYGON((0 0,100 100,100 0,0 100,0 0))";
    let checked = mended(&database, &[zone("UA", tie)]).await;
    assert_eq!(
        all(&checked),
        [(
            Severity::Error,
            "1",
            "UA est invalide : son contour se croise lui-même".to_owned()
        )]
    );
    assert!(checked.findings[0].advice.contains("ne le corrige pas"));
}

#[tokio::test]
async fn copies_are_removed_and_threads_dropped() {
    let database = Database::clone_template().await;
    let square = "POLYGON((0 0,100 0,100 100,0 100,0 0))";
    let thread = "MULTIPOLYGON(((200 0,300 0,300 100,200 100,200 0)),((400 0,500 0,500 0.05,400 0.05,400 0)))";
    let zones = [zone("UA", square), zone("UA", square), zone("UB", thread)];
    let checked = mended(&database, &zones).await;
    assert_eq!(
        all(&checked),
        [
            (
                Severity::Repair,
                "2",
                "L’objet 2, copie exacte de l’objet 1, est retiré".to_owned()
            ),
            (
                Severity::Repair,
                "3",
                "Une partie filiforme de UB (objet 3) est retirée (5 m²)".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn what_overlaps_within_the_tolerance_is_snapped_to_its_neighbour() {
    let database = Database::clone_template().await;
    let left = zone("UA", "POLYGON((0 0,100 0,100 100,0 100,0 0))");
    let within = zone("UB", "POLYGON((99.7 0,200 0,200 100,99.7 100,99.7 0))");
    let checked = mended(&database, &[left.clone(), within]).await;
    assert_eq!(
        all(&checked),
        [(
            Severity::Repair,
            "2",
            "UB chevauchait UA (objet 1) de 30 m² : ses sommets sont accrochés à la limite voisine"
                .to_owned()
        )]
    );
    // Deeper than allowed, it is for people to say which limit is right.
    let beyond = zone("UB", "POLYGON((98 0,200 0,200 100,98 100,98 0))");
    let checked = mended(&database, &[left, beyond]).await;
    let [(Severity::Error, "2", message)] = &all(&checked)[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert!(
        message.contains("chevauche UA (objet 1) de 200 m²"),
        "{message}"
    );
}

#[tokio::test]
async fn narrow_gaps_are_given_to_a_neighbour_and_wide_ones_to_people() {
    let database = Database::clone_template().await;
    let left = zone("UA", "POLYGON((0 0,1000 0,1000 2000,0 2000,0 0))");
    let right = |x: f64| {
        zone(
            "UB",
            &format!("POLYGON(({x} 0,2000 0,2000 2000,{x} 2000,{x} 0))"),
        )
    };
    let checked = mended(&database, &[left.clone(), right(1000.3)]).await;
    let [(Severity::Repair, _, message)] = &all(&checked)[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert!(
        message.starts_with("Un vide de 600 m² entre U"),
        "{message}"
    );
    assert!(message.contains("est comblé"), "{message}");
    let hole =
        "POLYGON((0 0,2000 0,2000 2000,0 2000,0 0),(100 100,100 110,103 110,103 100,100 100))";
    let checked = mended(&database, &[zone("UA", hole)]).await;
    let [(Severity::Error, "1", message)] = &all(&checked)[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert!(
        message.starts_with("Un vide de 30 m² (largeur 3 m)"),
        "{message}"
    );
}

#[tokio::test]
async fn an_overlap_that_snapping_cannot_end_is_cut_off() {
    let database = Database::clone_template().await;
    let left = zone("UA", "POLYGON((0 0,100 0,100 100,0 100,0 0))");
    // A tongue of 30 cm over the neighbour, none of whose vertices is near one of his.
    let tongue = zone(
        "UB",
        "POLYGON((100 0,200 0,200 100,100 100,100 60,99.6 50,100 40,100 0))",
    );
    let checked = mended(&database, &[left, tongue]).await;
    let [(Severity::Repair, "2", message)] = &all(&checked)[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert!(
        message.starts_with("UB chevauchait UA (objet 1) de 4 m²"),
        "{message}"
    );
}

#[tokio::test]
async fn spikes_are_told_and_trimmed_and_repeated_vertices_left_out() {
    let database = Database::clone_template().await;
    let spiked = zone(
        "UA",
        "POLYGON((0 0,100 0,100 100,50.05 100,50 112,49.98 100,0 100,0 50,0 50,0 0))",
    );
    let checked = checks(&database, std::slice::from_ref(&spiked), false).await;
    assert_eq!(
        all(&checked),
        [(
            Severity::Warning,
            "1",
            "UA a une pointe de 12 m de long, large de 0,07 m au plus".to_owned()
        )]
    );
    let finding = &checked.findings[0];
    assert_eq!((finding.x, finding.y), (Some(354_050.0), Some(6_688_112.0)));
    assert_eq!(finding.name.as_deref(), Some("UA"));
    let checked = mended(&database, &[spiked]).await;
    let told: Vec<String> = all(&checked)
        .into_iter()
        .map(|(_, _, message)| message)
        .collect();
    assert_eq!(
        told,
        [
            "Un sommet répété de UA (objet 1) est retiré",
            "Une pointe de UA (objet 1) est retirée",
        ]
    );
}
