//! Names as a Shapefile's DBF keeps them: ten bytes, told apart by a number.

use crate::catalogue::{Field, Layer};

use super::fold;

/// Bytes of a column's name in DBF.
const LONGEST: usize = 10;

/// The names that GDAL gives in a DBF to the fields of a layer, written in their order: cut to ten
/// bytes, and where that name is taken, to eight with `_1`, `_2`… behind them.
pub(super) fn names(layer: &Layer) -> Vec<(String, usize)> {
    let mut given: Vec<(String, usize)> = Vec::new();
    for (place, field) in layer.fields.iter().enumerate() {
        let mut name = head(&field.name, LONGEST);
        let mut number = 1;
        while given.iter().any(|(other, _)| *other == name) && number < 100 {
            name = if number < 10 {
                format!("{}_{number}", head(&field.name, LONGEST - 2))
            } else {
                format!("{}{number}", head(&field.name, LONGEST - 2))
            };
            number += 1;
        }
        given.push((name, place));
    }
    given
}

/// The field whose cut name the column bears: as GDAL cuts the layer's own names, or else the only
/// one whose name, alias or title begins so.
pub(super) fn field_of(layer: &Layer, cut: &[(String, usize)], column: &str) -> Option<usize> {
    let lower = column.to_lowercase();
    if lower.len() != LONGEST {
        return None;
    }
    if let Some((_, place)) = cut.iter().find(|(name, _)| *name == lower) {
        return Some(*place);
    }
    let folded = fold(column);
    let begins = |field: &Field| {
        std::iter::once(&field.name)
            .chain(&field.aliases)
            .chain(std::iter::once(&field.title))
            .any(|known| fold(known).starts_with(&folded))
    };
    let mut found = (0..layer.fields.len()).filter(|place| begins(&layer.fields[*place]));
    match (found.next(), found.next()) {
        (Some(place), None) => Some(place),
        _ => None,
    }
}

fn head(name: &str, length: usize) -> String {
    name.chars().take(length).collect()
}
