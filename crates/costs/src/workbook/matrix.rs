//! The lines of cost, and the matrices of services and communes.

use std::collections::BTreeSet;

use super::grid::{Grid, sum};
use super::term::Term;
use super::{Book, Columns, Paid};
use crate::compute::Worked;
use crate::exercise::Insee;
use crate::explain::text::{kind_name, nature_name};
use crate::lines::{Line, Nature};
use crate::sheets::{Cell, Look, Sheet};

/// Column of the cents among the lines.
const CENTS: usize = 4;

/// Puts the lines of all services, each one's together, its columns of the accounts apart.
pub(super) fn lines(book: &mut Book<'_>, all: &[Worked]) {
    let mut grid = Grid::new("Lignes");
    let headings = [
        "Service",
        "Section",
        "Nature",
        "Libellé",
        "Centimes",
        "Montant (€)",
    ];
    grid.headings((0, 0), &headings);
    let mut row = 1;
    for worked in all {
        let mut sums = [Nature::Fonctionnement, Nature::Investissement].map(|nature| {
            let own = |line: &&Line| line.kind.nature() == nature;
            let lines: Vec<&Line> = worked.outcome.lines.iter().filter(own).collect();
            let first = row;
            for line in &lines {
                one(&mut grid, row, &worked.outcome.id, line);
                row += 1;
            }
            let cents: Vec<i128> = lines.iter().map(|line| line.cents.0.into()).collect();
            (first, cents)
        });
        let costs = [0, 1].map(|at| {
            let (first, cents) = std::mem::take(&mut sums[at]);
            let sum = sum(CENTS, first, &cents);
            let text = sum.text().replace("SUM(", "SUM('Lignes'!");
            Term::new(text, sum.value)
        });
        book.costs.push(costs);
    }
    let looks = [
        Look::Plain,
        Look::Plain,
        Look::Wide,
        Look::Wide,
        Look::Plain,
        Look::Euros,
    ];
    book.add(grid.done(looks.to_vec(), 1));
}

fn one(grid: &mut Grid, row: usize, service: &str, line: &Line) {
    grid.words((row, 0), service);
    grid.words((row, 1), nature_name(line.kind.nature()));
    grid.words((row, 2), kind_name(line.kind));
    grid.words((row, 3), line.label.as_deref().unwrap_or_default());
    let cents = grid.number((row, CENTS), line.cents.0.into());
    grid.put((row, CENTS + 1), cents.euros());
}

/// What a matrix holds of a service's cells.
type Of = fn(&Paid) -> Vec<&Columns>;

/// The matrices: both columns of the accounts together, then each.
pub(super) fn matrices(book: &Book<'_>, all: &[Worked], paid: &[Paid]) -> Vec<Sheet> {
    let both: Of = |paid| vec![&paid.fonctionnement, &paid.investissement];
    let one: Of = |paid| vec![&paid.fonctionnement];
    let other: Of = |paid| vec![&paid.investissement];
    [
        ("Matrice", both),
        ("Fonctionnement", one),
        ("Investissement", other),
    ]
    .map(|(name, of)| matrix(book, name, all, paid, of))
    .into()
}

/// Services across, communes down, then what the metropolis carries, and the cost; in euros.
fn matrix(book: &Book<'_>, name: &str, all: &[Worked], paid: &[Paid], of: Of) -> Sheet {
    let mut grid = Grid::new(name);
    grid.headings((0, 0), &["Code INSEE", "Commune"]);
    let rows = communes(book, all);
    for (nth, insee) in rows.iter().enumerate() {
        grid.words((1 + nth, 0), insee.as_str());
        grid.words((1 + nth, 1), book.name(*insee));
    }
    let below = 1 + rows.len();
    let titles = [
        "Communes, ensemble",
        "Métropole : usage propre",
        "Métropole : solidarité",
        "Métropole : usage public",
        "Métropole : reste",
        "Coût",
    ];
    for (nth, title) in titles.iter().enumerate() {
        grid.put((below + nth, 1), Cell::Heading((*title).to_owned()));
    }
    let mut totals = vec![0_i128; rows.len() + titles.len()];
    for (nth, (worked, paid)) in all.iter().zip(paid).enumerate() {
        let column = 2 + nth;
        grid.headings((0, column), &[&worked.outcome.id]);
        let columns = of(paid);
        let members = worked.adherents.rows.len();
        let mut cells: Vec<Option<Term>> = vec![None; rows.len()];
        let mut shared = 0;
        for (at, adherent) in worked.adherents.rows.iter().enumerate() {
            let total = added(columns.iter().map(|of| &of.shares[at]));
            shared += total.value;
            if let Ok(row) = rows.binary_search(&adherent.insee) {
                cells[row] = Some(total);
            }
        }
        let values = vec![0; rows.len()];
        let communes = Term::new(sum(column, 1, &values).text(), shared);
        let metropolis = [
            added(columns.iter().map(|of| &of.own_use)),
            added(columns.iter().map(|of| &of.solidarity)),
            added(columns.iter().map(|of| &of.shares[members])),
            added(columns.iter().map(|of| &of.shares[members + 1])),
            added(columns.iter().map(|of| &of.cost)),
        ];
        for (row, cell) in cells.iter().enumerate() {
            if let Some(cell) = cell {
                totals[row] += cell.value;
                grid.put((1 + row, column), cell.euros());
            }
        }
        // The cells above are euros already.
        totals[rows.len()] += communes.value;
        grid.put((below, column), in_euros(&communes));
        for (at, cell) in metropolis.iter().enumerate() {
            totals[rows.len() + 1 + at] += cell.value;
            grid.put((below + 1 + at, column), cell.euros());
        }
    }
    let column = 2 + all.len();
    grid.headings((0, column), &["Total"]);
    for (row, cents) in totals.iter().enumerate().filter(|_| !all.is_empty()) {
        let first = super::grid::address((1 + row, 2));
        let last = super::grid::address((1 + row, column - 1));
        let total = Term::new(format!("SUM({first}:{last})"), *cents);
        grid.put((1 + row, column), in_euros(&total));
    }
    let mut looks = vec![Look::Euros; column + 1];
    (looks[0], looks[1]) = (Look::Plain, Look::Wide);
    grid.done(looks, 1)
}

/// A sum of cells in euros, its value being cents; to the cent, which doubles miss.
fn in_euros(term: &Term) -> Cell {
    match term.euros() {
        Cell::Formula(_, value) => Cell::Formula(format!("ROUND({},2)", term.text()), value),
        other => other,
    }
}

/// The sum of one or two cells.
fn added<'a>(terms: impl Iterator<Item = &'a Term>) -> Term {
    terms
        .cloned()
        .reduce(|sum, term| &sum + &term)
        .unwrap_or_else(|| Term::number(0))
}

/// Every commune of the exercise and of its services, in the order of codes.
fn communes(book: &Book<'_>, all: &[Worked]) -> Vec<Insee> {
    let own = book
        .checked
        .exercise()
        .communes
        .iter()
        .map(|commune| commune.insee);
    let members = all.iter().flat_map(|worked| &worked.adherents.rows);
    let set: BTreeSet<Insee> = own.chain(members.map(|row| row.insee)).collect();
    set.into_iter().collect()
}
