//! Surfaces side by side, merged into the outlines of their groups by their edges alone: an edge that
//! two neighbours have in opposite directions is in the middle of them, and goes.
//!
//! What is left turns around each place as often as surfaces of the group cover it, so that rings
//! made of it, in whatever order, say the same as the surfaces did. Where neighbours do not share
//! every vertex, or overlap, such rings touch and cross one another: they are for a buffer, which
//! mends that, and not to be drawn.

use std::collections::HashMap;

use geo::{LineString, Polygon, Simplify as _};

use super::{Plane, Point, Shape, double_area, on_every_core};

/// What surfaces of one group make together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Outline {
    /// The group: what the surfaces have for a row.
    pub group: i64,
    /// Rings around the surfaces, counter-clockwise, without their last point.
    pub shells: Vec<Vec<Point>>,
    /// Rings around what they leave free, clockwise.
    pub holes: Vec<Vec<Point>>,
}

/// Merges the surfaces of each group. Rings whose mean width is under `thin` (units of the plane's
/// system) are left out, unless there is no other: neighbours that do not share every vertex leave
/// such threads between them. Points that stand less than that off the line are left out too.
pub(crate) fn merge(plane: &Plane, thin: f64) -> Vec<Outline> {
    let mut shapes: Vec<Shape> = plane.shapes.clone();
    shapes.sort_by_key(|shape| shape.row);
    let groups: Vec<&[Shape]> = shapes.chunk_by(|one, other| one.row == other.row).collect();
    let work = |groups: &[&[Shape]]| -> Vec<Outline> {
        let outlines = groups.iter().map(|shapes| outline(plane, shapes, thin));
        outlines.filter(|it| !it.shells.is_empty()).collect()
    };
    on_every_core(&groups, work).into_iter().flatten().collect()
}

/// A position as it is compared: to the last bit.
type Place = [u64; 2];

fn place(point: Point) -> Place {
    point.map(f64::to_bits)
}

/// The edges of surfaces that no other of them has in the other direction.
fn loose_edges(plane: &Plane, shapes: &[Shape]) -> Vec<u32> {
    let rings = shapes
        .iter()
        .flat_map(|shape| &plane.rings[shape.first as usize..shape.last as usize]);
    let mut edges: Vec<(Place, Place, bool, u32)> = rings
        .flat_map(|ring| ring.start..ring.end)
        .map(|at| {
            let (a, b) = plane.edge(at);
            let (a, b) = (place(a), place(b));
            if a < b {
                (a, b, true, at)
            } else {
                (b, a, false, at)
            }
        })
        .collect();
    edges.sort_unstable();
    let mut loose = Vec::new();
    for same in edges.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        // Backwards first: false is less than true.
        let backwards = same.partition_point(|(_, _, forward, _)| !forward);
        let forwards = same.len() - backwards;
        let left = if forwards > backwards {
            &same[2 * backwards..]
        } else {
            &same[..backwards - forwards]
        };
        loose.extend(left.iter().map(|(_, _, _, at)| *at));
    }
    loose
}

/// Makes rings of the loose edges of a group, of which as many end at a place as begin there.
fn outline(plane: &Plane, shapes: &[Shape], thin: f64) -> Outline {
    let mut outline = Outline {
        group: shapes.first().map_or(0, |shape| shape.row),
        ..Outline::default()
    };
    let edges = &loose_edges(plane, shapes);
    let (mut shells, mut holes) = (Vec::new(), Vec::new());
    rings(plane, edges, |ring| {
        let turn = double_area(ring);
        let thread = turn.abs() < thin * perimeter(ring);
        let (wide, threads) = if turn >= 0.0 {
            (&mut outline.shells, &mut shells)
        } else {
            (&mut outline.holes, &mut holes)
        };
        if ring.len() > 2 {
            let kept = if thread { threads } else { wide };
            kept.push(straightened(ring, thin));
        }
    });
    if outline.shells.is_empty() {
        outline.shells = shells;
        outline.holes = holes;
    }
    outline
}

/// A ring without the points that stand less than `thin` off the line: where neighbours met it.
fn straightened(ring: &[Point], thin: f64) -> Vec<Point> {
    // From a corner: where a ring begins stays.
    let least = |a: &(usize, &Point), b: &(usize, &Point)| {
        a.1[0].total_cmp(&b.1[0]).then(a.1[1].total_cmp(&b.1[1]))
    };
    let corner = ring
        .iter()
        .enumerate()
        .min_by(least)
        .map_or(0, |(at, _)| at);
    let turned = ring[corner..].iter().chain(&ring[..corner]);
    let line: LineString = turned.map(|[x, y]| (*x, *y)).collect();
    let simple = Polygon::new(line, Vec::new()).simplify(thin);
    let mut points: Vec<Point> = simple.exterior().coords().map(|at| [at.x, at.y]).collect();
    // The last is the first again.
    points.pop();
    points
}

fn perimeter(ring: &[Point]) -> f64 {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
}

/// Walks along the edges, and shows a ring each time that it comes back to where it was: none of
/// them meets one place twice. Where ways part it keeps to the right, which goes around all there is
/// and leaves threads by themselves.
fn rings(plane: &Plane, edges: &[u32], mut show: impl FnMut(&[Point])) {
    // Where the edges that begin at a place lead.
    let mut ways: HashMap<Place, Vec<Point>> = HashMap::with_capacity(edges.len());
    for at in edges {
        let (from, to) = plane.edge(*at);
        ways.entry(place(from)).or_default().push(to);
    }
    let mut take = |before: Option<Point>, here: Point| {
        let ways = ways.get_mut(&place(here))?;
        let right = |at: &usize| before.map_or(0.0, |before| rightwards(before, here, ways[*at]));
        let most = (0..ways.len()).max_by(|one, other| right(one).total_cmp(&right(other)))?;
        Some(ways.swap_remove(most))
    };
    let mut path: Vec<Point> = Vec::new();
    let mut met: HashMap<Place, usize> = HashMap::new();
    for at in edges {
        let start = plane.point(*at);
        path.push(start);
        met.insert(place(start), 0);
        while let Some(here) = path.last().copied()
            && let Some(to) = take(path.iter().rev().nth(1).copied(), here)
        {
            let Some(since) = met.get(&place(to)).copied() else {
                met.insert(place(to), path.len());
                path.push(to);
                continue;
            };
            show(&path[since..]);
            for left in path.drain(since + 1..) {
                met.remove(&place(left));
            }
        }
        path.clear();
        met.clear();
    }
}

/// How far to the right a way turns, in radians; to go back is the most, on whichever side.
fn rightwards(before: Point, here: Point, to: Point) -> f64 {
    const BACK: f64 = 3.1;
    let (ahead, on) = (
        [here[0] - before[0], here[1] - before[1]],
        [to[0] - here[0], to[1] - here[1]],
    );
    let left = (ahead[0] * on[1] - ahead[1] * on[0]).atan2(ahead[0] * on[0] + ahead[1] * on[1]);
    if left > BACK { left } else { -left }
}

#[cfg(test)]
mod tests;
