//! Spikes: a contour that goes out and comes back on itself, which drawing by hand leaves.

use super::Survey;
use crate::plane::on_every_core;

/// Sine of the sharpest angle that is no spike, about one degree.
const SHARP: f64 = 0.02;

/// Length from which a spike is one, in metres.
const LONG: f64 = 0.2;

/// A vertex at the end of a spike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ingest::checks) struct Spike {
    pub row: i64,
    pub x: f64,
    pub y: f64,
    /// How far it stands out, in metres.
    pub length: f64,
    /// How wide it is at its base.
    pub width: f64,
}

impl Survey {
    /// The spikes that are not wider at their base than so many metres.
    pub(in crate::ingest::checks) fn spikes(&self, width_m: f64) -> Vec<Spike> {
        let plane = &self.plane;
        let spike = |at: &u32| {
            let at = *at;
            let [x, y] = plane.point(at);
            let side = |[px, py]: [f64; 2]| (px - x, py - y);
            let (a, b) = (
                side(plane.point(plane.previous(at))),
                side(plane.point(plane.next(at))),
            );
            if a.0 * b.0 + a.1 * b.1 <= 0.0 {
                return None;
            }
            let (one, other) = (a.0.hypot(a.1), b.0.hypot(b.1));
            let sine = (a.0 * b.1 - a.1 * b.0).abs() / (one * other);
            let length = one.min(other);
            let width = length * sine;
            (sine < SHARP && length > LONG && width < width_m).then(|| Spike {
                row: plane.shapes[plane.shape_of(at) as usize].row,
                x,
                y,
                length,
                width,
            })
        };
        let parts = on_every_core(&plane.places(), |places| {
            places.iter().filter_map(spike).collect::<Vec<_>>()
        });
        parts.concat()
    }
}
