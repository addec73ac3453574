//! Sheets of spreadsheets: every cell is text, and the line of names is found here.

use exchange::Heading;

use crate::gdal::Layer;
use crate::heading::{self, LOOKED, Named};

/// How a sheet begins; an empty one has no column.
pub fn begin(layer: &Layer<'_>) -> Named {
    layer.rewind();
    let width = layer.fields().len();
    let mut lines = Vec::new();
    while lines.len() < LOOKED
        && let Some(line) = layer.next()
    {
        let cell = |index| match line.has(index) {
            true => String::from_utf8_lossy(line.text(index)).into_owned(),
            false => String::new(),
        };
        lines.push((0..width).map(cell).collect());
    }
    heading::find(&lines).unwrap_or(Named {
        heading: Heading::Missing,
        names: Vec::new(),
        before: 0,
    })
}
