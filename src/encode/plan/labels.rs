//! Words on a plan, none over another.

use std::fmt::Write as _;

use super::{Frame, Kind};

/// Width of a letter, in heights of the font.
const LETTER: f64 = 0.52;

/// Room kept between two labels, in millimetres.
const APART: f64 = 0.4;

/// The labels placed so far; the first to come has its place.
pub struct Labels {
    frame: Frame,
    /// Left, top, right, bottom.
    taken: Vec<[f64; 4]>,
    out: String,
}

impl Labels {
    pub fn new(frame: Frame) -> Self {
        Self {
            frame,
            // The scale bar and the north.
            taken: vec![
                [0.0, frame.height - 11.0, 74.0, frame.height],
                [frame.width - 17.0, 0.0, frame.width, 18.0],
            ],
            out: String::from(
                "<g text-anchor=\"middle\" paint-order=\"stroke\" stroke=\"#ffffff\" stroke-linejoin=\"round\">",
            ),
        }
    }

    /// Writes a label about there, or not at all where there is no room. What the plan is about,
    /// its zones and its neighbours are moved a little to find some.
    pub fn add(&mut self, kind: Kind, (x, y): (f64, f64), text: &str) {
        let (size, weight, color) = match kind {
            Kind::Subject => (4.2, "bold", "#a61e4d"),
            Kind::Zone => (4.2, "bold", "#7a1f10"),
            Kind::Neighbour => (3.2, "bold", "#1c2733"),
            Kind::Parcel | Kind::Building => (2.5, "normal", "#4d5b67"),
        };
        let steps: &[f64] = match kind {
            Kind::Parcel | Kind::Building => &[0.0],
            _ => &[0.0, 1.1, -1.1, 2.2, -2.2, 3.3, -3.3],
        };
        let half = text.chars().count() as f64 * LETTER * size / 2.0;
        for step in steps {
            let y = y + step * size;
            let room = [
                x - half - APART,
                y - size * 0.5 - APART,
                x + half + APART,
                y + size * 0.5 + APART,
            ];
            if self.is_free(&room) {
                self.taken.push(room);
                let _ = write!(
                    self.out,
                    "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{size}\" font-weight=\"{weight}\" \
                     fill=\"{color}\" stroke-width=\"{:.2}\">{}</text>",
                    x,
                    y + size * 0.33,
                    size * 0.22,
                    escaped(text)
                );
                return;
            }
        }
    }

    pub fn written(mut self) -> String {
        self.out.push_str("</g>");
        self.out
    }

    fn is_free(&self, room: &[f64; 4]) -> bool {
        let [left, top, right, bottom] = *room;
        let inside =
            left >= 0.0 && top >= 0.0 && right <= self.frame.width && bottom <= self.frame.height;
        inside
            && !self.taken.iter().any(|taken| {
                left < taken[2] && taken[0] < right && top < taken[3] && taken[1] < bottom
            })
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}
