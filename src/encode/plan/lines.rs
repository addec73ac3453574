//! Geometries as paths.

use std::fmt::Write as _;

use geozero::GeomProcessor;

use crate::model::Bbox;

/// The `d` of a path: each line or ring of a geometry, its positions placed on paper to the
/// thousandth of a millimetre. Empty where the geometry cannot be read, or has points alone.
pub fn path(wkb: &[u8], place: impl Fn((f64, f64)) -> (f64, f64)) -> String {
    let mut path = String::new();
    for line in read(wkb) {
        if line.len() < 2 {
            continue;
        }
        for (order, position) in line.iter().enumerate() {
            let (x, y) = place(*position);
            let letter = if order == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{} {}", fine(x), fine(y));
        }
        if line.first() == line.last() {
            path.push('Z');
        }
    }
    path
}

/// The box of a geometry; none when it cannot be read or is empty.
pub fn bounds(wkb: &[u8]) -> Option<Bbox> {
    let boxes = read(wkb).into_iter().flatten().map(|(x, y)| Bbox {
        min_x: x,
        min_y: y,
        max_x: x,
        max_y: y,
    });
    boxes.reduce(Bbox::union)
}

fn fine(value: f64) -> f64 {
    // Adding zero makes −0 a plain 0.
    (value * 1000.0).round() / 1000.0 + 0.0
}

fn read(mut wkb: &[u8]) -> Vec<Line> {
    let mut lines = Lines::default();
    match geozero::wkb::process_wkb_geom(&mut wkb, &mut lines) {
        Ok(()) => lines.0,
        Err(_) => Vec::new(),
    }
}

type Line = Vec<(f64, f64)>;

/// Lines and rings; a point is a line of one.
#[derive(Default)]
struct Lines(Vec<Line>);

impl GeomProcessor for Lines {
    fn xy(&mut self, x: f64, y: f64, _: usize) -> geozero::error::Result<()> {
        if let Some(line) = self.0.last_mut() {
            line.push((x, y));
        }
        Ok(())
    }

    fn linestring_begin(&mut self, _: bool, _: usize, _: usize) -> geozero::error::Result<()> {
        self.0.push(Line::new());
        Ok(())
    }

    fn point_begin(&mut self, _: usize) -> geozero::error::Result<()> {
        self.0.push(Line::new());
        Ok(())
    }
}
