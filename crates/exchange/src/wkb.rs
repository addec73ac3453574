//! Walks over WKB without building geometries.

use crate::Unsound;

/// Deepest nesting of collections.
const DEEPEST: u32 = 16;

const SHORT: Unsound = Unsound("a geometry is shorter than it says");

/// The number of vertices of an ISO WKB geometry with the little end first.
///
/// # Errors
/// When the bytes are not exactly one such geometry of points, lines, polygons, or of collections
/// of these, nested at most sixteen deep.
pub fn vertices(wkb: &[u8]) -> Result<u64, Unsound> {
    let mut rest = wkb;
    let count = geometry(&mut rest, 0)?;
    if rest.is_empty() {
        Ok(count)
    } else {
        Err(Unsound("a geometry is longer than it says"))
    }
}

/// The first position of a WKB in little endian, as ours are: behind heads of types and counts.
pub fn first_point(wkb: &[u8]) -> Option<(f64, f64)> {
    let mut rest = wkb;
    loop {
        let kind = u32::from_le_bytes(rest.get(1..5)?.try_into().ok()?) % 1000;
        rest = &rest[5..];
        match kind {
            1 => break,
            2 => {
                rest = rest.get(4..)?;
                break;
            }
            3 => {
                rest = rest.get(8..)?;
                break;
            }
            _ => rest = rest.get(4..)?,
        }
    }
    let number = |at: usize| Some(f64::from_le_bytes(rest.get(at..at + 8)?.try_into().ok()?));
    Some((number(0)?, number(8)?))
}

fn geometry(rest: &mut &[u8], depth: u32) -> Result<u64, Unsound> {
    if depth > DEEPEST {
        return Err(Unsound("a geometry is nested too deep"));
    }
    let order = take(rest, 1)?;
    if order != [1] {
        return Err(Unsound("a geometry has its big end first"));
    }
    let kind = number(rest)?;
    let size = match kind / 1000 {
        0 => 16,
        1 | 2 => 24,
        3 => 32,
        _ => return Err(Unsound("a geometry has an unknown kind")),
    };
    match kind % 1000 {
        1 => take(rest, size).map(|_| 1),
        2 => line(rest, size),
        3 => sum(rest, |rest| line(rest, size)),
        4..=7 => sum(rest, |rest| geometry(rest, depth + 1)),
        _ => Err(Unsound("a geometry has an unknown kind")),
    }
}

fn sum(
    rest: &mut &[u8],
    mut part: impl FnMut(&mut &[u8]) -> Result<u64, Unsound>,
) -> Result<u64, Unsound> {
    let mut total = 0;
    for _ in 0..number(rest)? {
        total += part(rest)?;
    }
    Ok(total)
}

fn line(rest: &mut &[u8], size: usize) -> Result<u64, Unsound> {
    let count = number(rest)?;
    let bytes = (count as usize).checked_mul(size).ok_or(SHORT)?;
    take(rest, bytes)?;
    Ok(u64::from(count))
}

fn number(rest: &mut &[u8]) -> Result<u32, Unsound> {
    let (head, tail) = rest.split_first_chunk().ok_or(SHORT)?;
    *rest = tail;
    Ok(u32::from_le_bytes(*head))
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Unsound> {
    let (head, tail) = rest.split_at_checked(count).ok_or(SHORT)?;
    *rest = tail;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(kind: u32) -> Vec<u8> {
        [&[1][..], &kind.to_le_bytes()].concat()
    }

    fn count(count: u32) -> [u8; 4] {
        count.to_le_bytes()
    }

    #[test]
    fn vertices_are_counted_in_every_kind() {
        let point = [head(1001), vec![0; 24]].concat();
        assert_eq!(vertices(&point), Ok(1));
        let ring = [&count(4)[..], &[0; 64]].concat();
        let polygon = [head(3), count(2).to_vec(), ring.clone(), ring].concat();
        assert_eq!(vertices(&polygon), Ok(8));
        let many = [head(7), count(2).to_vec(), point, polygon].concat();
        assert_eq!(vertices(&many), Ok(9));
    }

    #[test]
    fn a_geometry_that_lies_is_refused_without_memory() {
        let line = [head(2), count(u32::MAX).to_vec()].concat();
        assert_eq!(vertices(&line), Err(SHORT));
        let polygon = [head(3), count(u32::MAX).to_vec()].concat();
        assert_eq!(vertices(&polygon), Err(SHORT));
        let mut deep = Vec::new();
        for _ in 0..100_000 {
            deep.extend(head(7));
            deep.extend(count(1));
        }
        assert_eq!(
            vertices(&deep),
            Err(Unsound("a geometry is nested too deep"))
        );
        assert!(vertices(&[]).is_err());
        assert!(vertices(&[0; 21]).is_err());
    }
}
