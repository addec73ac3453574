//! Geometries as readers give them, made what the tables want, in one walk over their bytes: what
//! PostGIS would refuse to read would end the whole COPY.

mod fault;
#[cfg(test)]
mod tests;

pub(super) use fault::Fault;
pub use fault::GeometryFault;
use fault::{broken, malformed};

use crate::catalogue::GeometryType;
use crate::model::Srid;

/// What a geometry became.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// Whether there is one; the bytes were appended to the buffer.
    pub present: bool,
    /// What was wrong with it: mended where there is a geometry, left out where there is none.
    pub fault: Option<Fault>,
}

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_POLYGON: u32 = 6;
const COLLECTION: u32 = 7;

/// Collections inside collections, at most.
const DEEPEST: u32 = 8;

/// How geometries are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// The system of their coordinates.
    pub srid: Srid,
    /// Whether what can be is mended.
    pub mend: bool,
    /// Coordinates beyond this, of either sign, are none of that system.
    pub farthest: f64,
}

/// Appends a geometry (ISO WKB or EWKB) to `into` as two-dimensional EWKB of that system.
pub(super) fn shape(wkb: &[u8], wanted: GeometryType, how: How, into: &mut Vec<u8>) -> Outcome {
    let start = into.len();
    let mut walk = Walk {
        input: wkb,
        at: 0,
        how,
        fault: None,
        out: into,
    };
    let present = match walk.whole(wanted, how.srid) {
        Ok(present) => present,
        Err(fault) => {
            walk.fault = Some(fault);
            false
        }
    };
    let fault = walk.fault;
    if !present {
        into.truncate(start);
    }
    Outcome { present, fault }
}

struct Walk<'a> {
    input: &'a [u8],
    at: usize,
    how: How,
    fault: Option<Fault>,
    out: &'a mut Vec<u8>,
}

/// What stands before a geometry's content.
struct Head {
    little: bool,
    kind: u32,
    /// Numbers beyond X and Y in each position.
    extra: usize,
}

impl Walk<'_> {
    fn whole(&mut self, wanted: GeometryType, srid: Srid) -> Result<bool, Fault> {
        let head = self.head()?;
        let multi = matches!(
            (wanted, head.kind),
            (GeometryType::MultiPoint, POINT)
                | (GeometryType::MultiLineString, LINE)
                | (GeometryType::MultiPolygon, POLYGON)
        );
        let start = self.out.len();
        if multi {
            self.open(head.kind + 3, Some(srid));
            self.count(1);
            self.open(head.kind, None);
        } else {
            self.open(head.kind, Some(srid));
        }
        if !self.content(&head, 0)? {
            return Ok(false);
        }
        // Some programs make all they write multiple: one part alone is itself.
        if let (GeometryType::Geometry, MULTI_POINT..=MULTI_POLYGON)
        | (GeometryType::Point, MULTI_POINT) = (wanted, head.kind)
        {
            self.unwrap_single(start, head.kind - 3);
        }
        Ok(true)
    }

    /// A multiple geometry of one part becomes it: 9 bytes of head, 4 of count, 5 of head, content.
    fn unwrap_single(&mut self, start: usize, kind: u32) {
        if self.out[start + 9..start + 13] == 1_u32.to_le_bytes() {
            self.out.drain(start + 9..start + 18);
            self.out[start + 1..start + 5].copy_from_slice(&(kind | WITH_SRID).to_le_bytes());
        }
    }

    fn content(&mut self, head: &Head, depth: u32) -> Result<bool, Fault> {
        match head.kind {
            POINT => self.point(head),
            LINE => self.line(head),
            POLYGON => self.polygon(head),
            _ if depth == DEEPEST => Err(malformed()),
            _ => self.parts(head, depth),
        }
    }

    fn parts(&mut self, head: &Head, depth: u32) -> Result<bool, Fault> {
        let given = self.number(head.little)?;
        let place = self.out.len();
        self.count(0);
        let mut kept = 0;
        for _ in 0..given {
            let part = self.head()?;
            let fits = head.kind == COLLECTION || part.kind + 3 == head.kind;
            if !fits {
                return Err(malformed());
            }
            let before = self.out.len();
            self.open(part.kind, None);
            if self.content(&part, depth + 1)? {
                kept += 1;
            } else {
                self.out.truncate(before);
            }
        }
        self.out[place..place + 4].copy_from_slice(&u32::to_le_bytes(kept));
        Ok(kept > 0)
    }

    fn point(&mut self, head: &Head) -> Result<bool, Fault> {
        let (x, y) = self.position(head)?;
        if x.is_nan() && y.is_nan() {
            return Ok(false);
        }
        self.put(x, y)?;
        Ok(true)
    }

    fn line(&mut self, head: &Head) -> Result<bool, Fault> {
        let points = self.points(head)?;
        match points {
            0 => Ok(false),
            1 => self.too_short(),
            _ => Ok(true),
        }
    }

    fn polygon(&mut self, head: &Head) -> Result<bool, Fault> {
        let given = self.number(head.little)?;
        let place = self.out.len();
        self.count(0);
        let mut kept = 0;
        for ring in 0..given {
            let start = self.out.len();
            if self.ring(head, ring == 0)? {
                kept += 1;
            } else if ring == 0 {
                self.skip_rings(head, given - 1)?;
                return Ok(false);
            } else {
                self.out.truncate(start);
            }
        }
        self.out[place..place + 4].copy_from_slice(&u32::to_le_bytes(kept));
        Ok(kept > 0)
    }

    /// Reads past the holes of a surface that has no outline.
    fn skip_rings(&mut self, head: &Head, rings: u32) -> Result<(), Fault> {
        for _ in 0..rings {
            let points = self.number(head.little)? as usize;
            let bytes = points.saturating_mul(16 + 8 * head.extra);
            self.at = self.at.saturating_add(bytes);
            if self.at > self.input.len() {
                return Err(malformed());
            }
        }
        Ok(())
    }

    fn ring(&mut self, head: &Head, outer: bool) -> Result<bool, Fault> {
        let start = self.out.len();
        let mut points = self.points(head)?;
        if points == 0 {
            return Ok(false);
        }
        let (first, last) = (start + 4, self.out.len() - 16);
        if self.out[first..first + 16] != self.out[last..] {
            let place = self.place(last);
            let fault = broken(GeometryFault::OpenRing, Some(place));
            if !self.how.mend {
                return Err(fault);
            }
            self.fault = self.fault.or(Some(fault));
            self.out.extend_from_within(first..first + 16);
            points += 1;
            self.out[start..first].copy_from_slice(&points.to_le_bytes());
        }
        if points < 4 {
            return self.too_short();
        }
        if self.is_clockwise(first) == outer {
            self.reverse(first);
        }
        Ok(true)
    }

    /// What is too short to be drawn is left out when faults are mended, and stops the geometry
    /// otherwise.
    fn too_short(&mut self) -> Result<bool, Fault> {
        let last = self.out.len() - 16;
        let fault = broken(GeometryFault::TooShort, Some(self.place(last)));
        if !self.how.mend {
            return Err(fault);
        }
        self.fault = self.fault.or(Some(fault));
        Ok(false)
    }

    fn points(&mut self, head: &Head) -> Result<u32, Fault> {
        let points = self.number(head.little)?;
        let bytes = (points as usize).saturating_mul(16 + 8 * head.extra);
        if bytes > self.input.len() - self.at {
            return Err(malformed());
        }
        self.count(points);
        for _ in 0..points {
            let (x, y) = self.position(head)?;
            self.put(x, y)?;
        }
        Ok(points)
    }

    fn position(&mut self, head: &Head) -> Result<(f64, f64), Fault> {
        let (x, y) = (self.double(head.little)?, self.double(head.little)?);
        self.take(8 * head.extra)?;
        Ok((x, y))
    }

    fn put(&mut self, x: f64, y: f64) -> Result<(), Fault> {
        if !x.is_finite() || !y.is_finite() {
            return Err(broken(GeometryFault::NotFinite, None));
        }
        if x.abs().max(y.abs()) > self.how.farthest {
            return Err(broken(GeometryFault::OutsideCrs, None));
        }
        self.out.extend_from_slice(&x.to_le_bytes());
        self.out.extend_from_slice(&y.to_le_bytes());
        Ok(())
    }

    /// Twice the area, seen from the first point so that nothing is lost to large coordinates.
    fn is_clockwise(&self, first: usize) -> bool {
        let (x0, y0) = self.place(first);
        let mut area = 0.0;
        let mut before = (0.0, 0.0);
        for at in (first..self.out.len()).step_by(16) {
            let (x, y) = self.place(at);
            let here = (x - x0, y - y0);
            area += before.0 * here.1 - here.0 * before.1;
            before = here;
        }
        area < 0.0
    }

    fn reverse(&mut self, first: usize) {
        let ring = &mut self.out[first..];
        let points = ring.len() / 16;
        for place in 0..points / 2 {
            let (head, tail) = ring.split_at_mut((points - 1 - place) * 16);
            head[place * 16..place * 16 + 16].swap_with_slice(&mut tail[..16]);
        }
    }

    /// The position written there.
    fn place(&self, at: usize) -> (f64, f64) {
        let double = |from: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&self.out[from..from + 8]);
            f64::from_le_bytes(bytes)
        };
        (double(at), double(at + 8))
    }

    fn head(&mut self) -> Result<Head, Fault> {
        let little = self.take(1)?[0] == 1;
        let code = self.number(little)?;
        if code & WITH_SRID != 0 {
            self.take(4)?;
        }
        let flags = usize::from(code & WITH_Z != 0) + usize::from(code & WITH_M != 0);
        let code = code & 0x0fff_ffff;
        let iso = match code / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(malformed()),
        };
        // Faces of bodies are surfaces, seen from above.
        let kind = match code % 1000 {
            kind @ POINT..=COLLECTION => kind,
            15 | 16 => MULTI_POLYGON,
            17 => POLYGON,
            _ => return Err(malformed()),
        };
        Ok(Head {
            little,
            kind,
            extra: flags.max(iso),
        })
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Fault> {
        let end = self.at.saturating_add(length);
        let bytes = self.input.get(self.at..end).ok_or_else(malformed)?;
        self.at = end;
        Ok(bytes)
    }

    fn number(&mut self, little: bool) -> Result<u32, Fault> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.take(4)?);
        Ok(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn double(&mut self, little: bool) -> Result<f64, Fault> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8)?);
        Ok(if little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    fn open(&mut self, kind: u32, srid: Option<Srid>) {
        self.out.push(1);
        let flag = srid.map_or(0, |_| WITH_SRID);
        self.out.extend_from_slice(&(kind | flag).to_le_bytes());
        if let Some(srid) = srid {
            self.out.extend_from_slice(&srid.0.to_le_bytes());
        }
    }

    fn count(&mut self, number: u32) {
        self.out.extend_from_slice(&number.to_le_bytes());
    }
}

const WITH_Z: u32 = 0x8000_0000;
const WITH_M: u32 = 0x4000_0000;
const WITH_SRID: u32 = 0x2000_0000;
