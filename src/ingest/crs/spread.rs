//! Where data lie, whatever system they are in.

use crate::model::Bbox;

/// Where the coordinates of data lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// All of them.
    pub whole: Bbox,
    /// Most of the first ones: a text at the origin of a drawing is not where the drawing is.
    pub most: Bbox,
}

impl Spread {
    /// Of the whole extent, and of where the first geometries begin.
    pub fn of(whole: Bbox, starts: &[(f64, f64)]) -> Self {
        let middle = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            // Of two, neither is aside.
            let aside = match values.len() {
                0..3 => 0,
                many => many.div_ceil(10),
            };
            let last = values.len().checked_sub(1 + aside)?;
            (aside <= last).then(|| (values[aside], values[last]))
        };
        let xs = middle(starts.iter().map(|(x, _)| *x).collect());
        let ys = middle(starts.iter().map(|(_, y)| *y).collect());
        let most = match (xs, ys) {
            (Some((min_x, max_x)), Some((min_y, max_y))) => Bbox {
                min_x,
                min_y,
                max_x,
                max_y,
            },
            _ => whole,
        };
        Self { whole, most }
    }
}
