//! Lines of a table that are no objects: names of columns once more, totals, titles between groups, notes
//! at the foot.

use exchange::{Cell, Format, Row, SourceLayer};

use crate::ingest::fold::fold;
use crate::model::{Finding, Severity};

/// Columns from which a line with one value alone is no object.
const MANY: usize = 4;

/// Tells the lines of a table that are no objects.
pub(super) struct Lines {
    /// Names of the columns, folded.
    names: Vec<String>,
}

/// Of a source that is a table.
pub(super) fn of(format: Format, source: &SourceLayer) -> Option<Lines> {
    let written = matches!(format, Format::Csv | Format::Xlsx | Format::Ods);
    (written && source.geometry.is_none()).then(|| Lines {
        names: source.columns.iter().map(|it| fold(&it.name)).collect(),
    })
}

impl Lines {
    /// What is said of a line that is no object, which is left aside; nothing of an object.
    pub(super) fn leaves(&self, row: &Row, text: &dyn Fn(&[u8]) -> String) -> Option<Finding> {
        let written = |at: usize| match &row.cells[at] {
            Cell::Null => String::new(),
            Cell::Text(bytes) => text(bytes).trim().to_owned(),
            Cell::Integer(number) => number.to_string(),
            Cell::Real(number) => number.to_string(),
        };
        let is_filled = |cell: &Cell| match cell {
            Cell::Null => false,
            Cell::Text(bytes) => !bytes.iter().all(u8::is_ascii_whitespace),
            Cell::Integer(_) | Cell::Real(_) => true,
        };
        let places = 0..row.cells.len();
        let filled: Vec<usize> = places.filter(|at| is_filled(&row.cells[*at])).collect();
        let first = written(*filled.first()?);
        let names_again = |at: &usize| self.names.get(*at) == Some(&fold(&written(*at)));
        let sums = ["total", "totaux", "soustotal"];
        let begins = fold(&first);
        let message = if filled.len() > 1 && filled.iter().all(names_again) {
            "La ligne répète les noms des colonnes : elle est laissée de côté.".to_owned()
        } else if sums.iter().any(|word| begins.starts_with(word))
            && 2 * filled.len() <= self.names.len()
        {
            format!("La ligne « {first} » est un total, pas un objet : elle est laissée de côté.")
        } else if filled.len() == 1
            && self.names.len() >= MANY
            && matches!(row.cells[filled[0]], Cell::Text(_))
        {
            format!("La ligne ne porte qu’un texte, « {first} » : elle est laissée de côté.")
        } else {
            return None;
        };
        Some(
            Finding::new(Severity::Warning, "ignored", message).advising(
                "Rien à faire, sauf si c’était un objet ; mieux vaut ne livrer que des objets.",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use exchange::{Column, ColumnKind};

    use super::*;

    fn said(cells: &[&str]) -> Option<String> {
        let lines = Lines {
            names: ["code", "nom", "commune", "places"].map(fold).to_vec(),
        };
        let cell = |text: &&str| match *text {
            "" => Cell::Null,
            text => Cell::Text(text.as_bytes().to_vec()),
        };
        let row = Row {
            fid: 1,
            cells: cells.iter().map(cell).collect(),
            geometry: None,
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        lines.leaves(&row, &text).map(|finding| finding.message)
    }

    #[test]
    fn lines_that_are_no_objects_are_told_from_those_that_are() {
        for cells in [
            ["Code", "NOM", "commune", "Places"],
            ["Total", "", "", "350"],
            ["", "Sous-total :", "", "12"],
            ["Écoles maternelles", "", "", ""],
            ["", "", "* source : DSDEN 44", ""],
        ] {
            assert!(said(&cells).is_some(), "{cells:?}");
        }
        for cells in [
            ["A1", "Total Énergies", "44109", "3"],
            ["A1", "Nom", "", ""],
            ["", "", "", ""],
            ["A1", "Jean Jaurès", "", ""],
        ] {
            assert_eq!(said(&cells), None, "{cells:?}");
        }
    }

    #[test]
    fn only_tables_have_such_lines() {
        let column = Column {
            name: "code".to_owned(),
            kind: ColumnKind::Text,
            width: 0,
        };
        let source = SourceLayer {
            columns: vec![column],
            ..SourceLayer::default()
        };
        assert!(of(Format::Xlsx, &source).is_some());
        assert!(of(Format::Shapefile, &source).is_none());
    }
}
