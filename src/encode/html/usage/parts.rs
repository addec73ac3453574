//! Parts of a period's use, as lines of a table with bars.

use super::super::french;
use super::split::Split;
use super::words;

/// A table of parts.
#[derive(Debug)]
pub(super) struct Table {
    pub title: &'static str,
    /// Head of the first column.
    pub head: &'static str,
    /// What its downloads are asked by.
    pub by: &'static str,
    pub parts: Vec<PartRow>,
}

/// A line.
#[derive(Debug)]
pub(super) struct PartRow {
    pub name: String,
    /// Class of the bar.
    pub class: String,
    /// Width of the bar, out of 100, beside the heaviest.
    pub width: f64,
    pub units: String,
    pub share: String,
    pub requests: String,
}

/// The parts of a split; in the colours of the chart when it shows them.
pub(super) fn table(
    title: &'static str,
    head: &'static str,
    by: &'static str,
    split: &Split,
    in_colours: bool,
) -> Table {
    let most = split.parts.iter().map(|it| it.figures.units.0).max();
    let total = split.total().units.approx();
    let row = |part: &super::split::Part| PartRow {
        name: part.name.clone(),
        class: if in_colours {
            part.class.clone()
        } else {
            "plain".to_owned()
        },
        width: width(part.figures.units.0, most.unwrap_or(0)),
        units: words::units(part.figures.units),
        share: words::share(part.figures.units.approx(), total),
        requests: french::count(part.figures.requests),
    };
    Table {
        title,
        head,
        by,
        parts: split.parts.iter().map(row).collect(),
    }
}

/// A value out of the largest, as a width out of 100.
pub(super) fn width(value: i64, most: i64) -> f64 {
    if most <= 0 {
        return 0.0;
    }
    (value as f64 / most as f64 * 1000.0).round() / 10.0
}
