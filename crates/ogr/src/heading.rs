//! Which line of a table names its columns: people put titles above it, or leave it out.

use exchange::{Column, ColumnKind, Heading};

/// Lines looked at.
pub const LOOKED: usize = 20;

/// Part of the widest line's cells that a line of names fills, in tenths.
const FILLED: usize = 6;

/// What names the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where the names are.
    pub heading: Heading,
    /// The names; columns that have none are numbered.
    pub names: Vec<String>,
    /// Lines before the first one of values.
    pub before: usize,
}

impl Named {
    /// The columns, of text.
    pub fn columns(&self) -> Vec<Column> {
        let column = |name: &String| Column {
            name: name.clone(),
            kind: ColumnKind::Text,
            width: 0,
        };
        self.names.iter().map(column).collect()
    }
}

/// Finds the names among the first lines of a table; none when all are empty.
pub fn find(lines: &[Vec<String>]) -> Option<Named> {
    let filled = |line: &[String]| line.iter().filter(|cell| !cell.trim().is_empty()).count();
    let widest = lines.iter().map(|line| filled(line)).max()?;
    if widest == 0 {
        return None;
    }
    let at = lines.iter().position(|line| {
        let filled = filled(line);
        filled * 10 >= widest * FILLED && (filled > 1 || widest == 1)
    })?;
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    if holds_values(&lines[at], &lines[at + 1..]) {
        return Some(Named {
            heading: Heading::Missing,
            names: (1..=width).map(numbered).collect(),
            before: at,
        });
    }
    let joined = lines
        .get(at + 1)
        .and_then(|below| joined(&lines[at], below));
    let last = at + usize::from(joined.is_some());
    Some(Named {
        heading: Heading::Line(u32::try_from(last + 1).unwrap_or(u32::MAX)),
        names: names(joined.as_deref().unwrap_or(&lines[at])),
        before: last + 1,
    })
}

/// The names of two lines, where the second divides columns of the first: « Coordonnées » over the cells
/// of « Longitude » and « Latitude »; none where the second holds values.
fn joined(line: &[String], below: &[String]) -> Option<Vec<String>> {
    let cell =
        |line: &[String], column: usize| line.get(column).map_or("", |cell| cell.trim()).to_owned();
    let width = line.len().max(below.len());
    let columns: Vec<(String, String)> = (0..width)
        .map(|column| (cell(line, column), cell(below, column)))
        .collect();
    let divides = |column: usize| {
        let (above, name) = &columns[column];
        let next = columns.get(column + 1);
        let opens = next.is_some_and(|(above, name)| above.is_empty() && !name.is_empty());
        name.is_empty() || number(name).is_none() && (above.is_empty() || opens)
    };
    let inside = columns
        .iter()
        .any(|(above, name)| above.is_empty() && !name.is_empty());
    let alone = columns
        .iter()
        .any(|(above, name)| !above.is_empty() && name.is_empty());
    let names = columns.iter().map(|(above, name)| match name.as_str() {
        "" => above.clone(),
        name => name.to_owned(),
    });
    (inside && alone && (0..width).all(divides)).then(|| names.collect())
}

fn numbered(column: usize) -> String {
    format!("colonne_{column}")
}

/// The names that a line gives; a separator at its end makes no column.
fn names(line: &[String]) -> Vec<String> {
    let last = line.iter().rposition(|cell| !cell.trim().is_empty());
    line.iter()
        .take(last.map_or(0, |last| last + 1))
        .enumerate()
        .map(|(index, cell)| match cell.trim() {
            "" => numbered(index + 1),
            name => name.to_owned(),
        })
        .collect()
}

/// Whether a line holds values: a number above numbers, that is not the year of a column.
fn holds_values(line: &[String], below: &[Vec<String>]) -> bool {
    let under = |column: usize| {
        let mut cells = below
            .iter()
            .filter_map(|line| line.get(column))
            .filter(|cell| !cell.trim().is_empty())
            .peekable();
        cells.peek().is_none() || cells.all(|cell| number(cell).is_some())
    };
    line.iter().enumerate().any(|(column, cell)| {
        let year = |number: &f64| (1900.0..=2100.0).contains(number) && number.fract() == 0.0;
        number(cell).is_some_and(|number| !year(&number)) && under(column)
    })
}

fn number(cell: &str) -> Option<f64> {
    cell.trim().replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str]) -> Option<(Heading, String, usize)> {
        let split = |line: &&str| line.split(';').map(str::to_owned).collect();
        let lines: Vec<Vec<String>> = lines.iter().map(split).collect();
        find(&lines).map(|named| (named.heading, named.names.join(";"), named.before))
    }

    #[test]
    fn names_stand_in_the_first_line_or_below_a_title() {
        let line = |at, names: &str, before| Some((Heading::Line(at), names.to_owned(), before));
        assert_eq!(found(&["nom;type", "Mairie;a"]), line(1, "nom;type", 1));
        assert_eq!(found(&["nom", "Mairie"]), line(1, "nom", 1));
        let titled = ["Écoles de Rezé;;", ";;", "uai;nom;", "0440001A;Jaurès;x"];
        assert_eq!(found(&titled), line(3, "uai;nom", 3));
        // Years name columns too, and a column without a name is numbered.
        let years = ["école;2023;;2024", "Jaurès;120;a;130"];
        assert_eq!(found(&years), line(1, "école;2023;colonne_3;2024", 1));
        assert_eq!(found(&["a;b;c"]), line(1, "a;b;c", 1));
        assert_eq!(found(&["", ";;"]), None);
    }

    #[test]
    fn a_second_line_may_divide_columns_of_the_first() {
        let merged = [
            "uai;nom;Coordonnées;;effectif",
            ";;lon;lat;",
            "A;Jaurès;-1.5;47.2;120",
        ];
        let names = "uai;nom;lon;lat;effectif".to_owned();
        assert_eq!(found(&merged), Some((Heading::Line(2), names, 2)));
        // A row that lacks values is none.
        for below in [
            ";Jaurès;-1.5;47.2;",
            "A;;lon;lat;",
            ";;;;120",
            "A;Jaurès;;x;",
        ] {
            let lines = [
                "uai;nom;Coordonnées;;effectif",
                below,
                "B;Ferry;-1.5;47.2;120",
            ];
            let (heading, ..) = found(&lines).expect("columns");
            assert_eq!(heading, Heading::Line(1), "{below}");
        }
    }

    #[test]
    fn a_line_of_values_is_no_line_of_names() {
        let lines = ["M1;Mairie;44143;-1,55", "M2;Annexe;44143;-1,56"];
        let (heading, names, before) = found(&lines).expect("columns");
        assert_eq!((heading, before), (Heading::Missing, 0));
        assert_eq!(names, "colonne_1;colonne_2;colonne_3;colonne_4");
    }
}
