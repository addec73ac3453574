//! Outlines of communes, and the features that may leave them.

use std::collections::HashMap;

use geozero::GeomProcessor;

use super::tree::{Rectangle, Tree};
use crate::plane::{Plane, crosses_ray};

/// The outlines, by commune.
#[derive(Default)]
pub(in crate::ingest::checks) struct Outlines {
    by_commune: HashMap<String, Outline>,
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

    /// Whether a geometry (EWKB) may leave the outline of its commune by more than the tolerance.
    /// False for a commune without outline, which another check names.
    pub(in crate::ingest::checks) fn may_leave(
        &self,
        commune: &str,
        wkb: &[u8],
    ) -> Result<bool, geozero::error::GeozeroError> {
        let Some(outline) = self.by_commune.get(commune) else {
            return Ok(false);
        };
        let mut extent = Extent::default();
        geozero::wkb::process_ewkb_geom(&mut &wkb[..], &mut extent)?;
        Ok(match extent.0 {
            None => false,
            Some(extent) => !outline.surrounds(&extent),
        })
    }
}

impl Outline {
    /// Whether a whole rectangle is inside: a corner of it is, and no edge of the outline meets it.
    ///
    /// Features near the outline are left to the exact check, with the tolerance there.
    fn surrounds(&self, extent: &Rectangle) -> bool {
        let mut met = false;
        self.tree.find(extent, |_| met = true);
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

#[derive(Default)]
struct Extent(Option<Rectangle>);

impl GeomProcessor for Extent {
    fn xy(&mut self, x: f64, y: f64, _idx: usize) -> geozero::error::Result<()> {
        let [west, south, east, north] = self.0.unwrap_or([x, y, x, y]);
        self.0 = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        Ok(())
    }
}
