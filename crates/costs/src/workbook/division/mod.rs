//! Rule 8 in formulas: largest remainder, exactly, in a spreadsheet's doubles.
//!
//! Spreadsheets compute in doubles, and LibreOffice takes numbers for equal that differ by less than
//! one part in 2⁴⁸; every intermediate number here is whole and below 2⁴⁶, where neither matters.

mod limbs;
mod ranks;

use num_traits::ToPrimitive;

use super::grid::{Grid, address, sum};
use super::term::Term;
use crate::number::Cents;
use crate::share::Weighed;

/// What intermediate numbers stay below.
pub(super) const SAFE: i128 = 1 << 46;
/// Payers beyond which ranking each against all others would keep a spreadsheet busy.
const MOST_ROWS: usize = 1000;
/// Payers whose weights' lower halves add up below [`SAFE`].
const MOST_LIMBS: usize = 60;

/// A table of payers: members, then the metropolis's public use and rest, the same rows for both
/// columns of the accounts.
pub(super) struct Payers<'a> {
    /// Row of the first.
    pub first: usize,
    /// Row above the table's headings, for what a column needs once.
    pub once: usize,
    /// Column of the weights; two of twelve digits each, the higher first, for large ones.
    pub columns: Vec<usize>,
    pub weights: &'a [i128],
    /// How many of the rows are communes.
    pub communes: usize,
    /// The sum of the weights, a cell.
    pub total: Term,
}

/// How an amount can be shared in formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Weight × amount, divided at once.
    AtOnce,
    /// As on paper: the amount's digits by groups, the remainder of each carried to the next.
    ByGroups {
        /// Digits a group.
        digits: u32,
        /// How many groups.
        groups: u32,
    },
    /// Weights beyond doubles, by groups of six digits.
    ByLimbs,
    /// Not in doubles.
    Not,
}

/// The weights as whole numbers of 128 bits, members first, where all of them fit.
pub(super) fn narrow(weights: &Weighed<num_bigint::BigUint>) -> Option<Vec<i128>> {
    weights.all().map(ToPrimitive::to_i128).collect()
}

/// True of weights that need two columns.
pub(super) fn is_large(weights: &[i128]) -> bool {
    let total = weights
        .iter()
        .try_fold(0_i128, |sum, weight| sum.checked_add(*weight));
    // Below, a group of one digit can always be carried.
    total.is_none_or(|total| 2 * total * 10 >= SAFE)
}

/// A weight's two halves.
pub(super) fn halves(weight: i128) -> [i128; 2] {
    [weight / limbs::PAIR, weight % limbs::PAIR]
}

/// The way to share an amount by weights.
pub(super) fn way(amount: Cents, weights: &[i128]) -> Way {
    let amount = i128::from(amount.0).abs();
    let largest = weights.iter().max().copied().unwrap_or(0);
    let total = weights
        .iter()
        .try_fold(0_i128, |sum, weight| sum.checked_add(*weight));
    let Some(total) = total.filter(|_| amount < SAFE && weights.len() <= MOST_ROWS) else {
        return Way::Not;
    };
    if is_large(weights) {
        let fits = total < limbs::PAIR * limbs::PAIR && weights.len() <= MOST_LIMBS;
        return if fits { Way::ByLimbs } else { Way::Not };
    }
    if amount * largest < SAFE {
        return Way::AtOnce;
    }
    // remainder × 10ⁿ + group × weight < 2 × total × 10ⁿ
    let digits = (1..=12).rev().find(|n| 2 * total * 10_i128.pow(*n) < SAFE);
    let length = amount.to_string().len() as u32;
    digits.map_or(Way::Not, |digits| Way::ByGroups {
        digits,
        groups: length.div_ceil(digits),
    })
}

/// Puts the columns that share an amount from `column` on, and gives the shares' cells and the next
/// free column. `left` is the cell of the cents that rounding down leaves.
pub(super) fn share(
    grid: &mut Grid,
    payers: &Payers<'_>,
    way: Way,
    column: usize,
    (rest, size, left): (&Term, &Term, (usize, usize)),
) -> (Vec<Term>, usize) {
    let (floors, remainders, next) = match way {
        Way::ByGroups { digits, groups } => by_groups(grid, payers, (digits, groups), column, size),
        Way::ByLimbs => limbs::by_limbs(grid, payers, column, size),
        Way::AtOnce | Way::Not => at_once(grid, payers, column, size),
    };
    let left = {
        let floored: Vec<i128> = floors.1.iter().map(|floor| floor.value).collect();
        let given = sum(floors.0, payers.first, &floored);
        grid.formula(left, &(size - &given))
    };
    grid.headings(
        (payers.first - 1, next),
        &["Rang du reste", "Part (centimes)"],
    );
    let ranks = ranks::ranks(payers, &remainders, &floors.2);
    let sign = rest.sign();
    let rows = floors.1.iter().zip(ranks).enumerate();
    let shares = rows.map(|(nth, (floor, rank))| {
        let row = payers.first + nth;
        let rank = grid.formula((row, next), &rank);
        let size = floor + &rank.within(&left);
        grid.formula((row, next + 1), &(&sign * &size))
    });
    (shares.collect(), next + 2)
}

/// A column of quotients with their cells, and the values of the remainders.
type Floors = (usize, Vec<Term>, Vec<i128>);

fn at_once(
    grid: &mut Grid,
    payers: &Payers<'_>,
    column: usize,
    size: &Term,
) -> (Floors, Vec<usize>, usize) {
    let headings = ["Quotient (centimes)", "Reste de la division"];
    grid.headings((payers.first - 1, column), &headings);
    let (mut floors, mut left) = (Vec::new(), Vec::new());
    for nth in 0..payers.weights.len() {
        let row = payers.first + nth;
        let product = size * &payers.weight(nth);
        floors.push(grid.formula((row, column), &product.quotient(&payers.total)));
        left.push(
            grid.formula((row, column + 1), &product.modulo(&payers.total))
                .value,
        );
    }
    ((column, floors, left), vec![column + 1], column + 2)
}

fn by_groups(
    grid: &mut Grid,
    payers: &Payers<'_>,
    (digits, groups): (u32, u32),
    first: usize,
    size: &Term,
) -> (Floors, Vec<usize>, usize) {
    let base = Term::number(10_i128.pow(digits));
    let rows = payers.weights.len();
    let mut floors = vec![Term::number(0); rows];
    let mut left = vec![Term::number(0); rows];
    let mut column = first;
    for group in 0..groups {
        let power = Term::number(10_i128.pow(digits * (groups - 1 - group)));
        let group = size.quotient(&power).modulo(&base);
        let group = grid.formula((payers.once, column), &group);
        grid.headings(
            (payers.first - 1, column),
            &["Quotient jusqu’ici", "Reste jusqu’ici"],
        );
        for nth in 0..rows {
            let row = payers.first + nth;
            let value = &(&left[nth] * &base) + &(&group * &payers.weight(nth));
            let floor = &(&floors[nth] * &base) + &value.quotient(&payers.total);
            floors[nth] = grid.formula((row, column), &floor);
            left[nth] = grid.formula((row, column + 1), &value.modulo(&payers.total));
        }
        column += 2;
    }
    let left = left.iter().map(|term| term.value).collect();
    ((column - 2, floors, left), vec![column - 1], column)
}

impl Payers<'_> {
    /// The cell of a weight.
    fn weight(&self, nth: usize) -> Term {
        let at = (self.first + nth, self.columns[0]);
        Term::new(address(at), self.weights[nth])
    }

    /// The cells of a weight's halves.
    fn pair(&self, nth: usize) -> [Term; 2] {
        let values = halves(self.weights[nth]);
        [0, 1].map(|at| {
            let cell = address((self.first + nth, self.columns[at]));
            Term::new(cell, values[at])
        })
    }
}
