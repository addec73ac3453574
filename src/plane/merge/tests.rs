use std::collections::HashSet;

use geozero::{CoordDimensions, ToWkb as _};
use proptest::prelude::*;

use super::*;

/// A plane of surfaces of one contour, each of a group.
fn plane(surfaces: &[(i64, Vec<Point>)]) -> Plane {
    let mut plane = Plane::default();
    for (group, ring) in surfaces {
        let ring: geo::LineString = ring.iter().map(|[x, y]| (*x, *y)).collect();
        let surface: geo::Geometry = geo::Polygon::new(ring, Vec::new()).into();
        let wkb = surface
            .to_ewkb(CoordDimensions::xy(), Some(3857))
            .expect("a surface");
        plane.add(*group, &wkb).expect("a surface");
    }
    plane
}

/// How often rings turn around a position, counter-clockwise.
fn turns<'a>(rings: impl IntoIterator<Item = &'a Vec<Point>>, [x, y]: Point) -> i64 {
    let ends = rings
        .into_iter()
        .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    ends.filter(|(a, b)| super::super::crosses_ray(**a, **b, x, y))
        .map(|(a, b)| if b[1] > a[1] { 1 } else { -1 })
        .sum()
}

fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

#[test]
fn neighbours_of_one_group_have_one_outline() {
    let four = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)];
    let mut surfaces: Vec<_> = four
        .iter()
        .map(|(x, y)| (7, square(*x, *y, 10.0)))
        .collect();
    surfaces.push((8, square(20.0, 0.0, 10.0)));
    let merged = merge(&plane(&surfaces), 0.01);
    let [seven, eight] = &merged[..] else {
        panic!("{merged:?}")
    };
    assert_eq!((seven.group, eight.group), (7, 8));
    assert_eq!((seven.shells.len(), seven.holes.len()), (1, 0));
    assert_eq!((seven.shells[0].len(), eight.shells[0].len()), (4, 4));
}

#[test]
fn a_court_is_a_hole_and_a_thread_between_neighbours_is_none() {
    let around = (0..9).filter(|at| *at != 4).map(|at| {
        let (x, y) = (f64::from(at % 3), f64::from(at / 3));
        (1, square(x * 10.0, y * 10.0, 10.0))
    });
    let merged = merge(&plane(&around.collect::<Vec<_>>()), 0.05);
    assert_eq!((merged[0].shells.len(), merged[0].holes.len()), (1, 1));
    assert_eq!(merged[0].holes[0].len(), 4);
    // The neighbour in the east has a vertex in the middle of their limit, a centimetre aside.
    for middle in [9.99, 10.0, 10.01] {
        let east = [
            [10.0, 0.0],
            [20.0, 0.0],
            [20.0, 10.0],
            [10.0, 10.0],
            [middle, 5.0],
        ];
        let surfaces = [(1, square(0.0, 0.0, 10.0)), (1, east.to_vec())];
        let merged = merge(&plane(&surfaces), 0.05);
        assert_eq!(
            (merged[0].shells.len(), merged[0].holes.len()),
            (1, 0),
            "{middle}"
        );
        assert_eq!(merged[0].shells[0].len(), 4, "{middle}");
    }
    // A thread alone is what there is.
    let thread = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 0.01], [0.0, 0.01]];
    let merged = merge(&plane(&[(1, thread)]), 0.05);
    assert_eq!(merged[0].shells.len(), 1);
}

proptest! {
    /// Whatever lies on whatever, sound or not: outlines turn around a place as often as surfaces cover it.
    #[test]
    fn outlines_say_what_surfaces_did(
        corners in prop::collection::vec(
            (0_i64..3, prop::collection::vec(prop::array::uniform2(0_i32..6), 3..5)), 1..12)
    ) {
        let surfaces: Vec<(i64, Vec<Point>)> = corners
            .iter()
            .map(|(group, ring)| (*group, ring.iter().map(|p| p.map(f64::from)).collect()))
            .collect();
        let plane = plane(&surfaces);
        let merged = merge(&plane, 0.0);
        for outline in &merged {
            for ring in outline.shells.iter().chain(&outline.holes) {
                let places: HashSet<Place> = ring.iter().copied().map(place).collect();
                prop_assert_eq!(places.len(), ring.len(), "{:?}", ring);
            }
        }
        for group in 0..3 {
            let theirs: Vec<Vec<Point>> = plane.rings.iter()
                .filter(|ring| plane.shapes[ring.shape as usize].row == group)
                .map(|ring| plane.points[ring.start as usize..ring.end as usize].to_vec())
                .collect();
            let ours = merged.iter().filter(|it| it.group == group);
            let ours: Vec<&Vec<Point>> = ours.flat_map(|it| it.shells.iter().chain(&it.holes)).collect();
            for at in 0..36 {
                let point = [f64::from(at % 6) + 0.37, f64::from(at / 6) + 0.41];
                prop_assert_eq!(turns(&theirs, point), turns(ours.iter().copied(), point));
            }
        }
    }
}
