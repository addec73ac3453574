//! Where in the sheets a table, row and cell of the exercise stand.

use std::collections::BTreeMap;

use super::letters;
use crate::finding::Finding;

/// The columns of a sheet that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Heads {
    /// The sheet's own name.
    pub sheet: String,
    /// Fields, and which column each is, from 0.
    pub columns: BTreeMap<&'static str, usize>,
}

/// Where a table of the exercise stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    /// Which of the sheets.
    pub heads: usize,
    /// Its row, from 1.
    pub row: usize,
    /// The cell that the table is, when it is one alone.
    pub field: Option<&'static str>,
}

/// Where the tables of an exercise stand in the sheets that it was read from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    pub(super) heads: Vec<Heads>,
    /// By path: `services`, `0`, `members`, `2`.
    pub(super) spots: BTreeMap<Vec<String>, Spot>,
    /// Which service an id is, from 0.
    pub(super) services: BTreeMap<String, usize>,
}

impl Places {
    /// A finding of the exercise, told by its sheet, row and cell; as it is where it has no row.
    #[must_use]
    pub fn locate(&self, finding: Finding) -> Finding {
        let Some(path) = self.path(&finding) else {
            return finding;
        };
        // What is inside the longest part of the path that has a row is a column of that row.
        let found = (0..=path.len())
            .rev()
            .find_map(|n| Some((n, self.spots.get(&path[..n])?)));
        let Some((n, spot)) = found else {
            return finding;
        };
        let inside = path[n..].join(".");
        let field = spot.field.filter(|_| inside.is_empty());
        self.at(spot, field.unwrap_or(&inside), finding.message)
    }

    /// A finding at a field of a row.
    pub(super) fn at(&self, spot: &Spot, field: &str, message: String) -> Finding {
        let heads = &self.heads[spot.heads];
        let column = heads.columns.get(field);
        Finding {
            table: format!("sheet « {} »", heads.sheet),
            row: Some(spot.row),
            cell: column.map(|column| format!("{}{}", letters(*column), spot.row)),
            message,
        }
    }

    /// The path of a finding's cell, from its words: `services « sig » › agents, row 2 › periods`.
    fn path(&self, finding: &Finding) -> Option<Vec<String>> {
        let mut path = Vec::new();
        let tables = finding.table.split(" › ");
        for table in tables.filter(|table| !matches!(*table, "" | "exercise")) {
            if let Some((name, id)) = table.split_once(" « ") {
                let at = self.services.get(id.strip_suffix(" »")?)?;
                path.extend([name.to_owned(), at.to_string()]);
            } else if let Some((name, row)) = table.split_once(", row ") {
                let row: usize = row.parse().ok()?;
                path.extend([name.to_owned(), row.checked_sub(1)?.to_string()]);
            } else {
                path.push(table.to_owned());
            }
        }
        path.extend(finding.row.map(|row| (row - 1).to_string()));
        path.extend(finding.cell.clone());
        Some(path)
    }
}
