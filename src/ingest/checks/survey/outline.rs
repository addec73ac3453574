//! Outlines of communes, and the features that may leave them.

use std::collections::HashMap;

use geozero::GeomProcessor;

use super::tree::{Rectangle, Tree};
use crate::ingest::checks::screen::APART;
use crate::plane::{Plane, Point, beside, crosses_ray};

/// The outlines, by commune.
#[derive(Default)]
pub(in crate::ingest::checks) struct Outlines {
    by_commune: HashMap<String, Outline>,
}

/// How a feature lies to the outline of its commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest::checks) enum Lies {
    /// Wholly inside.
    Inside,
    /// Near it, or outside by more than the tolerance: an exact check tells.
    InDoubt,
    /// It has no place, or its commune no outline, which other checks name.
    Anywhere,
}

struct Outline {
    plane: Plane,
    tree: Tree,
}

impl Outlines {
    /// Adds the outline of a commune; an empty name stands for the territory's.
    pub(in crate::ingest::checks) fn add(
        &mut self,
        commune: String,
        wkb: &[u8],
    ) -> Result<(), geozero::error::GeozeroError> {
        let mut plane = Plane::default();
        plane.add(0, wkb)?;
        let boxes: Vec<Rectangle> = (0..plane.points.len() as u32)
            .map(|at| plane.edge(at))
            .map(|(a, b)| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[0].max(b[0]),
                    a[1].max(b[1]),
                ]
            })
            .collect();
        let tree = Tree::pack(&boxes);
        self.by_commune.insert(commune, Outline { plane, tree });
        Ok(())
    }

    /// How a geometry (EWKB) lies to the outline of its commune.
    pub(in crate::ingest::checks) fn lies(
        &self,
        commune: &str,
        wkb: &[u8],
    ) -> Result<Lies, geozero::error::GeozeroError> {
        let Some(outline) = self.by_commune.get(commune) else {
            return Ok(Lies::Anywhere);
        };
        let mut extent = Extent::default();
        geozero::wkb::process_ewkb_geom(&mut &wkb[..], &mut extent)?;
        Ok(match extent.0 {
            None => Lies::Anywhere,
            Some(extent) if outline.surrounds(&extent) => Lies::Inside,
            Some(_) => Lies::InDoubt,
        })
    }
}

impl Outline {
    /// Whether a whole rectangle is inside: a corner of it is, and no edge of the outline meets it.
    ///
    /// Features near the outline are left to the exact check, with the tolerance there.
    fn surrounds(&self, extent: &Rectangle) -> bool {
        let mut met = false;
        self.tree
            .find(extent, |at| met |= may_meet(self.plane.edge(at), extent));
        if met {
            return false;
        }
        let [x, y, ..] = *extent;
        let mut inside = false;
        self.tree.find(&[x, y, f64::INFINITY, y], |at| {
            let (a, b) = self.plane.edge(at);
            inside ^= crosses_ray(a, b, x, y);
        });
        inside
    }
}

/// Whether an edge whose box meets a rectangle may meet the rectangle itself: not when all corners lie
/// on one side of its line.
fn may_meet((a, b): (Point, Point), [west, south, east, north]: &Rectangle) -> bool {
    let corners = [
        [*west, *south],
        [*east, *south],
        [*east, *north],
        [*west, *north],
    ];
    let sides = corners.map(|corner| beside(corner, a, b));
    // An edge without length has sides that are no numbers, and may meet anything.
    !(sides.iter().all(|side| *side > APART) || sides.iter().all(|side| *side < -APART))
}

#[derive(Default)]
struct Extent(Option<Rectangle>);

impl GeomProcessor for Extent {
    fn xy(&mut self, x: f64, y: f64, _idx: usize) -> geozero::error::Result<()> {
        let [west, south, east, north] = self.0.unwrap_or([x, y, x, y]);
        self.0 = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        Ok(())
    }
}
