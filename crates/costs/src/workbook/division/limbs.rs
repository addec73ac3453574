//! Weights larger than what a double holds: numbers in groups of six digits.
//!
//! The quotient is first estimated in doubles, from below; what amount × weight exceeds estimate ×
//! total by is then computed exactly, group by group, and holds the total twice at most.

use super::{Floors, Payers};
use crate::workbook::grid::{Grid, sum};
use crate::workbook::term::Term;

/// What a group of digits stays below, and what a pair of groups does.
const BASE: i128 = 1_000_000;
pub(super) const PAIR: i128 = BASE * BASE;

/// Groups of a weight, and of an amount.
const OF_WEIGHT: usize = 4;
const OF_AMOUNT: usize = 3;

/// The groups of two cells of twelve digits each, the lowest first.
fn groups(high: &Term, low: &Term) -> [Term; OF_WEIGHT] {
    let base = Term::number(BASE);
    [
        low.modulo(&base),
        low.quotient(&base),
        high.modulo(&base),
        high.quotient(&base),
    ]
}

/// What all rows share: the total and its groups, the amount's groups.
struct Once {
    high: Term,
    low: Term,
    total: Vec<Term>,
    amount: Vec<Term>,
    size: Term,
}

/// Puts the quotients and remainders of an amount.
pub(super) fn by_limbs(
    grid: &mut Grid,
    payers: &Payers<'_>,
    column: usize,
    size: &Term,
) -> (Floors, Vec<usize>, usize) {
    let once = once(grid, payers, column, size);
    let headings = [
        "Poids, 6 chiffres (1)",
        "(2)",
        "(3)",
        "(4)",
        "Estimation",
        "(1)",
        "(2)",
        "(3)",
        "Écart (1)",
        "Retenue",
        "Écart (2)",
        "Retenue",
        "Écart (3)",
        "Retenue",
        "Écart (4)",
        "Retenue",
        "Écart (5)",
        "Écart (× 10¹²)",
        "Écart",
        "Total retiré",
        "Écart (× 10¹²)",
        "Écart",
        "Total retiré",
        "Reste (× 10¹²)",
        "Reste",
        "Quotient (centimes)",
    ];
    grid.headings((payers.first - 1, column), &headings);
    let last = column + headings.len() - 1;
    let (mut floors, mut left) = (Vec::new(), Vec::new());
    for nth in 0..payers.weights.len() {
        let row = payers.first + nth;
        let (floor, remainder) = one(grid, payers, &once, (row, column), nth);
        floors.push(grid.formula((row, last), &floor));
        left.push(remainder);
    }
    ((last, floors, left), vec![last - 2, last - 1], last + 1)
}

fn once(grid: &mut Grid, payers: &Payers<'_>, column: usize, size: &Term) -> Once {
    let row = payers.once;
    let headings = [
        "Poids total (× 10¹²)",
        "Poids total",
        "6 chiffres (1)",
        "(2)",
        "(3)",
        "(4)",
        "Montant, 6 chiffres (1)",
        "(2)",
        "(3)",
    ];
    grid.headings((row - 1, column), &headings);
    let parts = |of: fn(i128) -> i128| payers.weights.iter().map(|w| of(*w)).collect::<Vec<_>>();
    let highs = sum(payers.columns[0], payers.first, &parts(|w| w / PAIR));
    let lows = sum(payers.columns[1], payers.first, &parts(|w| w % PAIR));
    let pair = Term::number(PAIR);
    let high = grid.formula((row, column), &(&highs + &lows.quotient(&pair)));
    let low = grid.formula((row, column + 1), &lows.modulo(&pair));
    let mut put = |column: usize, terms: &[Term]| -> Vec<Term> {
        let cells = (column..).zip(terms);
        cells
            .map(|(column, term)| grid.formula((row, column), term))
            .collect()
    };
    let total = put(column + 2, &groups(&high, &low));
    let high_amount = size.quotient(&pair);
    let amount = &groups(&high_amount, &size.modulo(&pair))[..OF_AMOUNT];
    let amount = put(column + 2 + OF_WEIGHT, amount);
    Once {
        high,
        low,
        total,
        amount,
        size: size.clone(),
    }
}

/// One row: its quotient, and its remainder's value.
fn one(
    grid: &mut Grid,
    payers: &Payers<'_>,
    once: &Once,
    (row, first): (usize, usize),
    nth: usize,
) -> (Term, i128) {
    let mut column = first;
    let mut put = |term: &Term| {
        column += 1;
        grid.formula((row, column - 1), term)
    };
    let [high, low] = payers.pair(nth);
    let weight = groups(&high, &low).map(|group| put(&group));
    let estimate = put(&estimated(once, payers, nth, (&high, &low)));
    let pair = Term::number(PAIR);
    let quotient = groups(&estimate.quotient(&pair), &estimate.modulo(&pair));
    let quotient: Vec<Term> = quotient[..OF_AMOUNT].iter().map(&mut put).collect();
    // amount × weight − estimate × total, six digits at a time.
    let base = Term::number(BASE);
    let mut digits = Vec::new();
    let mut carry = Term::number(0);
    for at in 0..=OF_WEIGHT {
        let mut sum = carry.clone();
        for of in (0..OF_AMOUNT).filter(|of| *of <= at && at - of < OF_WEIGHT) {
            sum = &sum + &(&once.amount[of] * &weight[at - of]);
            sum = &sum - &(&quotient[of] * &once.total[at - of]);
        }
        if at == OF_WEIGHT {
            digits.push(put(&sum));
        } else {
            digits.push(put(&sum.modulo(&base)));
            carry = put(&sum.floor(&base));
        }
    }
    let above = &(&digits[3] * &base) + &(&digits[4] * &pair);
    let mut high = put(&(&digits[2] + &above));
    let mut low = put(&(&digits[0] + &(&digits[1] * &base)));
    let mut floor = estimate;
    for _ in 0..2 {
        let taken = put(&Term::reaches((&high, &low), (&once.high, &once.low)));
        let (less_high, less_low) = (&taken * &once.high, &taken * &once.low);
        let borrow = low.below(&less_low);
        high = put(&(&(&high - &less_high) - &borrow));
        low = put(&(&low - &less_low).modulo(&pair));
        floor = &floor + &taken;
    }
    (floor, high.value * PAIR + low.value)
}

/// One less than what doubles make of amount × weight ÷ total, not below zero: never more than the
/// quotient, and less by two at most.
fn estimated(once: &Once, payers: &Payers<'_>, nth: usize, (high, low): (&Term, &Term)) -> Term {
    let of = |high: &Term, low: &Term| format!("({}*{PAIR}+{})", high.text(), low.text());
    let text = format!(
        "MAX(0,INT({}*{}/{})-1)",
        once.size.text(),
        of(high, low),
        of(&once.high, &once.low)
    );
    let total: i128 = payers.weights.iter().sum();
    let quotient = once.size.value * payers.weights[nth] / total;
    Term::new(text, (quotient - 1).max(0))
}
