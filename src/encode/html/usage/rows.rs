//! The table of accounts: its lines, its orders, its heads.

use crate::model::{Booked, Figures};

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    /// Whose.
    pub account: Booked,
    /// How it is called.
    pub name: String,
    /// Sums.
    pub figures: Figures,
    /// Units for an inhabitant, where the population is known.
    pub by_inhabitant: Option<f64>,
    /// Units day by day, in thousandths; nothing where nothing was used.
    pub days: Vec<i64>,
}

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// Names.
    Name,
    /// Units.
    Units,
    /// Units for an inhabitant.
    ByInhabitant,
    /// Requests.
    Requests,
    /// Bytes.
    Bytes,
    /// Responses cut.
    Aborted,
}

impl SortBy {
    const ALL: [Self; 6] = [
        Self::Name,
        Self::Units,
        Self::ByInhabitant,
        Self::Requests,
        Self::Bytes,
        Self::Aborted,
    ];

    /// As addresses write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "commune",
            Self::Units => "unites",
            Self::ByInhabitant => "habitant",
            Self::Requests => "demandes",
            Self::Bytes => "octets",
            Self::Aborted => "interrompues",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Name => "Commune",
            Self::Units => "Unités",
            Self::ByInhabitant => "Par habitant",
            Self::Requests => "Demandes",
            Self::Bytes => "Volume",
            Self::Aborted => "Interrompues",
        }
    }
}

/// An order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Whether the largest comes first.
    pub down: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: SortBy::Units,
            down: true,
        }
    }
}

impl Sort {
    /// Reads `unites`, or `-unites` for the largest first.
    pub fn parse(text: &str) -> Option<Self> {
        let (down, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name)?;
        Some(Self { by, down })
    }

    fn query(self) -> String {
        format!(
            "tri={}{}",
            if self.down { "-" } else { "" },
            self.by.as_str()
        )
    }

    /// Puts rows in this order; equal ones by name.
    pub fn apply(self, rows: &mut [Row]) {
        let fold = |row: &Row| row.name.to_lowercase().replace(['é', 'è', 'ê'], "e");
        rows.sort_by(|a, b| {
            let order = match self.by {
                SortBy::Name => fold(a).cmp(&fold(b)),
                SortBy::Units => a.figures.units.cmp(&b.figures.units),
                SortBy::ByInhabitant => {
                    let of = |row: &Row| row.by_inhabitant.unwrap_or(-1.0);
                    of(a).total_cmp(&of(b))
                }
                SortBy::Requests => a.figures.requests.cmp(&b.figures.requests),
                SortBy::Bytes => a.figures.bytes.cmp(&b.figures.bytes),
                SortBy::Aborted => a.figures.aborted.cmp(&b.figures.aborted),
            };
            let order = if self.down { order.reverse() } else { order };
            order.then_with(|| fold(a).cmp(&fold(b)))
        });
    }
}

/// The head of a column.
pub(super) struct Head {
    pub title: &'static str,
    /// Where it leads, and the order that the table has now.
    pub query: String,
    pub order: Option<&'static str>,
    pub number: bool,
    /// Whether the shares stand beside it.
    pub with_share: bool,
}

/// The heads of the table in this order; `query` holds the days.
pub(super) fn heads(sort: Sort, query: &str) -> Vec<Head> {
    SortBy::ALL
        .into_iter()
        .map(|by| {
            let current = sort.by == by;
            // Names begin with the first, numbers with the largest.
            let down = if current {
                !sort.down
            } else {
                by != SortBy::Name
            };
            Head {
                title: by.title(),
                query: format!("{query}&{}", Sort { by, down }.query()),
                order: current.then_some(if sort.down { "descending" } else { "ascending" }),
                number: by != SortBy::Name,
                with_share: by == SortBy::Units,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Units;

    fn row(name: &str, units: i64) -> Row {
        Row {
            account: "44009".parse().expect("a commune"),
            name: name.to_owned(),
            figures: Figures {
                units: Units(units),
                ..Figures::default()
            },
            by_inhabitant: None,
            days: Vec::new(),
        }
    }

    #[test]
    fn rows_are_sorted_as_the_address_says() {
        let mut rows = [row("Vertou", 2), row("Écoles", 9), row("Bouaye", 5)];
        let names = |rows: &[Row]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        Sort::parse("-unites").expect("an order").apply(&mut rows);
        assert_eq!(names(&rows), ["Écoles", "Bouaye", "Vertou"]);
        Sort::parse("commune").expect("an order").apply(&mut rows);
        assert_eq!(names(&rows)[0], "Bouaye");
        assert_eq!(Sort::parse("prix"), None);
        // A click on the column that orders the table turns it round.
        let heads = heads(Sort::default(), "periode=30j");
        assert_eq!(heads[1].query, "periode=30j&tri=unites");
        assert_eq!(heads[1].order, Some("descending"));
        assert_eq!(heads[0].query, "periode=30j&tri=commune");
    }
}
