//! Geometries as PostGIS writes them into a table: WKB or EWKB in hexadecimal.

use exchange::Cell;

use super::parse::{Unreadable, text, unreadable};
use crate::model::Srid;

/// Flag of EWKB before a reference system.
const WITH_SRID: u32 = 0x2000_0000;
/// Flags of EWKB for heights and measures, and what ISO WKB adds to the kind instead.
const MORE: [(u32, u32); 2] = [(0x8000_0000, 1000), (0x4000_0000, 2000)];
/// Collections in one another, at most.
const DEEPEST: u32 = 8;

/// Whether a text may be a WKB: whole bytes, an order, a known kind.
pub(super) fn is_wkb(text: &str) -> bool {
    let text = bare(text);
    text.len() >= 18
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && head(text).is_some_and(|(kind, _)| (1..=17).contains(&(kind % 1000)))
}

/// The system that EWKB states.
pub(super) fn stated(text: &str) -> Option<Srid> {
    let (_, srid) = head(bare(text))?;
    srid.and_then(|srid| i32::try_from(srid).ok()).map(Srid)
}

/// The geometry of a cell as little-endian ISO WKB; none when the cell is empty.
pub(super) fn geometry(cell: &Cell) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(text) = text(cell)? else {
        return Ok(None);
    };
    let made = bytes(bare(text)).and_then(|bytes| {
        let mut made = Vec::with_capacity(bytes.len());
        let mut from = Reader(&bytes);
        (from.geometry(&mut made, 0).is_some() && from.0.is_empty()).then_some(made)
    });
    made.map(Some).ok_or_else(|| unreadable(text))
}

/// Without the `\\x` and `0x` before it.
fn bare(text: &str) -> &str {
    let begun = |sign| text.strip_prefix(sign);
    begun("\\x").or_else(|| begun("0x")).unwrap_or(text)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    (text.len().is_multiple_of(2) && text.is_ascii()).then(|| digits.map(byte).collect())?
}

/// Kind, flags taken out, and reference system of the first geometry.
fn head(text: &str) -> Option<(u32, Option<u32>)> {
    let first = bytes(text.get(..text.len().min(18))?)?;
    Reader(&first).head()
}

/// Reads WKB of either end.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self, big: bool) -> Option<u32> {
        let four: [u8; 4] = self.take(4)?.try_into().ok()?;
        Some(if big {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    }

    fn head(&mut self) -> Option<(u32, Option<u32>)> {
        let big = self.order()?;
        self.kind(big)
    }

    /// Whether the big end comes first.
    fn order(&mut self) -> Option<bool> {
        match self.take(1)? {
            [0] => Some(true),
            [1] => Some(false),
            _ => None,
        }
    }

    fn kind(&mut self, big: bool) -> Option<(u32, Option<u32>)> {
        let stated = self.number(big)?;
        let more = MORE.iter().filter(|(flag, _)| stated & flag != 0);
        let kind = (stated & 0x0fff_ffff) + more.map(|(_, more)| more).sum::<u32>();
        let srid = if stated & WITH_SRID == 0 {
            None
        } else {
            Some(self.number(big)?)
        };
        Some((kind, srid))
    }

    /// Writes the geometry that comes next as little-endian ISO WKB.
    fn geometry(&mut self, into: &mut Vec<u8>, depth: u32) -> Option<()> {
        let big = self.order()?;
        let (kind, _) = self.kind(big)?;
        into.push(1);
        into.extend(kind.to_le_bytes());
        let size = match kind / 1000 {
            0 => 2,
            1 | 2 => 3,
            3 => 4,
            _ => return None,
        };
        match kind % 1000 {
            1 => self.positions(1, size, big, into),
            2 => self.line(size, big, into),
            3 => {
                for _ in 0..self.count(big, into)? {
                    self.line(size, big, into)?;
                }
                Some(())
            }
            4..=7 if depth < DEEPEST => {
                for _ in 0..self.count(big, into)? {
                    self.geometry(into, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn count(&mut self, big: bool, into: &mut Vec<u8>) -> Option<u32> {
        let count = self.number(big)?;
        into.extend(count.to_le_bytes());
        Some(count)
    }

    fn line(&mut self, size: usize, big: bool, into: &mut Vec<u8>) -> Option<()> {
        let count = self.count(big, into)?;
        self.positions(count as usize, size, big, into)
    }

    fn positions(
        &mut self,
        count: usize,
        size: usize,
        big: bool,
        into: &mut Vec<u8>,
    ) -> Option<()> {
        let all = self.take(count.checked_mul(size * 8)?)?;
        if !big {
            into.extend_from_slice(all);
            return Some(());
        }
        for eight in all.chunks_exact(8) {
            into.extend(eight.iter().rev());
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        geometry(&Cell::Text(text.as_bytes().to_vec()))
    }

    #[test]
    fn wkb_of_either_end_and_ewkb_are_the_same_point() {
        let iso = "0101000000000000000000F03F0000000000000040";
        let made = read(iso).expect("readable").expect("a point");
        assert_eq!(made[5..13], 1.0_f64.to_le_bytes());
        assert_eq!(made[13..], 2.0_f64.to_le_bytes());
        let ewkb = "01010000206A080000000000000000F03F0000000000000040";
        assert_eq!(stated(ewkb), Some(Srid(2154)));
        assert_eq!(stated(iso), None);
        let big = "00000000013FF00000000000004000000000000000";
        for other in [ewkb, big, "\\x0101000000000000000000f03f0000000000000040"] {
            assert!(is_wkb(other), "{other}");
            assert_eq!(read(other).as_ref(), Ok(&Some(made.clone())), "{other}");
        }
    }

    #[test]
    fn heights_are_iso_and_what_is_cut_is_unreadable() {
        let with_height = "0101000080000000000000F03F00000000000000400000000000000840";
        let made = read(with_height).expect("readable").expect("a point");
        assert_eq!(made[1..5], 1001_u32.to_le_bytes());
        assert_eq!(made.len(), 29);
        assert!(read(&with_height[..40]).is_err());
        assert!(read(&format!("{with_height}00")).is_err());
        assert_eq!(read(""), Ok(None));
        for other in ["0448109876", "44109000AB0123", "DEADBEEFDEADBEEFDEADBEEF"] {
            assert!(!is_wkb(other), "{other}");
        }
    }
}
