//! The directory of the animation networks, and the map of the communes that it is drawn on.

use geonantes::model::DRAWING;

use crate::support::Database;

#[tokio::test]
async fn the_published_communes_are_drawn_north_up() {
    let database = Database::clone_template().await;
    let communes = database
        .store
        .communes(&database.catalogue)
        .await
        .expect("the communes");
    let names: Vec<&str> = communes.list.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Bouguenais", "Nantes", "Rezé", "Saint-Herblain"]);
    assert_eq!((communes.width, communes.height), (DRAWING, DRAWING));
    let nantes = communes.get("44109").expect("Nantes");
    assert_eq!(nantes.population, Some(325_070));
    let near = |(x, y): (f64, f64), wanted: (f64, f64)| {
        (x - wanted.0).abs() < 5.0 && (y - wanted.1).abs() < 5.0
    };
    // North-east: the top right quarter.
    assert!(near(nantes.middle, (750.0, 250.0)), "{nantes:?}");
    assert!((nantes.radius - 250.0).abs() < 5.0);
    assert!(nantes.outline.starts_with("M "), "{nantes:?}");
    assert_eq!(communes.name("99999"), "99999");
}
