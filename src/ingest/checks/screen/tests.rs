//! What is plain is so: never a geometry that GEOS would refuse, and nearly all sound ones.

use std::path::Path;

use geozero::{CoordDimensions, ToWkb as _};
use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;

fn screen(layer: &str) -> Screen {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the shipped catalogue");
    Screen::new(catalogue.get(layer).expect("a shipped layer"))
}

fn ewkb(wkt: &str) -> Vec<u8> {
    geozero::wkt::Wkt(wkt.to_owned())
        .to_ewkb(CoordDimensions::xy(), Some(2154))
        .expect("a geometry")
}

#[test]
fn surfaces_of_one_simple_contour_are_plain() {
    let parcels = screen("parcelles");
    let plain = |wkt: &str| parcels.is_plain(&ewkb(wkt));
    assert!(plain("MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)))"));
    // Clockwise, with a corner that is none, far from the origin.
    assert!(plain(
        "MULTIPOLYGON(((355000 6689000,355000 6689009,355004 6689009,355009 6689009,355009 6689000,355000 6689000)))"
    ));
    for doubtful in [
        "POLYGON((0 0,9 0,9 9,0 9,0 0))",
        "POINT(1 2)",
        "MULTIPOLYGON EMPTY",
        // A bow tie, a spike, a contour that touches itself at a corner, and along a side.
        "MULTIPOLYGON(((0 0,9 9,9 0,0 9,0 0)))",
        "MULTIPOLYGON(((0 0,9 0,15 0,9 0,9 9,0 9,0 0)))",
        "MULTIPOLYGON(((0 0,9 0,5 5,9 9,0 9,5 5,0 0)))",
        "MULTIPOLYGON(((0 0,9 0,9 9,5 9,5 0,4 0,4 9,0 9,0 0)))",
        // A corner said twice, no surface, four centimetres of width, a hole, two parts.
        "MULTIPOLYGON(((0 0,9 0,9 0,9 9,0 9,0 0)))",
        "MULTIPOLYGON(((0 0,9 0,4 0,0 0)))",
        "MULTIPOLYGON(((0 0,90 0,90 0.04,0 0.04,0 0)))",
        "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1)))",
        "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,29 0,29 9,20 0)))",
    ] {
        assert!(!plain(doubtful), "{doubtful}");
    }
    let cut = ewkb("MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)))");
    assert!((0..cut.len()).all(|end| !parcels.is_plain(&cut[..end])));
}

#[test]
fn points_are_plain_where_they_are_wanted() {
    let halls = screen("mairies");
    assert!(halls.is_plain(&ewkb("POINT(1 2)")));
    let mut nowhere = ewkb("POINT(1 2)");
    let end = nowhere.len();
    nowhere[end - 8..].copy_from_slice(&f64::NAN.to_le_bytes());
    assert!(!halls.is_plain(&nowhere));
    assert!(!halls.is_plain(&ewkb("MULTIPOINT(1 2)")));
    assert!(!halls.is_plain(&ewkb("LINESTRING(1 2,3 4)")));
}

#[test]
fn what_may_be_the_same_twice_is_named() {
    let mut parcels = screen("parcelles");
    let (one, other) = (
        ewkb("MULTIPOLYGON(((0 0,9 0,9 9,0 0)))"),
        ewkb("MULTIPOLYGON(((0 0,8 0,9 9,0 0)))"),
    );
    for (row, key, shape) in [
        (4, "a", Some(&one)),
        (3, "b", None),
        (2, "a", Some(&other)),
        (1, "", Some(&one)),
        (0, "", None),
    ] {
        parcels.see(row, key, shape.map(Vec::as_slice));
    }
    let mut suspects = parcels.finish();
    suspects.same_key.sort_unstable();
    suspects.same_shape.sort_unstable();
    assert_eq!(
        suspects,
        Suspects {
            doubtful: vec![3, 0],
            same_shape: vec![1, 4],
            same_key: vec![2, 4],
        }
    );
}

/// Whether two edges meet, exactly: their coordinates are small whole numbers.
fn meet((a, b): ([i64; 2], [i64; 2]), (c, d): ([i64; 2], [i64; 2])) -> bool {
    let side = |p: [i64; 2], q: [i64; 2], r: [i64; 2]| {
        ((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])).signum()
    };
    let on = |p: [i64; 2], q: [i64; 2], r: [i64; 2]| {
        side(p, q, r) == 0 && (0..2).all(|i| p[i].min(q[i]) <= r[i] && r[i] <= p[i].max(q[i]))
    };
    let crossed = side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    crossed || on(a, b, c) || on(a, b, d) || on(c, d, a) || on(c, d, b)
}

/// Whether a contour is simple and has a surface, edge by edge.
fn is_simple(ring: &[[i64; 2]]) -> bool {
    let count = ring.len();
    let edge = |at: usize| (ring[at % count], ring[(at + 1) % count]);
    (0..count).all(|at| {
        let (a, b) = edge(at);
        let (_, c) = edge(at + 1);
        let turn = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
        let ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
        let others = (at + 2..count).filter(|other| (other + 1) % count != at);
        a != b && (turn != 0 || ahead > 0) && others.into_iter().all(|o| !meet(edge(at), edge(o)))
    })
}

proptest! {
    #[test]
    fn plain_is_simple_and_simple_is_plain(
        ring in prop::collection::vec(prop::array::uniform2(-4_i64..=4), 3..8)
    ) {
        let far = |[x, y]: [i64; 2]| [355_000.0 + x as f64, 6_689_000.0 + y as f64];
        let there: Vec<Point> = ring.iter().copied().map(far).collect();
        prop_assert_eq!(is_plain(&there, 0.0), is_simple(&ring), "{:?}", ring);
    }
}
