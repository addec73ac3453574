//! Which pairs are sent to the exact predicates: those that overlap, and hardly others.

use geozero::{CoordDimensions, ToWkb as _};

use super::*;

fn pairs_of(surfaces: &[&str]) -> Vec<(i64, i64)> {
    let mut survey = Survey::new(0.1);
    for (row, wkt) in surfaces.iter().enumerate() {
        let wkb = geozero::wkt::Wkt(wkt.to_string())
            .to_ewkb(CoordDimensions::xy(), Some(2154))
            .expect("a geometry");
        survey.add(row as i64, &wkb).expect("a geometry");
    }
    survey.pairs()
}

fn square(x: f64, y: f64, side: f64) -> String {
    let (x1, y1) = (x + side, y + side);
    format!("POLYGON(({x} {y},{x1} {y},{x1} {y1},{x} {y1},{x} {y}))")
}

#[test]
fn neighbours_are_no_pairs() {
    let touching = [
        square(0.0, 0.0, 10.0),
        square(10.0, 0.0, 10.0),
        square(0.0, 10.0, 10.0),
    ];
    let apart = [square(0.0, 0.0, 10.0), square(10.2, 0.0, 10.0)];
    // The long side of one is cut by the corner of two others.
    let jointed = [
        square(0.0, 0.0, 10.0),
        square(10.0, 0.0, 5.0),
        square(10.0, 5.0, 5.0),
    ];
    // Corner to corner.
    let diagonal = [square(0.0, 0.0, 10.0), square(10.0, 10.0, 10.0)];
    // Half of a side in common.
    let shifted = [square(0.0, 0.0, 10.0), square(10.0, 5.0, 10.0)];
    for surfaces in [&touching[..], &apart, &jointed, &diagonal, &shifted] {
        let surfaces: Vec<&str> = surfaces.iter().map(String::as_str).collect();
        assert_eq!(pairs_of(&surfaces), [], "{surfaces:?}");
    }
    let island = [
        "POLYGON((0 0,30 0,30 30,0 30,0 0),(10 10,10 20,20 20,20 10,10 10))".to_owned(),
        square(10.0, 10.0, 10.0),
    ];
    assert_eq!(pairs_of(&[&island[0], &island[1]]), []);
}

#[test]
fn what_lies_on_another_is_a_pair() {
    let base = square(0.0, 0.0, 10.0);
    for (what, other) in [
        ("crossing", square(5.0, 5.0, 10.0)),
        ("moved along a side", square(5.0, 0.0, 10.0)),
        ("the same", square(0.0, 0.0, 10.0)),
        ("inside", square(3.0, 3.0, 2.0)),
        ("inside, along a side", square(3.0, 0.0, 2.0)),
        ("inside, in a corner", square(0.0, 0.0, 2.0)),
        ("around", square(-5.0, -5.0, 30.0)),
        ("around, from a corner", square(0.0, 0.0, 30.0)),
        ("by a hand's breadth", square(9.8, 0.0, 10.0)),
        ("turned", "POLYGON((5 -3,13 5,5 13,-3 5,5 -3))".to_owned()),
        ("clockwise", "POLYGON((5 5,5 15,15 15,15 5,5 5))".to_owned()),
        (
            "from corner to corner",
            "POLYGON((0 0,10 10,-5 20,0 0))".to_owned(),
        ),
        (
            "a part of several",
            "MULTIPOLYGON(((50 50,60 50,60 60,50 50)),((8 8,20 8,20 20,8 8)))".to_owned(),
        ),
    ] {
        assert_eq!(pairs_of(&[&base, &other]), [(0, 1)], "{what}");
        assert_eq!(
            pairs_of(&[&other, &base]),
            [(0, 1)],
            "{what}, the other way"
        );
    }
}

#[test]
fn one_surface_over_a_whole_tiling_is_found_though_no_rim_is_near() {
    let mut surfaces: Vec<String> = (0..25)
        .map(|n| square(f64::from(n % 5) * 10.0, f64::from(n / 5) * 10.0, 10.0))
        .collect();
    surfaces.push(square(18.0, 18.0, 14.0));
    let surfaces: Vec<&str> = surfaces.iter().map(String::as_str).collect();
    let pairs = pairs_of(&surfaces);
    assert!(
        !pairs.is_empty() && pairs.iter().all(|(_, other)| *other == 25),
        "{pairs:?}"
    );
}

#[test]
fn a_tiling_seen_with_rounded_coordinates_is_still_one() {
    // A hundredth of a millimetre apart, as after a projection there and back.
    let surfaces = [
        "POLYGON((0 0,10 0,10 10,0 10,0 0))",
        "POLYGON((10.00001 0,20 0,20 10,9.99999 10.00001,10.00001 0))",
    ];
    assert_eq!(pairs_of(&surfaces), []);
}

#[test]
fn an_outline_leaves_in_doubt_only_what_comes_near_its_edges() {
    let wkb = |wkt: &str| {
        geozero::wkt::Wkt(wkt.to_owned())
            .to_ewkb(CoordDimensions::xy(), Some(2154))
            .expect("a geometry")
    };
    let mut outlines = Outlines::default();
    // Its edges' boxes cover it whole.
    let diamond = "POLYGON((0 -100,100 0,0 100,-100 0,0 -100))";
    outlines
        .add("44109".to_owned(), &wkb(diamond))
        .expect("an outline");
    for (what, shape, expected) in [
        ("in the middle", square(-5.0, -5.0, 10.0), Lies::Inside),
        ("near a slant", square(40.0, 40.0, 9.0), Lies::Inside),
        ("to the slant", square(40.0, 40.0, 10.0), Lies::InDoubt),
        ("over the slant", square(45.0, 45.0, 10.0), Lies::InDoubt),
        ("over a corner", square(95.0, -5.0, 10.0), Lies::InDoubt),
        ("around it", square(-200.0, -200.0, 400.0), Lies::InDoubt),
        (
            "outside, under the boxes",
            square(80.0, 80.0, 10.0),
            Lies::InDoubt,
        ),
        ("far away", square(900.0, 0.0, 10.0), Lies::InDoubt),
        ("nowhere", "POLYGON EMPTY".to_owned(), Lies::Anywhere),
    ] {
        assert_eq!(
            outlines.lies("44109", &wkb(&shape)).expect("a geometry"),
            expected,
            "{what}"
        );
    }
    let lies = outlines.lies("44035", &wkb(diamond)).expect("a geometry");
    assert_eq!(lies, Lies::Anywhere);
}
