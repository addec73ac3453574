//! Marks (findings, files) on a drawing of the communes, for readers without script or without WebGL, and for
//! the report as a file. It frames what there is to see.

use askama::Template as _;

use super::super::Html;
use crate::model::{Commune, Communes};

/// Least side of the frame, in units of the drawing (of 1,000): some kilometres of context.
const LEAST: f64 = 90.0;

/// Height of the frame for a width of one.
const SHAPE: f64 = 0.75;

/// One mark: a finding, a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot<'a> {
    /// Number, in the page, of what it leads to.
    pub number: usize,
    /// Where, in metres of the territory's projection.
    pub at: (f64, f64),
    /// Class of the style sheet: `error`, `warning`, `changed`…
    pub class: &'static str,
    /// What it says.
    pub says: &'a str,
}

#[derive(askama::Template)]
#[template(path = "contribution_dots.html")]
struct Drawing<'a> {
    title: &'a str,
    view: [f64; 4],
    /// Radius of a mark, size of the names and width of what surrounds them.
    sizes: [f64; 3],
    communes: &'a [Commune],
    dots: Vec<Drawn<'a>>,
}

struct Drawn<'a> {
    x: f64,
    y: f64,
    dot: &'a Dot<'a>,
}

/// The drawing, called `title`, as an SVG element; empty without communes or without a finding that has a place.
///
/// # Errors
/// When the template cannot be filled.
pub fn drawing(communes: &Communes, dots: &[Dot<'_>], title: &str) -> Html {
    if communes.list.is_empty() || dots.is_empty() {
        return Ok(String::new());
    }
    let drawn: Vec<Drawn<'_>> = dots
        .iter()
        .map(|dot| {
            let (x, y) = communes.drawn(dot.at.0, dot.at.1);
            Drawn {
                x: rounded(x),
                y: rounded(y),
                dot,
            }
        })
        .collect();
    let mut positions: Vec<(f64, f64)> = drawn.iter().map(|dot| (dot.x, dot.y)).collect();
    let inside = |(x, y): &(f64, f64)| {
        (0.0..=communes.width).contains(x) && (0.0..=communes.height).contains(y)
    };
    if !positions.iter().all(inside) {
        // A fault in the middle of nowhere says nothing: the territory stays in sight.
        positions.extend([(0.0, 0.0), (communes.width, communes.height)]);
    }
    let view = frame(positions.into_iter());
    Drawing {
        title,
        // The frame is shown some 600 pixels wide.
        sizes: [6.0, 13.0, 3.0].map(|pixels| rounded(view[2] / 600.0 * pixels)),
        view: view.map(rounded),
        communes: &communes.list,
        dots: drawn,
    }
    .render()
}

/// What holds all of the positions, with some room around: x, y, width, height.
fn frame(positions: impl Iterator<Item = (f64, f64)>) -> [f64; 4] {
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for (x, y) in positions {
        bounds = [
            bounds[0].min(x),
            bounds[1].min(y),
            bounds[2].max(x),
            bounds[3].max(y),
        ];
    }
    let [west, north, east, south] = bounds;
    let width = ((east - west) * 1.25)
        .max((south - north) * 1.25 / SHAPE)
        .max(LEAST);
    let height = width * SHAPE;
    [
        (west + east - width) / 2.0,
        (north + south - height) / 2.0,
        width,
        height,
    ]
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_holds_everything_with_some_context() {
        let [x, y, width, height] = frame([(10.0, 20.0)].into_iter());
        assert_eq!((width, height), (LEAST, LEAST * SHAPE));
        assert_eq!((x + width / 2.0, y + height / 2.0), (10.0, 20.0));
        let [x, y, width, height] = frame([(0.0, 0.0), (100.0, 400.0)].into_iter());
        assert!(x < 0.0 && y < 0.0 && x + width > 100.0 && y + height > 400.0);
    }
}
