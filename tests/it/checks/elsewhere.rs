//! Deliveries that lie elsewhere: the reference system that would put them in the territory.

use geonantes::model::Severity;

use super::{Staged, handled, only};
use crate::support::Database;

/// A library of Nantes whose coordinates, in `given`, are said to be in `said`.
async fn advice(coordinates: &str, said: i32) -> String {
    let database = Database::clone_template().await;
    let query = format!(
        "SELECT '44109' AS _scope, 'B1' AS identifiant, 'Bibliothèque' AS nom, '44109' AS commune, \
         {coordinates} AS geom"
    );
    let staged = Staged {
        layer: "bibliotheques",
        query: &query,
    };
    let checked = handled(&database, &[staged], said, false).await;
    assert_eq!(checked.findings.len(), 1, "{:#?}", checked.findings);
    let finding = only(&checked, "outside");
    assert_eq!(finding.severity, Severity::Error);
    assert!(
        finding.message.contains("du territoire"),
        "{}",
        finding.message
    );
    finding.advice.clone()
}

#[tokio::test]
async fn conic_47_taken_for_lambert_93_is_recognised() {
    let point = "ST_Transform(ST_SetSRID(ST_MakePoint(355000, 6689000), 2154), 3947)";
    let advice = advice(point, 2154).await;
    assert!(advice.contains("--crs EPSG:3947"), "{advice}");
}

#[tokio::test]
async fn degrees_taken_for_metres_and_axes_the_other_way_round_are_recognised() {
    let degrees = "ST_Transform(ST_SetSRID(ST_MakePoint(355000, 6689000), 2154), 4326)";
    let told = advice(degrees, 2154).await;
    assert!(told.contains("--crs EPSG:4326"), "{told}");
    let turned = format!("ST_FlipCoordinates({degrees})");
    let told = advice(&turned, 4326).await;
    assert!(
        told.contains("EPSG:4326 avec les deux axes échangés"),
        "{told}"
    );
}
