//! What a response weighs, in thousandths of a unit, by the table of the configuration.

use crate::config::Units;
use crate::model::Operation;

/// A partial answer (206): part of a file, of which the other parts are asked for as well.
const PARTIAL: u16 = 206;

/// The weight of a response. Nothing is billed for what was refused (4xx) nor for our own
/// failures (5xx); a part of a file weighs its features alone, so that its parts together weigh
/// no more than the whole.
pub fn units(weights: &Units, operation: Operation, status: u16, features: u32) -> u32 {
    if status >= 400 {
        return 0;
    }
    let (base, each) = match operation {
        Operation::Tile => (weights.tile, 0),
        Operation::Item => (weights.item, 0),
        Operation::Lookup => (weights.lookup, 0),
        Operation::Items => (weights.items, weights.items_feature),
        Operation::Sheet => (weights.sheet, 0),
        Operation::Pdf => (weights.pdf, 0),
        Operation::Export => (weights.export, weights.export_feature),
        Operation::Page | Operation::Ingest | Operation::Edit | Operation::Probe => (0, 0),
    };
    let base = if status == PARTIAL { 0 } else { base };
    base.saturating_add(each.saturating_mul(features))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(operation: Operation, status: u16, features: u32) -> u32 {
        units(&Units::default(), operation, status, features)
    }

    #[test]
    fn the_default_table_is_that_of_the_design() {
        assert_eq!(of(Operation::Tile, 200, 0), 1_000);
        assert_eq!(of(Operation::Tile, 304, 0), 1_000);
        assert_eq!(of(Operation::Item, 200, 1), 1_000);
        assert_eq!(of(Operation::Lookup, 200, 3), 1_000);
        assert_eq!(of(Operation::Items, 200, 250), 1_000 + 2_500);
        assert_eq!(of(Operation::Sheet, 200, 1), 5_000);
        assert_eq!(of(Operation::Pdf, 200, 0), 20_000);
        assert_eq!(of(Operation::Export, 200, 300_000), 10_000 + 300_000);
        for free in [
            Operation::Page,
            Operation::Ingest,
            Operation::Edit,
            Operation::Probe,
        ] {
            assert_eq!(of(free, 200, 10), 0);
        }
    }

    #[test]
    fn refusals_and_failures_weigh_nothing_and_parts_no_more_than_the_whole() {
        for status in [400, 401, 404, 429, 500, 503] {
            assert_eq!(of(Operation::Export, status, 10), 0);
        }
        assert_eq!(of(Operation::Export, 206, 400), 400);
        assert_eq!(of(Operation::Export, 200, u32::MAX), u32::MAX);
    }
}
