//! An exercise's results as a workbook whose formulas compute the same shares: for finance officers
//! to follow, and to check with a program that is not ours.
//!
//! Lines of cost are values; everything after them is formulas: sums, the metropolis's own use and
//! solidarity, quotients, remainders, ranks, shares, matrices.

mod division;
mod grid;
mod matrix;
mod names;
mod service;
mod term;

use std::collections::BTreeMap;

use crate::check::Checked;
use crate::compute::{Worked, work};
use crate::exercise::Insee;
use crate::finding::Finding;
use crate::sheets::Sheet;
use term::Term;

/// The sheets of an exercise's results, in French: the matrices of services and communes, each
/// service's calculation, the lines of cost.
///
/// # Errors
/// When an amount is larger than any account holds.
pub fn workbook(checked: &Checked) -> Result<Vec<Sheet>, Finding> {
    let mut all: Vec<Worked> = Vec::new();
    for service in &checked.exercise().services {
        all.push(work(checked, service).map_err(|error| Finding {
            table: format!("services « {} »", service.id),
            row: None,
            cell: None,
            message: error.to_string(),
        })?);
    }
    let mut book = Book::new(checked);
    matrix::lines(&mut book, &all);
    let mut paid = Vec::new();
    for (nth, (service, worked)) in checked.exercise().services.iter().zip(&all).enumerate() {
        paid.push(service::service(&mut book, nth, service, worked));
    }
    let mut sheets = matrix::matrices(&book, &all, &paid);
    // What most open the file for stands first, the lines last.
    let lines = book.sheets.remove(0);
    sheets.append(&mut book.sheets);
    sheets.push(lines);
    Ok(sheets)
}

/// The sheets so far, and what they share.
struct Book<'a> {
    checked: &'a Checked,
    names: BTreeMap<Insee, &'a str>,
    /// The cells of each service's cost, one a column of the accounts.
    costs: Vec<[Term; 2]>,
    sheets: Vec<Sheet>,
}

impl<'a> Book<'a> {
    fn new(checked: &'a Checked) -> Self {
        let communes = checked.exercise().communes.iter();
        Self {
            checked,
            names: communes
                .filter_map(|commune| Some((commune.insee, commune.name.as_deref()?)))
                .collect(),
            costs: Vec::new(),
            sheets: Vec::new(),
        }
    }

    /// A commune's name, or nothing.
    fn name(&self, insee: Insee) -> &'a str {
        self.names.get(&insee).copied().unwrap_or_default()
    }

    fn add(&mut self, sheet: Sheet) {
        self.sheets.push(sheet);
    }
}

/// The cells of one column of a service's accounts, in cents, as other sheets name them.
struct Columns {
    cost: Term,
    own_use: Term,
    solidarity: Term,
    /// The communes', in the order of their codes, then public use and the rest.
    shares: Vec<Term>,
}

/// The cells of what a service costs and who pays it.
struct Paid {
    fonctionnement: Columns,
    investissement: Columns,
}
