use exchange::{Column, ColumnKind, Row};
use geozero::ToWkt as _;

use super::*;

fn source(names: &[&str], rows: &[&[&str]]) -> SourceLayer {
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: ColumnKind::Text,
        width: 0,
    };
    let row = |(fid, cells): (usize, &&[&str])| Row {
        fid: fid as i64,
        cells: cells
            .iter()
            .map(|cell| Cell::Text(cell.as_bytes().to_vec()))
            .collect(),
        geometry: None,
    };
    SourceLayer {
        name: "source".to_owned(),
        columns: names.iter().map(column).collect(),
        sample: rows.iter().enumerate().map(row).collect(),
        ..SourceLayer::default()
    }
}

/// What is found in the columns, and the WKT of the first row.
fn found(names: &[&str], row: &[&str]) -> (Position, Option<i32>, String) {
    let source = source(names, &[row]);
    let placed = find(&source).unwrap_or_else(|| panic!("nothing in {names:?}"));
    let wkb = placed
        .position
        .geometry(&source.sample[0].cells)
        .expect("a place")
        .expect("one");
    let wkt = geozero::wkb::Wkb(wkb).to_wkt().expect("sound WKB");
    (placed.position, placed.srid.map(|srid| srid.0), wkt)
}

#[test]
fn coordinates_are_found_by_the_names_of_their_columns() {
    let pair = Position::Pair { x: 0, y: 1 };
    for names in [
        ["lon", "lat"],
        ["Longitude", "Latitude"],
        ["lng", "lat"],
        ["X", "Y"],
    ] {
        let point = (pair, Some(4326), "POINT(-1.55 47.2)".to_owned());
        assert_eq!(found(&names, &["-1,55", "47.2"]), point, "{names:?}");
    }
    for (names, srid) in [
        (["x_l93", "y_l93"], Some(2154)),
        (
            ["Coordonnée X EPSG:2154", "Coordonnée Y EPSG:2154"],
            Some(2154),
        ),
        (["X Lambert 93", "Y Lambert 93"], Some(2154)),
        (["x_cc47", "y_cc47"], Some(3947)),
        (["coord_x", "coord_y"], None),
        (["x", "y"], None),
    ] {
        let point = (pair, srid, "POINT(355000.5 6689000)".to_owned());
        assert_eq!(found(&names, &["355 000,5", "6689000"]), point, "{names:?}");
    }
    assert!(find(&source(&["nom", "prix", "taxe"], &[&["a", "1", "2"]])).is_none());
}

#[test]
fn metres_of_a_known_system_come_before_degrees_and_those_before_others() {
    let row: &[&str] = &["355000", "6689000", "-1.55", "47.2"];
    let known = found(&["x_l93", "y_l93", "lon", "lat"], row);
    assert_eq!(known.1, Some(2154));
    let unknown = found(&["x", "y", "lon", "lat"], row);
    assert_eq!(unknown.1, Some(4326));
}

#[test]
fn whole_geometries_are_found_by_what_they_are() {
    let (position, srid, wkt) = found(&["nom", "forme"], &["a", "POINT (355000 6689000)"]);
    assert_eq!(
        (position, srid, &wkt[..]),
        (Position::Wkt(1), None, "POINT(355000 6689000)")
    );
    // No metres of ours are so small.
    assert_eq!(found(&["g"], &["POINT (-1.5 47.2)"]).1, Some(4326));
    let (_, srid, wkt) = found(&["g"], &["SRID=2154;POLYGON Z ((0 0 1,1 0 1,1 1 1,0 0 1))"]);
    assert_eq!((srid, &wkt[..]), (Some(2154), "POLYGON((0 0,1 0,1 1,0 0))"));
    let (position, srid, wkt) = found(
        &["geo_shape"],
        &[r#"{"type": "Point", "coordinates": [-1.5, 47.25]}"#],
    );
    assert_eq!((position, srid), (Position::GeoJson(0), Some(4326)));
    assert_eq!(wkt, "POINT(-1.5 47.25)");
    let (position, srid, wkt) = found(&["geo_point_2d"], &["47.25, -1.5"]);
    assert_eq!((position, srid), (Position::Point(0), Some(4326)));
    assert_eq!(wkt, "POINT(-1.5 47.25)");
}

#[test]
fn what_is_no_place_is_refused_and_what_is_empty_is_absent() {
    let cell = |text: &str| Cell::Text(text.as_bytes().to_vec());
    let pair = Position::Pair { x: 0, y: 1 };
    assert_eq!(pair.geometry(&[cell(""), Cell::Null]), Ok(None));
    assert_eq!(
        pair.geometry(&[Cell::Integer(0), Cell::Real(0.0)]),
        Ok(None)
    );
    assert!(pair.geometry(&[cell("12"), cell("ici")]).is_err());
    assert!(pair.geometry(&[cell("12"), Cell::Null]).is_err());
    let wkt = Position::Wkt(0);
    assert_eq!(wkt.geometry(&[Cell::Null]), Ok(None));
    assert!(wkt.geometry(&[cell("POINT (1")]).is_err());
    let bomb = format!(
        "{}POINT(1 1){}",
        "GEOMETRYCOLLECTION(".repeat(3000),
        ")".repeat(3000)
    );
    assert!(wkt.geometry(&[cell(&bomb)]).is_err());
    assert!(
        Position::GeoJson(0)
            .geometry(&[cell("{\"coordinates\": 1}")])
            .is_err()
    );
}
