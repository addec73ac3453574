//! A service's sheet: from its cost to each share, in cents.

use super::division::{Payers, Way, halves, is_large, narrow, share, way};
use super::grid::{Grid, sum};
use super::names::sheet_name;
use super::term::Term;
use super::{Book, Columns, Paid};
use crate::compute::{MetropolisPart, Worked};
use crate::exercise::Service;
use crate::explain::text::key_name;
use crate::keys::Ruling;
use crate::number::{Cents, Exact};
use crate::sheets::{Cell, Look};

/// Rows of the block at the top, from 0.
const HEADINGS: usize = 2;
const COST: usize = 3;
const OWN_USE: usize = 4;
const SOLIDARITY: usize = 5;
const REST: usize = 6;
const SIZE: usize = 7;
const TOTAL: usize = 8;
const LEFT: usize = 9;
const CHECK: usize = 10;
/// Row of the groups of digits, of the table's headings, and of the first payer.
const ONCE: usize = 12;
const FIRST: usize = 14;

/// Columns: codes, names, weights.
const WEIGHTS: usize = 2;

/// Puts a service's sheet in the book, and gives the cells of what each pays.
pub(super) fn service(book: &mut Book<'_>, nth: usize, service: &Service, worked: &Worked) -> Paid {
    let mut grid = Grid::new(&sheet_name(nth, &service.id));
    let title = service.title.as_deref().unwrap_or(&service.id);
    grid.headings((0, 0), &[title]);
    grid.words(
        (1, 0),
        &format!(
            "Répartition : {} ; montants en centimes",
            key_name(service.key.kind)
        ),
    );
    grid.headings((HEADINGS, 0), &["", "Fonctionnement", "Investissement"]);
    for (row, words) in [
        (COST, "Coût du service"),
        (OWN_USE, "Usage propre de la métropole"),
        (SOLIDARITY, "Solidarité de la métropole"),
        (REST, "Reste à partager"),
        (SIZE, "Reste, sans son signe"),
        (TOTAL, "Somme des poids"),
        (LEFT, "Centimes aux plus forts restes"),
        (CHECK, "Contrôle : parts + métropole − coût"),
    ] {
        grid.words((row, 0), words);
    }
    let weights = match &worked.ruling {
        Ruling::Weights(weights) => narrow(&weights.wide()),
        Ruling::Amounts(_) => None,
    };
    payers(&mut grid, book, worked, weights.as_deref());
    let costs = book.costs[nth].clone();
    let sheet = Making {
        worked,
        service,
        weights,
    };
    let first = WEIGHTS + sheet.columns().len();
    let (fonctionnement, next) = sheet.column(&mut grid, Nature::FONCTIONNEMENT, &costs, first);
    let (investissement, _) = sheet.column(&mut grid, Nature::INVESTISSEMENT, &costs, next);
    book.add(grid.done(vec![Look::Wide, Look::Wide], 0));
    Paid {
        fonctionnement,
        investissement,
    }
}

/// The rows of who pays: codes, names, weights.
fn payers(grid: &mut Grid, book: &Book<'_>, worked: &Worked, weights: Option<&[i128]>) {
    grid.headings((FIRST - 1, 0), &["Code INSEE", "Commune"]);
    let rows = &worked.adherents.rows;
    for (nth, row) in rows.iter().enumerate() {
        grid.words((FIRST + nth, 0), row.insee.as_str());
        grid.words((FIRST + nth, 1), book.name(row.insee));
    }
    grid.words((FIRST + rows.len(), 1), "Métropole, usage public");
    grid.words((FIRST + rows.len() + 1, 1), "Métropole, reste");
    let weights = weights.unwrap_or_default();
    let titles: &[&str] = match is_large(weights) {
        true => &["Poids (× 10¹²)", "Poids"],
        false => &["Poids"],
    };
    grid.headings((FIRST - 1, WEIGHTS), titles);
    for (nth, weight) in weights.iter().enumerate() {
        if let [_, _] = titles {
            for (column, half) in (WEIGHTS..).zip(halves(*weight)) {
                grid.number((FIRST + nth, column), half);
            }
        } else {
            grid.number((FIRST + nth, WEIGHTS), *weight);
        }
    }
}

/// One of the two columns of the accounts.
#[derive(Clone, Copy)]
struct Nature {
    /// Column of the block at the top.
    column: usize,
    of: crate::lines::Nature,
}

impl Nature {
    const FONCTIONNEMENT: Self = Self {
        column: 1,
        of: crate::lines::Nature::Fonctionnement,
    };
    const INVESTISSEMENT: Self = Self {
        column: 2,
        of: crate::lines::Nature::Investissement,
    };
}

struct Making<'a> {
    worked: &'a Worked,
    service: &'a Service,
    weights: Option<Vec<i128>>,
}

impl Making<'_> {
    /// The columns of the weights.
    fn columns(&self) -> Vec<usize> {
        let weights = self.weights.as_deref().unwrap_or_default();
        (WEIGHTS..=WEIGHTS + usize::from(is_large(weights))).collect()
    }

    /// Puts what one column of the accounts comes to, its table from `first` on.
    fn column(
        &self,
        grid: &mut Grid,
        nature: Nature,
        costs: &[Term; 2],
        first: usize,
    ) -> (Columns, usize) {
        let column = nature.column;
        let cost = grid.formula((COST, column), &costs[column - 1]);
        let part = self.worked.outcome.metropolis.of(nature.of);
        let own_use = self.rate(
            grid,
            (OWN_USE, column),
            (&cost, self.service.own_use_rate, part.own_use),
        );
        let after = &cost - &own_use;
        let solidary = self.worked.solidary;
        let solidarity = self.rate(
            grid,
            (SOLIDARITY, column),
            (&after, Some(solidary), part.solidarity),
        );
        let rest = grid.formula((REST, column), &(&after - &solidarity));
        let (shares, next) = match &self.worked.ruling {
            Ruling::Weights(_) => self.shared(grid, nature, &rest, first),
            Ruling::Amounts(_) => self.billed(grid, nature, &rest, first),
        };
        let values: Vec<i128> = shares.iter().map(|share| share.value).collect();
        let given = sum(next - 1, FIRST, &values);
        let all = &(&given + &own_use) + &solidarity;
        grid.formula((CHECK, column), &(&all - &cost));
        let outside = |term: &Term| grid.outside(term);
        let cells = Columns {
            cost: outside(&cost),
            own_use: outside(&own_use),
            solidarity: outside(&solidarity),
            shares: shares.iter().map(outside).collect(),
        };
        (cells, next)
    }

    /// A rate of an amount, to the nearest cent, half away from zero.
    fn rate(
        &self,
        grid: &mut Grid,
        at: (usize, usize),
        (of, rate, value): (&Term, Option<Exact>, Cents),
    ) -> Term {
        let rate = rate.filter(|rate| !rate.is_zero());
        let Some((above, below)) = rate.map(Exact::parts) else {
            return grid.number(at, 0);
        };
        if matches!(self.worked.ruling, Ruling::Amounts(_)) {
            return grid.number(at, 0);
        }
        let doubled = of.value.abs().checked_mul(2 * above);
        if doubled
            .and_then(|n| n.checked_add(below))
            .is_none_or(|n| n >= super::division::SAFE)
        {
            return grid.number(at, value.0.into());
        }
        let twice = &(&Term::number(2) * &of.abs()) * &Term::number(above);
        let rounded = (&twice + &Term::number(below)).quotient(&Term::number(2 * below));
        grid.formula(at, &(&of.sign() * &rounded))
    }

    /// A rest that weights share. Nobody weighing, the metropolis carries it.
    fn shared(
        &self,
        grid: &mut Grid,
        nature: Nature,
        rest: &Term,
        first: usize,
    ) -> (Vec<Term>, usize) {
        let weights = self.weights.as_deref().unwrap_or_default();
        let nobody = weights.iter().all(|weight| *weight == 0);
        let total = weights
            .iter()
            .fold(0_i128, |sum, weight| sum.saturating_add(*weight));
        let amount = Cents(i64::try_from(rest.value).unwrap_or(i64::MAX));
        let way = way(amount, weights);
        if nobody || way == Way::Not {
            return self.billed(grid, nature, rest, first);
        }
        let at = |row| (row, nature.column);
        let size = grid.formula(at(SIZE), &rest.abs());
        // Large weights have their total in two halves, above their table.
        let total = match way {
            Way::ByLimbs => Term::number(total),
            _ => grid.formula(at(TOTAL), &sum(WEIGHTS, FIRST, weights)),
        };
        let payers = Payers {
            first: FIRST,
            once: ONCE,
            columns: self.columns(),
            weights,
            communes: weights.len() - 2,
            total,
        };
        share(grid, &payers, way, first, (rest, &size, at(LEFT)))
    }

    /// Shares that no formula makes: amounts written down, tariffs, weights that pass what doubles
    /// hold. The metropolis carries what they leave.
    fn billed(
        &self,
        grid: &mut Grid,
        nature: Nature,
        rest: &Term,
        column: usize,
    ) -> (Vec<Term>, usize) {
        grid.headings((FIRST - 1, column), &["Part (centimes)"]);
        let outcome = &self.worked.outcome;
        let members = outcome
            .shares
            .iter()
            .map(|share| share.by_nature.of(nature.of).0);
        let MetropolisPart { public_use, .. } = outcome.metropolis.of(nature.of);
        let all: Vec<i128> = members.chain([public_use.0]).map(i128::from).collect();
        let mut cells: Vec<Term> = (FIRST..)
            .zip(&all)
            .map(|(row, cents)| grid.number((row, column), *cents))
            .collect();
        let left = rest - &sum(column, FIRST, &all);
        cells.push(grid.formula((FIRST + all.len(), column), &left));
        let not = matches!(self.worked.ruling, Ruling::Weights(_)) && rest.value != 0;
        if not {
            let words = "Parts calculées par le programme : les poids passent ce qu’un tableur sait \
                         compter exactement, ou personne ne pèse.";
            grid.put((1, 2), Cell::Text(words.to_owned()));
        }
        (cells, column + 1)
    }
}
