//! A look at each feature by itself, to tell the many that are plainly sound from the few that exact
//! predicates must judge: asking GEOS whether 300,000 parcels are valid takes longer than reading
//! them.
//!
//! What is here called plain is so beyond any doubt of arithmetic; whatever is not is given to
//! PostGIS, which decides. So no fault is found here, and none is missed.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use crate::catalogue::{GeometryType, Layer};
use crate::plane::{Point, beside};

/// Corners of a contour beyond which every pair of its edges is too many to look at.
const MOST_CORNERS: usize = 128;

/// Under this distance, in metres, nothing is taken to be apart: a thousand times what doubles leave
/// of coordinates within ten thousand kilometres of their origin.
pub(super) const APART: f64 = 1e-6;

/// Surfaces under this many square metres are looked at, whatever their shape.
const SMALL: f64 = 1e-3;

/// What was seen of the features of a layer.
pub(super) struct Screen {
    kind: GeometryType,
    sliver_m: f64,
    doubtful: Vec<i64>,
    shapes: Alike,
    keys: Alike,
}

/// Hashes of what features hold.
#[derive(Default)]
struct Alike(Vec<(u64, i64)>);

impl Alike {
    fn see(&mut self, row: i64, bytes: &[u8]) {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        self.0.push((hasher.hash_one(bytes), row));
    }

    /// The rows that share a hash.
    fn rows(mut self) -> Vec<i64> {
        self.0.sort_unstable();
        let groups = self.0.chunk_by(|one, other| one.0 == other.0);
        let several = groups.filter(|group| group.len() > 1);
        several.flatten().map(|(_, row)| *row).collect()
    }
}

/// The rows (`_row`) that exact statements look at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Suspects {
    /// Those whose geometry may be empty, of another kind, invalid or thin.
    pub doubtful: Vec<i64>,
    /// Those that may have the geometry of another.
    pub same_shape: Vec<i64>,
    /// Those that may have the key of another.
    pub same_key: Vec<i64>,
}

impl Screen {
    pub(super) fn new(layer: &Layer) -> Self {
        Self {
            kind: layer.geometry,
            sliver_m: layer.checks.sliver_m.unwrap_or(0.0),
            doubtful: Vec::new(),
            shapes: Alike::default(),
            keys: Alike::default(),
        }
    }

    /// Looks at a feature: its row, its key (empty without) and its geometry as EWKB.
    pub(super) fn see(&mut self, row: i64, key: &str, geometry: Option<&[u8]>) {
        if !key.is_empty() {
            self.keys.see(row, key.as_bytes());
        }
        let Some(wkb) = geometry else {
            self.doubtful.push(row);
            return;
        };
        self.shapes.see(row, wkb);
        if !self.is_plain(wkb) {
            self.doubtful.push(row);
        }
    }

    pub(super) fn finish(self) -> Suspects {
        Suspects {
            doubtful: self.doubtful,
            same_shape: self.shapes.rows(),
            same_key: self.keys.rows(),
        }
    }

    /// Whether a geometry is of the layer's kind, and plainly sound: a point, or a surface of one
    /// contour.
    fn is_plain(&self, wkb: &[u8]) -> bool {
        let mut bytes = Bytes(wkb);
        match (self.kind, bytes.head()) {
            (GeometryType::Point | GeometryType::Geometry, Some(1)) => {
                bytes.0.len() == 16
                    && bytes
                        .point()
                        .is_some_and(|[x, y]| x.is_finite() && y.is_finite())
            }
            (GeometryType::MultiPolygon | GeometryType::Geometry, Some(6)) => {
                bytes.count() == Some(1)
                    && bytes.head() == Some(3)
                    && bytes
                        .contour()
                        .is_some_and(|ring| is_plain(&ring, self.sliver_m))
            }
            _ => false,
        }
    }
}

/// Whether a contour neither meets itself nor is thinner than that width.
fn is_plain(ring: &[Point], sliver_m: f64) -> bool {
    let count = ring.len();
    if !(3..=MOST_CORNERS).contains(&count) {
        return false;
    }
    let edge = |at: usize| (ring[at], ring[(at + 1) % count]);
    let length = |(a, b): (Point, Point)| (a[0] - b[0]).hypot(a[1] - b[1]);
    let perimeter: f64 = (0..count).map(|at| length(edge(at))).sum();
    if !perimeter.is_finite() || (0..count).any(|at| length(edge(at)) <= APART) {
        return false;
    }
    let from = |p: Point| (p[0] - ring[0][0], p[1] - ring[0][1]);
    let double: f64 = ring
        .windows(2)
        .map(|pair| (from(pair[0]), from(pair[1])))
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum();
    // Twice the area over the perimeter is a surface's mean width.
    if double.abs() <= SMALL || double.abs() <= 1.001 * sliver_m * perimeter {
        return false;
    }
    (0..count).all(|at| {
        let this = edge(at);
        let follows = goes_on(this, ring[(at + 2) % count]);
        // The last edge is beside the first.
        let last = if at == 0 { count - 1 } else { count };
        follows && (at + 2..last).all(|other| are_apart(this, edge(other)))
    })
}

/// Whether an edge and the next one, which ends there, share nothing but their corner.
fn goes_on((a, b): (Point, Point), c: Point) -> bool {
    let ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0.0;
    ahead || beside(c, a, b).abs() > APART
}

/// Whether two edges are apart.
fn are_apart(one: (Point, Point), other: (Point, Point)) -> bool {
    let clear = |axis: usize| {
        let (a, b) = (one.0[axis], one.1[axis]);
        let (c, d) = (other.0[axis], other.1[axis]);
        a.max(b) + APART < c.min(d) || c.max(d) + APART < a.min(b)
    };
    let aside = |(a, b), (p, q): (Point, Point)| {
        let (p, q) = (beside(p, a, b), beside(q, a, b));
        p.min(q) > APART || p.max(q) < -APART
    };
    clear(0) || clear(1) || aside(one, other) || aside(other, one)
}

/// EWKB as the database writes it here: little-endian, in two dimensions. Anything else is none.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn count(&mut self) -> Option<usize> {
        self.number().map(|count| count as usize)
    }

    /// The kind of the geometry that begins here.
    fn head(&mut self) -> Option<u32> {
        const WITH_SRID: u32 = 0x2000_0000;
        if self.take::<1>()? != [1] {
            return None;
        }
        let kind = self.number()?;
        if kind & WITH_SRID != 0 {
            self.number()?;
        }
        Some(kind & !WITH_SRID)
    }

    fn point(&mut self) -> Option<Point> {
        let x = self.take().map(f64::from_le_bytes)?;
        let y = self.take().map(f64::from_le_bytes)?;
        Some([x, y])
    }

    /// The corners of a polygon that has one ring and stands at the end; the last of its positions,
    /// which must be the first again, is left out.
    fn contour(&mut self) -> Option<Vec<Point>> {
        if self.count()? != 1 {
            return None;
        }
        let count = self.count()?;
        if !(4..=MOST_CORNERS + 1).contains(&count) || self.0.len() != 16 * count {
            return None;
        }
        let mut ring = Vec::with_capacity(count);
        for _ in 0..count {
            ring.push(self.point()?);
        }
        let last = ring.pop()?;
        (ring.first() == Some(&last)).then_some(ring)
    }
}

#[cfg(test)]
mod tests;
