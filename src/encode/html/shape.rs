//! The outline of one feature as an SVG path, from its GeoJSON in degrees (CRS84).

use serde_json::Value as Json;

use super::french::FAST;
use crate::model::Bbox;

/// Longest side of the drawing, and its margin, in its own units.
const SIDE: f64 = 480.0;
const MARGIN: f64 = 14.0;

/// Depth to which collections of geometries are followed.
const DEEPEST: usize = 4;

/// Metres of a degree of latitude.
const METRES: f64 = 111_320.0;

/// A drawing.
#[derive(Debug, PartialEq)]
pub struct Shape {
    /// Width of the view box.
    pub width: f64,
    /// Height of the view box.
    pub height: f64,
    /// Surfaces and lines, as the `d` of a path.
    pub path: String,
    /// Whether the path bounds surfaces.
    pub filled: bool,
    /// Points.
    pub marks: Vec<(f64, f64)>,
    /// Length of the scale bar, and what it stands for.
    pub scale: (f64, String),
}

/// Lines of a geometry, each marked when it closes a surface; a point is a line of one.
#[derive(Debug, Default)]
struct Lines {
    lines: Vec<Vec<(f64, f64)>>,
    filled: bool,
}

/// The box of a geometry in degrees; `None` without a position.
pub fn bounds(geometry: &Json) -> Option<Bbox> {
    let mut lines = Lines::default();
    lines.read(geometry, 0);
    lines.bounds()
}

/// The drawing of a geometry; none for a lone point, which has no shape.
pub fn draw(geometry: &Json) -> Option<Shape> {
    let mut lines = Lines::default();
    lines.read(geometry, 0);
    let bounds = lines.bounds()?;
    let middle = ((bounds.min_y + bounds.max_y) / 2.0).to_radians().cos();
    let (width, height) = (
        (bounds.max_x - bounds.min_x) * middle,
        bounds.max_y - bounds.min_y,
    );
    let longest = width.max(height);
    if longest <= 0.0 {
        return None;
    }
    let factor = SIDE / longest;
    let place = |(lon, lat): (f64, f64)| {
        let round = |value: f64| (value * 10.0).round() / 10.0;
        (
            round((lon - bounds.min_x) * middle * factor + MARGIN),
            round((bounds.max_y - lat) * factor + MARGIN),
        )
    };
    let mut shape = Shape {
        width: (width * factor + 2.0 * MARGIN).round(),
        height: (height * factor + 2.0 * MARGIN).round(),
        path: String::new(),
        filled: lines.filled,
        marks: Vec::new(),
        scale: scale(METRES / factor),
    };
    for line in &lines.lines {
        match line[..] {
            [point] => shape.marks.push(place(point)),
            _ => trace(
                &mut shape.path,
                line.iter().map(|p| place(*p)),
                lines.filled,
            ),
        }
    }
    Some(shape)
}

/// Appends a line, leaving out positions that fall on the one before.
fn trace(path: &mut String, line: impl Iterator<Item = (f64, f64)>, closed: bool) {
    let mut last = None;
    for (x, y) in line {
        if last == Some((x, y)) {
            continue;
        }
        let letter = if last.is_none() { 'M' } else { 'L' };
        path.push_str(&format!("{letter}{x} {y}"));
        last = Some((x, y));
    }
    if closed {
        path.push('Z');
    }
}

/// A round length of about a quarter of the drawing, by the metres of one unit.
fn scale(metres: f64) -> (f64, String) {
    let wanted = metres * SIDE / 4.0;
    let power = 10f64.powf(wanted.log10().floor());
    let round = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|step| step * power)
        .find(|length| *length <= wanted)
        .unwrap_or(power);
    let text = if round >= 1000.0 {
        format!("{}{FAST}km", round / 1000.0)
    } else if round >= 1.0 {
        format!("{round}{FAST}m")
    } else {
        format!("{}{FAST}cm", (round * 100.0).round())
    };
    (((round / metres) * 10.0).round() / 10.0, text)
}

impl Lines {
    fn read(&mut self, geometry: &Json, depth: usize) {
        let coordinates = &geometry["coordinates"];
        match geometry["type"].as_str() {
            Some("Point") => self.lines.extend(position(coordinates).map(|p| vec![p])),
            Some("MultiPoint") => {
                let points = list(coordinates).iter().filter_map(position);
                self.lines.extend(points.map(|p| vec![p]));
            }
            Some("LineString") => self.line(coordinates),
            Some("MultiLineString") => list(coordinates).iter().for_each(|l| self.line(l)),
            Some("Polygon") => self.surface(coordinates),
            Some("MultiPolygon") => list(coordinates).iter().for_each(|p| self.surface(p)),
            Some("GeometryCollection") if depth < DEEPEST => {
                for inner in list(&geometry["geometries"]) {
                    self.read(inner, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn line(&mut self, coordinates: &Json) {
        let line: Vec<_> = list(coordinates).iter().filter_map(position).collect();
        if !line.is_empty() {
            self.lines.push(line);
        }
    }

    fn surface(&mut self, rings: &Json) {
        self.filled = true;
        list(rings).iter().for_each(|ring| self.line(ring));
    }

    fn bounds(&self) -> Option<Bbox> {
        let boxes = self.lines.iter().flatten().map(|&(x, y)| Bbox {
            min_x: x,
            min_y: y,
            max_x: x,
            max_y: y,
        });
        boxes.reduce(Bbox::union)
    }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn position(value: &Json) -> Option<(f64, f64)> {
    Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_surface_keeps_its_proportions_north_up() {
        let square = json!({"type": "MultiPolygon", "coordinates":
            [[[[0.0, 0.0], [0.001, 0.0], [0.001, 0.0005], [0.0, 0.0005], [0.0, 0.0]]]]});
        let shape = draw(&square).expect("a shape");
        assert_eq!((shape.width, shape.height), (508.0, 268.0));
        assert_eq!(shape.path, "M14 254L494 254L494 14L14 14L14 254Z");
        assert!(shape.filled);
        assert_eq!(shape.scale.1, "20\u{a0}m");
    }

    #[test]
    fn a_lone_point_has_a_place_but_no_shape() {
        let point = json!({"type": "Point", "coordinates": [-1.55, 47.2]});
        assert_eq!(draw(&point), None);
        assert_eq!(bounds(&point).map(|b| b.min_x), Some(-1.55));
        assert_eq!(draw(&Json::Null), None);
    }
}
