//! Surfaces side by side: their rings, point after point, and nothing else.

mod cores;
mod merge;

pub(crate) use cores::on_every_core;
pub(crate) use merge::{Outline, merge};

use geozero::GeomProcessor;

/// A position, in metres of a projected system.
pub(crate) type Point = [f64; 2];

/// A ring: its points without the last, which is the first again; outlines counter-clockwise, holes
/// clockwise, so that a surface is always on the left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring {
    pub start: u32,
    pub end: u32,
    pub shape: u32,
}

/// A surface: the row that it is of, or the group, and its rings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub row: i64,
    pub first: u32,
    pub last: u32,
}

/// All surfaces of a layer. An edge is known by the place of the point where it begins.
#[derive(Debug, Default)]
pub(crate) struct Plane {
    pub points: Vec<Point>,
    pub rings: Vec<Ring>,
    pub shapes: Vec<Shape>,
    /// The ring of each point.
    pub ring_of: Vec<u32>,
}

impl Plane {
    /// The point after one, in its ring.
    pub(crate) fn next(&self, at: u32) -> u32 {
        let ring = self.ring(at);
        if at + 1 == ring.end {
            ring.start
        } else {
            at + 1
        }
    }

    /// The point before one, in its ring.
    pub(crate) fn previous(&self, at: u32) -> u32 {
        let ring = self.ring(at);
        if at == ring.start {
            ring.end - 1
        } else {
            at - 1
        }
    }

    /// The places of all points.
    pub(crate) fn places(&self) -> Vec<u32> {
        (0..self.points.len() as u32).collect()
    }

    pub(crate) fn point(&self, at: u32) -> Point {
        self.points[at as usize]
    }

    fn ring(&self, at: u32) -> &Ring {
        &self.rings[self.ring_of[at as usize] as usize]
    }

    /// The surface of an edge.
    pub(crate) fn shape_of(&self, at: u32) -> u32 {
        self.ring(at).shape
    }

    /// The two ends of an edge.
    pub(crate) fn edge(&self, at: u32) -> (Point, Point) {
        (self.point(at), self.point(self.next(at)))
    }

    /// Whether a position is inside a surface (edges crossed by a ray eastwards, counted).
    pub(crate) fn holds(&self, shape: u32, [x, y]: Point) -> bool {
        let shape = self.shapes[shape as usize];
        let mut inside = false;
        for ring in &self.rings[shape.first as usize..shape.last as usize] {
            for at in ring.start..ring.end {
                let (a, b) = self.edge(at);
                inside ^= crosses_ray(a, b, x, y);
            }
        }
        inside
    }

    /// Adds the surfaces of an EWKB; what is not a surface is left aside.
    pub(crate) fn add(&mut self, row: i64, wkb: &[u8]) -> Result<(), geozero::error::GeozeroError> {
        let first = self.rings.len() as u32;
        let mut reading = Reading {
            shape: self.shapes.len() as u32,
            plane: self,
            start: 0,
            outer: true,
            surface: false,
        };
        let read = geozero::wkb::process_ewkb_geom(&mut &wkb[..], &mut reading);
        let last = self.rings.len() as u32;
        if last > first {
            self.shapes.push(Shape { row, first, last });
        }
        read
    }

    /// Ends the ring whose points begin at `start`: repeated ones are dropped, its direction is
    /// made that of its kind; a ring without area is none.
    fn close(&mut self, start: usize, outer: bool, shape: u32) {
        let mut kept = start;
        for at in start..self.points.len() {
            if kept == start || self.points[at] != self.points[kept - 1] {
                self.points[kept] = self.points[at];
                kept += 1;
            }
        }
        if kept > start + 1 && self.points[kept - 1] == self.points[start] {
            kept -= 1;
        }
        self.points.truncate(kept);
        let points = &mut self.points[start..];
        let turn = double_area(points);
        if points.len() < 3 || turn == 0.0 {
            self.points.truncate(start);
            return;
        }
        if (turn > 0.0) != outer {
            points.reverse();
        }
        let ring = self.rings.len() as u32;
        self.ring_of.resize(kept, ring);
        self.rings.push(Ring {
            start: start as u32,
            end: kept as u32,
            shape,
        });
    }
}

/// Distance of a position from the line through two others, positive on its left.
pub(crate) fn beside(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    (dx * (p[1] - a[1]) - dy * (p[0] - a[0])) / dx.hypot(dy)
}

/// Whether the ray eastwards from a position crosses an edge.
pub(crate) fn crosses_ray(a: Point, b: Point, x: f64, y: f64) -> bool {
    (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
}

/// Twice the signed area, seen from the first point so that nothing is lost to large coordinates.
fn double_area(points: &[Point]) -> f64 {
    let Some(origin) = points.first() else {
        return 0.0;
    };
    let seen = |point: &Point| (point[0] - origin[0], point[1] - origin[1]);
    points
        .windows(2)
        .map(|pair| (seen(&pair[0]), seen(&pair[1])))
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum()
}

struct Reading<'a> {
    plane: &'a mut Plane,
    shape: u32,
    start: usize,
    outer: bool,
    surface: bool,
}

impl GeomProcessor for Reading<'_> {
    fn xy(&mut self, x: f64, y: f64, _idx: usize) -> geozero::error::Result<()> {
        if self.surface {
            self.plane.points.push([x, y]);
        }
        Ok(())
    }

    fn polygon_begin(
        &mut self,
        _tagged: bool,
        _size: usize,
        _idx: usize,
    ) -> geozero::error::Result<()> {
        self.surface = true;
        self.outer = true;
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _idx: usize) -> geozero::error::Result<()> {
        self.surface = false;
        Ok(())
    }

    fn linestring_begin(
        &mut self,
        tagged: bool,
        _size: usize,
        _idx: usize,
    ) -> geozero::error::Result<()> {
        self.surface &= !tagged;
        self.start = self.plane.points.len();
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, _idx: usize) -> geozero::error::Result<()> {
        if self.surface {
            self.plane.close(self.start, self.outer, self.shape);
            self.outer = false;
        }
        Ok(())
    }
}
