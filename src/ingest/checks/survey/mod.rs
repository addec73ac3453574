//! A look at all surfaces at once, to find the few that exact predicates must judge.
//!
//! Neighbours share their edges: an edge that another surface has in the other direction tells that
//! nothing is wrong there, and hashing finds it. What is left are the rims of blocks, streets and
//! sheets, and faults. Rims are compared with one another where they come near, and one point of
//! each group of joined surfaces is looked for inside the others. Pairs that may overlap are given to
//! PostGIS, which decides; so nothing here is exact but that what overlaps is among the pairs, or
//! next to one that does.

mod contact;
mod outline;
mod spikes;
mod tree;

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

pub(super) use outline::{Lies, Outlines};
pub(super) use spikes::Spike;
use tree::{Rectangle, Tree};

use crate::plane::{Plane, Point, on_every_core};

/// Surfaces that stand together: the pairs that may overlap.
pub(super) struct Survey {
    plane: Plane,
    /// Positions nearer than this are one, in metres.
    near: f64,
}

impl Survey {
    /// For a layer whose surfaces may overlap by so many metres.
    pub(super) fn new(tolerance_m: f64) -> Self {
        Self {
            plane: Plane::default(),
            near: (tolerance_m / 100.0).clamp(1e-6, 1e-3),
        }
    }

    /// Adds a geometry.
    pub(super) fn add(&mut self, row: i64, wkb: &[u8]) -> Result<(), geozero::error::GeozeroError> {
        self.plane.add(row, wkb)
    }

    /// The pairs of rows that may overlap, the smaller number first.
    pub(super) fn pairs(&self) -> Vec<(i64, i64)> {
        let mut joined = Joined::new(self.plane.shapes.len());
        let mut pairs = HashSet::new();
        let loose = self.unmatched(&mut joined, &mut pairs);
        self.meetings(&loose, &mut pairs);
        self.swallowed(&loose, &mut joined, &mut pairs);
        self.rows(pairs)
    }

    /// The edges that no other surface has in the other direction; surfaces that share one are
    /// joined, and those that have it in the same direction are a pair.
    fn unmatched(&self, joined: &mut Joined, pairs: &mut HashSet<(u32, u32)>) -> Vec<u32> {
        let plane = &self.plane;
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let whole = |point: Point| point.map(|metres| (metres / self.near).round() as i64);
        let parts = on_every_core(&plane.places(), |places| {
            let edge = |at: &u32| {
                let (a, b) = plane.edge(*at);
                let (a, b) = (whole(a), whole(b));
                let forward = a < b;
                let ends = if forward { (a, b) } else { (b, a) };
                (hasher.hash_one(ends), *at, forward)
            };
            let mut edges: Vec<(u64, u32, bool)> = places.iter().map(edge).collect();
            edges.sort_unstable();
            edges
        });
        let mut edges = parts.concat();
        // Which sees what is in order already, and merges it.
        edges.sort();
        let mut loose = Vec::new();
        for same in edges.chunk_by(|one, other| one.0 == other.0) {
            if let [(_, alone, _)] = same {
                loose.push(*alone);
                continue;
            }
            if let [(_, one, forward), (_, other, backward)] = same
                && forward != backward
                && plane.shape_of(*one) != plane.shape_of(*other)
            {
                joined.join(plane.shape_of(*one), plane.shape_of(*other));
                continue;
            }
            loose.extend(same.iter().map(|(_, at, _)| *at));
            // A chain is enough of many that lie on one another.
            for direction in [true, false] {
                let shapes: Vec<u32> = same
                    .iter()
                    .filter(|(_, _, forward)| *forward == direction)
                    .map(|(_, at, _)| plane.shape_of(*at))
                    .collect();
                for two in shapes.windows(2) {
                    pair(pairs, two[0], two[1]);
                }
            }
        }
        // In the order of the file, in which neighbours mostly lie together.
        loose.sort_unstable();
        loose
    }

    /// The pairs of surfaces that enter one another where their loose edges meet: looked for in the
    /// order of their places, on every core.
    fn meetings(&self, loose: &[u32], pairs: &mut HashSet<(u32, u32)>) {
        let boxes: Vec<Rectangle> = loose.iter().map(|at| self.box_of(*at)).collect();
        let tree = Tree::pack(&boxes);
        let known = &*pairs;
        let parts = on_every_core(tree.items(), |places| {
            let mut found = HashSet::new();
            for place in places {
                self.meetings_of(*place, (loose, &boxes, &tree), known, &mut found);
            }
            found
        });
        pairs.extend(parts.into_iter().flatten());
    }

    fn meetings_of(
        &self,
        place: u32,
        (loose, boxes, tree): (&[u32], &[Rectangle], &Tree),
        known: &HashSet<(u32, u32)>,
        pairs: &mut HashSet<(u32, u32)>,
    ) {
        let at = loose[place as usize];
        let shape = self.plane.shape_of(at);
        let [west, south, east, north] = boxes[place as usize];
        let near = self.near;
        let window = [west - near, south - near, east + near, north + near];
        tree.find(&window, |found| {
            let other = loose[found as usize];
            let others = self.plane.shape_of(other);
            let both = (shape.min(others), shape.max(others));
            if found > place
                && others != shape
                && !known.contains(&both)
                && !pairs.contains(&both)
                && contact::enters(&self.plane, at, other, near)
            {
                pairs.insert(both);
            }
        });
    }

    /// For each group of joined surfaces, those of other groups that hold a point of it.
    fn swallowed(&self, loose: &[u32], joined: &mut Joined, pairs: &mut HashSet<(u32, u32)>) {
        let plane = &self.plane;
        let mut longest: Vec<Option<(f64, u32)>> = vec![None; plane.shapes.len()];
        for at in loose {
            let group = joined.group(plane.shape_of(*at)) as usize;
            let (a, b) = plane.edge(*at);
            let length = (a[0] - b[0]).hypot(a[1] - b[1]);
            if longest[group].is_none_or(|(known, _)| length > known) {
                longest[group] = Some((length, *at));
            }
        }
        let (_, tree) = self.extents();
        for (length, at) in longest.into_iter().flatten() {
            let point = self.inward(at, length);
            let shape = plane.shape_of(at);
            let group = joined.group(shape);
            tree.find(&[point[0], point[1], point[0], point[1]], |other| {
                if joined.group(other) != group && plane.holds(other, point) {
                    pair(pairs, shape, other);
                }
            });
        }
    }

    /// The pairs of rows whose boxes meet, around the surfaces that touch those of the given pairs.
    pub(super) fn around(&self, pairs: &[(i64, i64)]) -> Vec<(i64, i64)> {
        let plane = &self.plane;
        let rows: HashSet<i64> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let (boxes, tree) = self.extents();
        let mut beside = HashSet::new();
        for (shape, extent) in boxes.iter().enumerate() {
            if rows.contains(&plane.shapes[shape].row) {
                tree.find(extent, |other| {
                    beside.insert(other);
                });
            }
        }
        let mut near = HashSet::new();
        for shape in beside {
            tree.find(&boxes[shape as usize], |other| {
                pair(&mut near, shape, other)
            });
        }
        self.rows(near)
    }

    /// The box of each surface, and the tree by which they are found.
    fn extents(&self) -> (Vec<Rectangle>, Tree) {
        let shapes = 0..self.plane.shapes.len();
        let boxes: Vec<Rectangle> = shapes.map(|shape| self.extent(shape)).collect();
        let tree = Tree::pack(&boxes);
        (boxes, tree)
    }

    /// The rows of pairs of surfaces, the smaller number first, in order.
    fn rows(&self, pairs: HashSet<(u32, u32)>) -> Vec<(i64, i64)> {
        let row = |shape: u32| self.plane.shapes[shape as usize].row;
        let rows = |(one, other)| (row(one).min(row(other)), row(one).max(row(other)));
        let mut pairs: Vec<_> = pairs.into_iter().map(rows).collect();
        pairs.sort_unstable();
        pairs
    }

    /// A point just inside the surface of an edge, at the edge's middle.
    fn inward(&self, at: u32, length: f64) -> Point {
        let (a, b) = self.plane.edge(at);
        let step = (10.0 * self.near).min(length / 4.0) / length;
        [
            (a[0] + b[0]) / 2.0 - (b[1] - a[1]) * step,
            (a[1] + b[1]) / 2.0 + (b[0] - a[0]) * step,
        ]
    }

    fn box_of(&self, at: u32) -> Rectangle {
        let (a, b) = self.plane.edge(at);
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[0].max(b[0]),
            a[1].max(b[1]),
        ]
    }

    fn extent(&self, shape: usize) -> Rectangle {
        let shape = self.plane.shapes[shape];
        let rings = &self.plane.rings[shape.first as usize..shape.last as usize];
        let points = rings
            .iter()
            .flat_map(|ring| &self.plane.points[ring.start as usize..ring.end as usize]);
        let nothing = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        points.fold(nothing, |all, [x, y]| {
            [
                all[0].min(*x),
                all[1].min(*y),
                all[2].max(*x),
                all[3].max(*y),
            ]
        })
    }
}

fn pair(pairs: &mut HashSet<(u32, u32)>, one: u32, other: u32) {
    if one != other {
        pairs.insert((one.min(other), one.max(other)));
    }
}

/// Surfaces in groups: those that share an edge, from one to the next.
struct Joined {
    parent: Vec<u32>,
}

impl Joined {
    fn new(shapes: usize) -> Self {
        Self {
            parent: (0..shapes as u32).collect(),
        }
    }

    fn group(&mut self, shape: u32) -> u32 {
        let mut at = shape;
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.group(one), self.group(other));
        self.parent[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests;
