//! Whether two geometries are the same but for what projections and decimals do to coordinates.

/// Whether two WKB geometries have the same structure, and each position lies within `tolerance` of
/// the other's (units of their system). A ring may begin elsewhere.
pub(super) fn same_within(one: &[u8], other: &[u8], tolerance: f64) -> bool {
    one.len() == other.len() && Pair { one, other, at: 0 }.same(tolerance) == Some(true)
}

/// Both geometries, read side by side as long as their heads agree.
struct Pair<'a> {
    one: &'a [u8],
    other: &'a [u8],
    at: usize,
}

impl Pair<'_> {
    /// None where the bytes end or are not what the database writes: little-endian, in two
    /// dimensions.
    fn same(&mut self, tolerance: f64) -> Option<bool> {
        let (one, other) = (self.take(5)?, self.take_other(5)?);
        if one != other || one[0] != 1 {
            return Some(false);
        }
        match u32::from_le_bytes([one[1], one[2], one[3], one[4]]) {
            1 => self.positions(1, false, tolerance),
            2 => {
                let Some(points) = self.count()? else {
                    return Some(false);
                };
                self.positions(points, false, tolerance)
            }
            3 => self.each(|pair| {
                let Some(points) = pair.count()? else {
                    return Some(false);
                };
                pair.positions(points, true, tolerance)
            }),
            4..=7 => self.each(|pair| pair.same(tolerance)),
            _ => Some(false),
        }
    }

    /// Parts or rings, one after the other.
    fn each(&mut self, mut part: impl FnMut(&mut Self) -> Option<bool>) -> Option<bool> {
        let Some(parts) = self.count()? else {
            return Some(false);
        };
        for _ in 0..parts {
            if !part(self)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn positions(&mut self, points: usize, ring: bool, tolerance: f64) -> Option<bool> {
        let bytes = points.checked_mul(16)?;
        let (one, other) = (self.take(bytes)?, self.take_other(bytes)?);
        let apart = |a: usize, b: usize| {
            let (ax, ay) = position(one, a);
            let (bx, by) = position(other, b);
            (ax - bx).hypot(ay - by)
        };
        let near = |shift: usize| {
            // The last position of a ring repeats the first.
            let turn = if ring { points - 1 } else { points };
            (0..turn).all(|place| apart(place, (place + shift) % turn) <= tolerance)
        };
        if points == 0 || near(0) {
            return Some(true);
        }
        let starts = if ring { 1..points - 1 } else { 0..0 };
        Some(
            starts
                .filter(|start| apart(0, *start) <= tolerance)
                .any(near),
        )
    }

    /// The count that both have at this place; none when they differ.
    fn count(&mut self) -> Option<Option<usize>> {
        let (one, other) = (self.take(4)?, self.take_other(4)?);
        let count = u32::from_le_bytes([one[0], one[1], one[2], one[3]]);
        Some((one == other).then_some(count as usize))
    }

    fn take<'b>(&mut self, length: usize) -> Option<&'b [u8]>
    where
        Self: 'b,
    {
        let end = self.at.checked_add(length)?;
        let bytes = self.one.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    /// The other's bytes that stand where [`Self::take`] has just read.
    fn take_other<'b>(&self, length: usize) -> Option<&'b [u8]>
    where
        Self: 'b,
    {
        self.other.get(self.at - length..self.at)
    }
}

fn position(bytes: &[u8], place: usize) -> (f64, f64) {
    let double = |at: usize| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[at..at + 8]);
        f64::from_le_bytes(eight)
    };
    (double(place * 16), double(place * 16 + 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(ring: &[(f64, f64)]) -> Vec<u8> {
        let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0];
        bytes.extend((ring.len() as u32).to_le_bytes());
        bytes.extend(
            ring.iter()
                .flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat()),
        );
        bytes
    }

    const SQUARE: [(f64, f64); 5] = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)];

    #[test]
    fn a_square_is_itself_wherever_it_begins_and_however_it_trembles() {
        let square = polygon(&SQUARE);
        assert!(same_within(&square, &square, 0.0));
        let turned = [SQUARE[2], SQUARE[3], SQUARE[0], SQUARE[1], SQUARE[2]];
        assert!(same_within(&square, &polygon(&turned), 0.0));
        let trembling = turned.map(|(x, y)| (x + 0.006, y - 0.006));
        assert!(same_within(&square, &polygon(&trembling), 0.01));
        assert!(!same_within(&square, &polygon(&trembling), 0.008));
        let mut moved = SQUARE;
        moved[2].0 += 0.02;
        assert!(!same_within(&square, &polygon(&moved), 0.01));
        assert!(!same_within(&square, &polygon(&SQUARE[..4]), 1e9));
    }

    #[test]
    fn what_is_cut_is_not_the_same() {
        let square = polygon(&SQUARE);
        for end in 0..square.len() {
            assert!(!same_within(&square[..end], &square[..end], 1.0), "{end}");
        }
    }
}
