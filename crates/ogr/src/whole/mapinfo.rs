//! MapInfo: the parts of a table, and the shapes and values of an interchange file.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use exchange::{Lack, ends};

use super::shapefile::values;
use super::{part, size};
use crate::encoding::beside;

/// What a native table lacks.
pub fn tab(path: &Path) -> io::Result<Option<Lack>> {
    let (head, _) = ends(path)?;
    let head = String::from_utf8_lossy(&head).to_ascii_uppercase();
    if !head.contains("TYPE NATIVE") {
        return Ok(None);
    }
    let Some(table) = beside(path, "dat") else {
        return Ok(Some(part("dat")));
    };
    if let Err(lack) = values(&table)? {
        return Ok(Some(lack));
    }
    // A table without shapes has neither.
    let (map, id) = (beside(path, "map"), beside(path, "id"));
    let lack = match (map, id) {
        (Some(_), None) => Some(part("id")),
        (None, Some(index)) if size(&index)? > 0 => Some(part("map")),
        _ => None,
    };
    Ok(lack)
}

/// Words with which a shape begins, in a `.mif` (MapInfo interchange format, appendix of the
/// reference guide).
const SHAPES: [&str; 12] = [
    "NONE",
    "POINT",
    "LINE",
    "PLINE",
    "REGION",
    "ARC",
    "TEXT",
    "RECT",
    "ROUNDRECT",
    "ELLIPSE",
    "MULTIPOINT",
    "COLLECTION",
];

/// What an interchange file lacks: each of its shapes has a row in the `.mid`.
pub fn mif(path: &Path) -> io::Result<Option<Lack>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let (mut columns, mut data, mut shapes, mut inner) = (0, false, 0, 0_u64);
    loop {
        line.clear();
        if file.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let mut words = text.split_ascii_whitespace();
        let first = words.next().unwrap_or_default().to_ascii_uppercase();
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match first.as_str() {
            "COLUMNS" if !data => columns = number(),
            "DATA" if !data => data = true,
            word if !data || !SHAPES.contains(&word) => {}
            // The parts of a collection follow it, each as a shape.
            _ if inner > 0 => inner -= 1,
            word => {
                shapes += 1;
                if word == "COLLECTION" {
                    inner = number();
                }
            }
        }
    }
    if !data {
        return Ok(Some(Lack::End));
    }
    if columns == 0 {
        return Ok(None);
    }
    let Some(table) = beside(path, "mid") else {
        return Ok(Some(part("mid")));
    };
    let values = lines(&table)?;
    Ok((shapes != values).then_some(Lack::Rows { shapes, values }))
}

/// Lines of a `.mid` that are not empty.
fn lines(path: &Path) -> io::Result<u64> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut line, mut count) = (Vec::new(), 0);
    loop {
        line.clear();
        if file.read_until(b'\n', &mut line)? == 0 {
            return Ok(count);
        }
        count += u64::from(!line.trim_ascii().is_empty());
    }
}
