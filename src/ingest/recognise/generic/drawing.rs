//! Drawings: what lies on a sheet of paper is no feature, and a closed line is a surface where
//! surfaces are wanted.

use exchange::{Cell, Format, Row, SourceLayer};

use crate::catalogue::GeometryType;
use crate::model::{Finding, Severity};

/// What is done with the entities of a drawing.
pub(super) struct Drawing {
    /// Column that says whether an entity lies on a sheet of paper.
    paper: Option<usize>,
    /// Whether closed lines are surfaces.
    surfaces: bool,
    told: bool,
}

/// For a source that is a drawing, on its way to features of that kind.
pub(super) fn of(format: Format, source: &SourceLayer, wanted: GeometryType) -> Option<Drawing> {
    (format == Format::Dxf).then(|| Drawing {
        paper: source
            .columns
            .iter()
            .position(|column| column.name == "PaperSpace"),
        surfaces: wanted == GeometryType::MultiPolygon,
        told: false,
    })
}

impl Drawing {
    /// Whether an entity is left aside: it belongs to a layout (frame, title block).
    pub(super) fn leaves(&self, row: &Row) -> bool {
        let cell = self.paper.and_then(|paper| row.cells.get(paper));
        match cell {
            Some(Cell::Integer(on_paper)) => *on_paper != 0,
            Some(Cell::Text(text)) => matches!(&text[..], b"1" | b"true"),
            _ => false,
        }
    }

    /// What is said of entities that are left aside, once.
    pub(super) fn left(&mut self) -> Option<Finding> {
        (!std::mem::replace(&mut self.told, true)).then(|| {
            Finding::new(
                Severity::Warning,
                "ignored",
                "Les entités de l’espace papier (mise en page, cartouche) sont laissées de côté.",
            )
            .advising("Rien à faire : seuls les objets de l’espace objet sont publiés.")
        })
    }

    /// The geometry as the collection wants it.
    pub(super) fn shaped(&self, wkb: Vec<u8>) -> Vec<u8> {
        match self.surfaces {
            true => surface(&wkb).unwrap_or(wkb),
            false => wkb,
        }
    }
}

/// The polygon that a closed line in little-endian ISO WKB draws.
fn surface(wkb: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| Some(u32::from_le_bytes(wkb.get(at..at + 4)?.try_into().ok()?));
    let (kind, count) = (number(1)?, number(5)? as usize);
    // Lines are 2, 1002 with heights, 2002 and 3002 with measures; polygons one more.
    let size = match (wkb.first()?, kind) {
        (1, 2) => 16,
        (1, 1002 | 2002) => 24,
        (1, 3002) => 32,
        _ => return None,
    };
    let points = wkb.get(9..)?;
    if count < 4 || points.len() != count.checked_mul(size)? {
        return None;
    }
    // Closed in the plane: heights may differ.
    if points[..16] != points[(count - 1) * size..][..16] {
        return None;
    }
    let mut made = Vec::with_capacity(wkb.len() + 4);
    made.push(1);
    made.extend_from_slice(&(kind + 1).to_le_bytes());
    made.extend_from_slice(&1_u32.to_le_bytes());
    made.extend_from_slice(&wkb[5..]);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[[f64; 2]]) -> Vec<u8> {
        let mut wkb = vec![1, 2, 0, 0, 0, points.len() as u8, 0, 0, 0];
        for value in points.iter().flatten() {
            wkb.extend_from_slice(&value.to_le_bytes());
        }
        wkb
    }

    #[test]
    fn a_closed_line_is_a_surface_and_an_open_one_a_line() {
        let closed = line(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]);
        let made = surface(&closed).expect("a polygon");
        assert_eq!(made[..13], [1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(made[13..], closed[9..]);
        for open in [
            line(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]),
            line(&[[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]),
            closed[..40].to_vec(),
        ] {
            assert_eq!(surface(&open), None);
        }
    }
}
