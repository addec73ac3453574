//! A plan to a round scale, as SVG in millimetres of paper, drawn from geometries in metres.
//!
//! One unit of the drawing is one millimetre: shown at its own size, a metre of ground measures
//! exactly 1000/scale of them. North is up, that of the projection's grid.

mod labels;
mod lines;

use std::fmt::Write as _;

use labels::Labels;
pub use lines::bounds;

use super::html::french;
use crate::model::Bbox;

/// Denominators of the scales that people measure with.
const SCALES: [u32; 12] = [
    200, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 250_000,
];

/// Part of the frame that the subject may take; the rest shows what is around.
const SUBJECT: f64 = 0.62;

/// The paper that a plan takes, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What part of the ground is drawn, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The paper.
    pub frame: Frame,
    /// Denominator of the scale.
    pub scale: u32,
    /// The ground within the frame, in metres.
    pub ground: Bbox,
}

/// What a shape stands for, from the ground up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A zone of the plan, in its colour.
    Zone,
    /// A parcel like others.
    Parcel,
    /// A parcel beside the subject.
    Neighbour,
    /// A building.
    Building,
    /// What the plan is about.
    Subject,
}

/// Something to draw.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What it stands for.
    pub kind: Kind,
    /// Its geometry in metres, as WKB.
    pub wkb: Vec<u8>,
    /// Where its label stands, in metres.
    pub at: (f64, f64),
    /// What is written there.
    pub label: Option<String>,
    /// Its colour (`#rrggbb`), of a zone.
    pub color: Option<String>,
}

impl Extent {
    /// The largest round scale at which the subject leaves room for what is around it.
    pub fn around(subject: Bbox, frame: Frame) -> Self {
        let (width, height) = (subject.max_x - subject.min_x, subject.max_y - subject.min_y);
        let fits = |scale: u32| {
            let metres = f64::from(scale) / 1000.0 * SUBJECT;
            width <= frame.width * metres && height <= frame.height * metres
        };
        let scale = SCALES.into_iter().find(|scale| fits(*scale));
        let scale = scale.unwrap_or(SCALES[SCALES.len() - 1]);
        let half = |paper: f64| paper * f64::from(scale) / 2000.0;
        let (x, y) = (
            (subject.min_x + subject.max_x) / 2.0,
            (subject.min_y + subject.max_y) / 2.0,
        );
        Self {
            frame,
            scale,
            ground: Bbox {
                min_x: x - half(frame.width),
                min_y: y - half(frame.height),
                max_x: x + half(frame.width),
                max_y: y + half(frame.height),
            },
        }
    }

    /// `1:1000`, its thousands apart.
    pub fn written(&self) -> String {
        format!("1:{}", french::count(i64::from(self.scale)))
    }

    /// Metres on the ground to millimetres on paper.
    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let mm = 1000.0 / f64::from(self.scale);
        ((x - self.ground.min_x) * mm, (self.ground.max_y - y) * mm)
    }
}

/// The plan: shapes from the ground up, then their labels, scale bar and north.
///
/// Geometries that cannot be read are left out.
pub fn draw(extent: &Extent, shapes: &[Shape]) -> String {
    let Frame { width, height } = extent.frame;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"'Libertinus Serif', 'Source Sans 3', sans-serif\">\
         <clipPath id=\"cadre\"><path d=\"M0 0H{width}V{height}H0Z\"/></clipPath>\
         <path d=\"M0 0H{width}V{height}H0Z\" fill=\"#ffffff\"/><g clip-path=\"url(#cadre)\" \
         fill-rule=\"evenodd\" stroke-linejoin=\"round\">"
    );
    let mut ordered: Vec<&Shape> = shapes.iter().collect();
    ordered.sort_by_key(|shape| shape.kind);
    for shape in &ordered {
        let path = lines::path(&shape.wkb, |position| extent.place(position));
        if !path.is_empty() {
            let _ = write!(out, "<path d=\"{path}\" {}/>", look(shape));
        }
    }
    out.push_str("</g>");
    let mut labels = Labels::new(extent.frame);
    // The subject's name comes first to its place, then what explains the plan, then the rest.
    for kind in [Kind::Subject, Kind::Zone, Kind::Neighbour, Kind::Parcel] {
        for shape in ordered.iter().filter(|shape| shape.kind == kind) {
            if let Some(text) = &shape.label {
                labels.add(kind, extent.place(shape.at), text);
            }
        }
    }
    out.push_str(&labels.written());
    scale_bar(&mut out, extent);
    north(&mut out, extent.frame);
    let _ = write!(
        out,
        "<path d=\"M0 0H{width}V{height}H0Z\" fill=\"none\" stroke=\"#1c2733\" stroke-width=\".35\"/></svg>"
    );
    out
}

fn look(shape: &Shape) -> String {
    match shape.kind {
        Kind::Zone => {
            let color = shape.color.as_deref().unwrap_or("#c9c9c9");
            format!(
                "fill=\"{color}\" fill-opacity=\".14\" stroke=\"{color}\" stroke-opacity=\".8\" \
                 stroke-width=\".5\" stroke-dasharray=\"2.4 .8 .5 .8\""
            )
        }
        Kind::Parcel => "fill=\"none\" stroke=\"#6f7a84\" stroke-width=\".13\"".to_owned(),
        Kind::Neighbour => "fill=\"none\" stroke=\"#1c2733\" stroke-width=\".25\"".to_owned(),
        Kind::Building => {
            "fill=\"#8d949b\" fill-opacity=\".55\" stroke=\"#4d5b67\" stroke-width=\".13\""
                .to_owned()
        }
        Kind::Subject => {
            "fill=\"#c2255c\" fill-opacity=\".1\" stroke=\"#c2255c\" stroke-width=\".7\"".to_owned()
        }
    }
}

/// A bar of a round length, in four parts, at the foot of the plan.
fn scale_bar(out: &mut String, extent: &Extent) {
    /// Longest bar, in millimetres.
    const MOST: f64 = 52.0;
    let mm = 1000.0 / f64::from(extent.scale);
    let metres = round_length(MOST / mm);
    let length = metres * mm;
    let (x, y) = (7.0, extent.frame.height - 5.5);
    let _ = write!(
        out,
        "<path d=\"M3 {top}H{right}V{bottom}H3Z\" fill=\"#ffffff\" fill-opacity=\".88\"/>\
         <path d=\"M{x} {y}h{length}v1.6h-{length}Z\" fill=\"#ffffff\" stroke=\"#1c2733\" stroke-width=\".2\"/>",
        top = y - 5.0,
        right = x + length + 14.0,
        bottom = y + 3.2,
    );
    let part = length / 4.0;
    for start in [0.0, 2.0] {
        let _ = write!(
            out,
            "<path class=\"noir\" d=\"M{} {y}h{part}v1.6h-{part}Z\" fill=\"#1c2733\"/>",
            x + start * part
        );
    }
    let _ = write!(
        out,
        "<g font-size=\"3\" text-anchor=\"middle\" fill=\"#1c2733\">"
    );
    for (share, unit) in [(0.0, ""), (0.5, ""), (1.0, "\u{a0}m")] {
        let text = french::real(metres * share, None);
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\">{text}{unit}</text>",
            x + length * share,
            y - 1.1
        );
    }
    out.push_str("</g>");
}

/// The longest of 1, 2 and 5 times a power of ten that is at most so long.
fn round_length(most: f64) -> f64 {
    let power = 10f64.powf(most.log10().floor());
    let steps = [5.0, 2.0, 1.0].into_iter().map(|step| step * power);
    steps
        .into_iter()
        .find(|length| *length <= most)
        .unwrap_or(power)
}

fn north(out: &mut String, frame: Frame) {
    let x = frame.width - 9.0;
    let _ = write!(
        out,
        "<circle cx=\"{x}\" cy=\"10\" r=\"7\" fill=\"#ffffff\" fill-opacity=\".88\"/>\
         <path d=\"M{x} 4.4l2.6 9.2l-2.6 -1.9z\" fill=\"#1c2733\"/>\
         <path d=\"M{x} 4.4l-2.6 9.2l2.6 -1.9z\" fill=\"#ffffff\" stroke=\"#1c2733\" stroke-width=\".2\"/>\
         <text x=\"{x}\" y=\"16.6\" font-size=\"3.4\" text-anchor=\"middle\" fill=\"#1c2733\">N</text>"
    );
}

#[cfg(test)]
mod tests {
    use geozero::{CoordDimensions, ToWkb as _};

    use super::*;

    const FRAME: Frame = Frame {
        width: 180.0,
        height: 120.0,
    };

    fn square(x: f64, y: f64, side: f64) -> Vec<u8> {
        let (right, top) = (x + side, y + side);
        let text = format!("POLYGON(({x} {y},{right} {y},{right} {top},{x} {top},{x} {y}))");
        let wkb = geozero::wkt::Wkt(text.as_str()).to_wkb(CoordDimensions::xy());
        wkb.expect("a square")
    }

    fn shape(kind: Kind, wkb: Vec<u8>, label: &str) -> Shape {
        Shape {
            kind,
            at: bounds(&wkb).map_or((0.0, 0.0), |b| {
                ((b.min_x + b.max_x) / 2.0, (b.min_y + b.max_y) / 2.0)
            }),
            wkb,
            label: Some(label.to_owned()),
            color: None,
        }
    }

    #[test]
    fn the_scale_is_exact_and_round() {
        for (side, scale, mm) in [
            (10.0, 200, 50.0),
            (20.0, 500, 40.0),
            (50.0, 1000, 50.0),
            (100.0, 2000, 50.0),
            (700.0, 10_000, 70.0),
        ] {
            let wkb = square(355_000.25, 6_689_000.5, side);
            let extent = Extent::around(bounds(&wkb).expect("a box"), FRAME);
            assert_eq!(extent.scale, scale, "{side}");
            let plan = draw(&extent, &[shape(Kind::Subject, wkb, "AB 1")]);
            let (left, top) = (90.0 - mm / 2.0, 60.0 - mm / 2.0);
            let (right, bottom) = (left + mm, top + mm);
            let path = format!(
                "M{left} {bottom}L{right} {bottom}L{right} {top}L{left} {top}L{left} {bottom}Z"
            );
            assert!(plan.contains(&path), "{path} in {plan}");
            assert!(plan.contains("width=\"180mm\" height=\"120mm\" viewBox=\"0 0 180 120\""));
        }
    }

    #[test]
    fn the_bar_is_as_long_as_it_says() {
        for (scale, metres, mm) in [
            (200, 10.0, 50.0),
            (500, 20.0, 40.0),
            (1000, 50.0, 50.0),
            (2500, 100.0, 40.0),
        ] {
            let extent = Extent {
                frame: FRAME,
                scale,
                ground: Bbox {
                    min_x: 0.0,
                    min_y: 0.0,
                    max_x: 1.0,
                    max_y: 1.0,
                },
            };
            let mut out = String::new();
            scale_bar(&mut out, &extent);
            assert!(out.contains(&format!("h{mm}v1.6")), "{out}");
            assert!(out.contains(&format!(">{metres}\u{a0}m<")), "{out}");
        }
    }

    #[test]
    fn what_people_wrote_is_text_and_what_is_broken_is_left_out() {
        let extent = Extent::around(
            Bbox {
                min_x: 0.0,
                min_y: 0.0,
                max_x: 20.0,
                max_y: 20.0,
            },
            FRAME,
        );
        let plan = draw(
            &extent,
            &[
                shape(Kind::Subject, square(0.0, 0.0, 20.0), "<script>&\""),
                shape(Kind::Parcel, vec![1, 2, 3], "rien"),
            ],
        );
        assert!(plan.contains("&lt;script&gt;&amp;") && !plan.contains("<script>"));
        assert_eq!(plan.matches("stroke=\"#6f7a84\"").count(), 0);
    }

    #[test]
    fn labels_do_not_cover_each_other() {
        let extent = Extent::around(
            Bbox {
                min_x: 0.0,
                min_y: 0.0,
                max_x: 20.0,
                max_y: 20.0,
            },
            FRAME,
        );
        let own = shape(Kind::Subject, square(0.0, 0.0, 20.0), "AB 1");
        let under = shape(Kind::Parcel, square(0.0, 0.0, 20.0), "AB 2");
        let plan = draw(&extent, &[under, own]);
        assert!(plan.contains(">AB 1</text>") && !plan.contains(">AB 2</text>"));
    }
}
