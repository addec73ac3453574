//! Who takes the cents that rounding down leaves.

use super::Payers;
use crate::workbook::grid::{address, range};
use crate::workbook::term::Term;

/// The rank of each remainder: the larger first; on equal ones communes before the metropolis, then
/// the larger weight, then the order of the rows, which is that of codes. Remainders and weights
/// stand in one column each, or in several, the highest digits first.
pub(super) fn ranks(payers: &Payers<'_>, remainders: &[usize], left: &[i128]) -> Vec<Term> {
    let rows = payers.weights.len();
    let mut order: Vec<usize> = (0..rows).collect();
    let weight = |nth: usize| payers.weights[nth];
    order.sort_by_key(|nth| (-left[*nth], *nth >= payers.communes, -weight(*nth), *nth));
    let mut rank = vec![0_i128; rows];
    for (at, nth) in (1..).zip(&order) {
        rank[*nth] = at;
    }
    (0..rows)
        .map(|nth| {
            let (more, same) = compared(payers, remainders, nth);
            let (heavier, alike) = compared(payers, &payers.columns, nth);
            let of_rows = format!("ROW({})", range(payers.columns[0], payers.first, rows));
            // Rows are counted from 1: communes' are up to this one.
            let group = format!("({of_rows}>{})", payers.first + payers.communes);
            let own = i32::from(nth >= payers.communes);
            let row = payers.first + nth + 1;
            let text = format!(
                "1+SUMPRODUCT({more}+{same}*(({group}<{own})+({group}={own})*({heavier}+{alike}*\
                 ({of_rows}<{row}))))"
            );
            Term::new(text, rank[nth])
        })
        .collect()
}

/// Which rows are more than one of them, and which the same: two formulas of arrays.
fn compared(payers: &Payers<'_>, columns: &[usize], nth: usize) -> (String, String) {
    let mut columns = columns.iter().rev().map(|column| {
        let all = range(*column, payers.first, payers.weights.len());
        let own = address((payers.first + nth, *column));
        (format!("({all}>{own})"), format!("({all}={own})"))
    });
    let lowest = columns.next().unwrap_or_default();
    columns.fold(lowest, |(more, same), (higher, alike)| {
        (
            format!("({higher}+{alike}*{more})"),
            format!("{alike}*{same}"),
        )
    })
}
