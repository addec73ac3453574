//! What things of the ledger are called in French.

use chrono::{Datelike as _, NaiveDate};

use super::super::french;
use crate::config::Units as Weights;
use crate::model::Units;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT: [&str; 12] = [
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

/// `novembre 2026`.
pub fn month(date: NaiveDate) -> String {
    format!("{} {}", MONTHS[date.month0() as usize], date.year())
}

/// `1 novembre 2026`.
pub fn long_day(date: NaiveDate) -> String {
    format!("{} {}", date.day(), month(date))
}

/// `1 nov.`.
pub(super) fn short_day(date: NaiveDate) -> String {
    format!("{}\u{a0}{}", date.day(), SHORT[date.month0() as usize])
}

/// `nov.`, with the year in January.
pub(super) fn short_month(date: NaiveDate) -> String {
    let name = SHORT[date.month0() as usize];
    if date.month() == 1 {
        format!("{name}\u{a0}{}", date.year())
    } else {
        name.to_owned()
    }
}

/// A number of units as people compare them: whole from a hundred on, else as many decimals as
/// still say something.
pub fn amount(units: f64) -> String {
    let size = units.abs();
    let decimals = if size >= 100.0 || size.fract() == 0.0 {
        return french::count(units.round() as i64);
    } else if size >= 1.0 {
        1
    } else {
        2
    };
    let text = french::rounded(units, decimals);
    match text.split_once(',') {
        Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => text,
    }
}

/// The same of exact units.
pub fn units(units: Units) -> String {
    amount(units.approx())
}

/// Units for an inhabitant, whose interest begins after the comma.
pub fn by_inhabitant(units: f64) -> String {
    if units >= 10.0 {
        amount(units)
    } else {
        french::rounded(units, if units >= 1.0 { 2 } else { 3 })
    }
}

/// A size: `1,2 Go`.
pub fn bytes(bytes: i64) -> String {
    let mut size = bytes as f64;
    let mut unit = "octets";
    for larger in ["Ko", "Mo", "Go", "To"] {
        if size < 1000.0 {
            break;
        }
        size /= 1000.0;
        unit = larger;
    }
    let number = if unit == "octets" || size >= 100.0 {
        french::count(size.round() as i64)
    } else {
        french::rounded(size, 1)
    };
    format!("{number}{}{unit}", french::FAST)
}

/// What each kind of answer weighs: `une tuile 1, un objet 1…`.
pub(super) fn weights(table: &Weights) -> String {
    let exact = |thousandths: u32| Units(i64::from(thousandths)).to_string().replace('.', ",");
    let each = |what: &str, base: u32, feature: u32| {
        format!("{what} {} et {} par objet", exact(base), exact(feature))
    };
    [
        format!("une tuile {}", exact(table.tile)),
        format!("un objet {}", exact(table.item)),
        format!("une recherche {}", exact(table.lookup)),
        each("une page d’objets", table.items, table.items_feature),
        format!("une fiche de parcelle {}", exact(table.sheet)),
        format!("un document à imprimer {}", exact(table.pdf)),
        each("un export", table.export, table.export_feature),
    ]
    .join(", ")
}

/// A share: `37 %`, `0,4 %`.
pub fn share(part: f64, whole: f64) -> String {
    if whole <= 0.0 {
        return "–".to_owned();
    }
    let percent = part / whole * 100.0;
    let decimals = usize::from(percent > 0.0 && percent < 1.0);
    format!("{}{}%", french::rounded(percent, decimals), french::FAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_the_figures_that_say_something() {
        let amounts = [0.0, 0.034, 3.25, 7.0, 7.04, 412.6, 12_345.6].map(amount);
        assert_eq!(
            amounts,
            ["0", "0,03", "3,2", "7", "7", "413", "12\u{202f}346"]
        );
        assert_eq!(bytes(999), "999\u{a0}octets");
        assert_eq!(bytes(1_234_567), "1,2\u{a0}Mo");
        assert_eq!(share(1.0, 3.0), "33\u{a0}%");
        assert_eq!(share(1.0, 300.0), "0,3\u{a0}%");
        assert_eq!(share(0.0, 0.0), "–");
        assert_eq!(by_inhabitant(0.0421), "0,042");
        let weights = weights(&Weights::default());
        assert!(
            weights.starts_with("une tuile 1, un objet 1, "),
            "{weights}"
        );
        assert!(
            weights.ends_with("un export 10 et 0,001 par objet"),
            "{weights}"
        );
    }
}
