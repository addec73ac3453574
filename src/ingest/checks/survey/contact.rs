//! Whether two edges that come near say that their surfaces enter one another.

use std::f64::consts::TAU;

use crate::plane::{Plane, Point, beside};

/// Whether the surface of one edge enters that of the other where the two edges meet.
///
/// They do when the edges cross, or when one ends on the other and the corners there share an
/// angle. Neighbours whose edges only touch, end to end or side by side, do not. Below `near`
/// metres two positions are one.
pub(super) fn enters(plane: &Plane, one: u32, other: u32, near: f64) -> bool {
    let (a, b) = plane.edge(one);
    let (c, d) = plane.edge(other);
    let (left_c, left_d) = (beside(c, a, b), beside(d, a, b));
    let (left_a, left_b) = (beside(a, c, d), beside(b, c, d));
    let clear = [left_a, left_b, left_c, left_d]
        .iter()
        .all(|distance| distance.abs() > near);
    if clear && left_c * left_d < 0.0 && left_a * left_b < 0.0 {
        return true;
    }
    let ends_on = |vertex: u32, edge: u32| {
        let (from, to) = plane.edge(edge);
        lies_on(plane.point(vertex), from, to, near) && shares_angle(plane, vertex, edge, near)
    };
    ends_on(other, one)
        || ends_on(plane.next(other), one)
        || ends_on(one, other)
        || ends_on(plane.next(one), other)
}

fn lies_on(p: Point, a: Point, b: Point, near: f64) -> bool {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy);
    let along = along.clamp(0.0, 1.0);
    apart(p, [a[0] + along * dx, a[1] + along * dy]) <= near
}

fn apart(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Whether the corner at a vertex and the corner of a surface at that place of its edge share an
/// angle.
fn shares_angle(plane: &Plane, vertex: u32, edge: u32, near: f64) -> bool {
    let here = plane.point(vertex);
    let (from, to) = plane.edge(edge);
    let theirs = if apart(here, from) <= near {
        (plane.point(plane.previous(edge)), from, to)
    } else if apart(here, to) <= near {
        let end = plane.next(edge);
        (from, to, plane.point(plane.next(end)))
    } else {
        (from, here, to)
    };
    let ours = (
        plane.point(plane.previous(vertex)),
        here,
        plane.point(plane.next(vertex)),
    );
    corners_share(ours, theirs, near)
}

/// Whether two corners (point before, corner, point after; the surface on the left) share an angle.
fn corners_share(one: (Point, Point, Point), other: (Point, Point, Point), near: f64) -> bool {
    let (from_one, width_one) = spread(one);
    let (from_other, width_other) = spread(other);
    // An end that is moved by `near` turns its edge by that angle.
    let shortest = [one, other]
        .iter()
        .map(|(before, here, after)| apart(*before, *here).min(apart(*here, *after)))
        .fold(f64::INFINITY, f64::min);
    let doubt = 4.0 * near / shortest + 1e-9;
    let turn = (from_other - from_one).rem_euclid(TAU);
    turn < width_one - doubt || TAU - turn < width_other - doubt
}

/// The direction in which a corner's surface begins, and how far it turns from there.
fn spread((before, here, after): (Point, Point, Point)) -> (f64, f64) {
    let direction = |to: Point| (to[1] - here[1]).atan2(to[0] - here[0]);
    let from = direction(after);
    (from, (direction(before) - from).rem_euclid(TAU))
}
