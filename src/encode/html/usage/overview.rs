//! Everybody's use: a map, a chart, a table that can be sorted.

use askama::Template as _;

use super::super::{Html, Page, Painted, Section, Site, commune_map, french};
use super::chart::{Columns, chart};
use super::choice::{Choices, Group};
use super::keys::{self, KeyRow};
use super::parts::{self, Table};
use super::rows::{Head, Row, Sort, heads};
use super::split::Split;
use super::words;
use crate::config::Units;
use crate::model::{Communes, Figures, KeyUse, Median};

/// What the page tells.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a> {
    /// The title of the territory, or « Vos communes ».
    pub whose: &'a str,
    /// When.
    pub choices: Choices,
    /// What answers weigh.
    pub weights: &'a Units,
    /// The communes, in the table's order.
    pub rows: &'a [Row],
    /// The metropolis and the public, where they are seen.
    pub others: &'a [Row],
    /// Everything told apart by kind of account.
    pub kinds: &'a Split,
    /// Told apart by layer.
    pub layers: &'a Split,
    /// Told apart by program.
    pub clients: &'a Split,
    /// The order of the table.
    pub sort: Sort,
    /// Outlines of the communes.
    pub communes: &'a Communes,
    /// Upper bounds of the map's classes, in units for an inhabitant.
    pub classes: &'a [f64],
    /// The commune in the middle.
    pub median: Option<&'a Median>,
    /// Keys with a quota, or that were used this month.
    pub keys: &'a [KeyUse],
}

#[derive(askama::Template)]
#[template(path = "usage_overview.html")]
struct OverviewPage<'a> {
    page: Page<'a>,
    it: Overview<'a>,
    period: String,
    groups: Vec<Group>,
    query: String,
    days: String,
    total: Figures,
    tiles: Vec<(&'static str, String)>,
    chart: String,
    keys: Vec<KeyRow<'a>>,
    layers: Table,
    clients: Table,
    map: String,
    legend: Vec<(&'static str, String)>,
    heads: Vec<Head>,
    month: String,
    weights: String,
}

impl OverviewPage<'_> {
    fn is_empty(&self) -> bool {
        self.total.requests == 0
    }

    fn share(&self, figures: &Figures) -> String {
        words::share(figures.units.approx(), self.total.units.approx())
    }

    /// Width of a bar, out of 100, beside the heaviest.
    fn bar(&self, figures: &Figures, most: i64) -> f64 {
        parts::width(figures.units.0, most)
    }

    fn most(&self) -> i64 {
        let rows = self.it.rows.iter().chain(self.it.others);
        rows.map(|row| row.figures.units.0).max().unwrap_or(0)
    }

    fn people(&self, row: &Row) -> String {
        row.by_inhabitant
            .map_or_else(|| "–".to_owned(), words::by_inhabitant)
    }

    fn units(&self, figures: &Figures) -> String {
        words::units(figures.units)
    }

    fn requests(&self, figures: &Figures) -> String {
        french::count(figures.requests)
    }

    fn bytes(&self, figures: &Figures) -> String {
        words::bytes(figures.bytes)
    }

    fn aborted(&self, figures: &Figures) -> String {
        french::count(figures.aborted)
    }

    /// A small curve, in a box of 120 by 24.
    fn spark(&self, row: &Row) -> String {
        const POINTS: usize = 60;
        let chunk = row.days.len().div_ceil(POINTS).max(1);
        let sums: Vec<i64> = row
            .days
            .chunks(chunk)
            .map(|days| days.iter().sum())
            .collect();
        let most = sums.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return "M0 23H120".to_owned();
        }
        let step = 120.0 / (sums.len().max(2) - 1) as f64;
        let mut path = String::new();
        for (place, sum) in sums.iter().enumerate() {
            let x = (step * place as f64 * 10.0).round() / 10.0;
            let y = ((23.0 - *sum as f64 / most as f64 * 21.0) * 10.0).round() / 10.0;
            path.push_str(&format!("{}{x} {y}", if place == 0 { 'M' } else { 'L' }));
        }
        path
    }
}

/// The page of all accounts.
pub fn overview(site: Site<'_>, it: Overview<'_>) -> Html {
    let period = it.choices.period();
    let days = format!("from={}&to={}", period.from, period.to);
    let query = it.choices.chosen.query();
    let total = it.kinds.total();
    let page = Page::new(site, "Usage", Section::Usage)
        .json(format!("/usage.json?{days}&by=commune"), "application/json");
    OverviewPage {
        map: map(&page, it, &query)?,
        legend: legend(it),
        tiles: tiles(it, total),
        chart: drawn(it, total)?,
        keys: keys::rows(it.keys),
        layers: parts::table("Par couche", "Couche", "layer", it.layers, false),
        clients: parts::table("Par logiciel", "Logiciel", "client", it.clients, false),
        heads: heads(it.sort, &query),
        period: it.choices.says(),
        groups: it.choices.groups(),
        month: words::month(it.choices.today),
        weights: words::weights(it.weights),
        page,
        query,
        days,
        total,
        it,
    }
    .render()
}

fn tiles(it: Overview<'_>, total: Figures) -> Vec<(&'static str, String)> {
    let active = it
        .rows
        .iter()
        .filter(|row| row.figures.requests > 0)
        .count();
    let mut tiles = vec![
        ("Unités", words::units(total.units)),
        ("Demandes", french::count(total.requests)),
        (
            "Communes actives",
            format!("{active} sur {}", it.rows.len()),
        ),
    ];
    if let Some(value) = it.median.and_then(|median| median.by_inhabitant) {
        tiles.push((
            "Unités par habitant, commune médiane",
            words::by_inhabitant(value),
        ));
    }
    tiles.push(("Volume transmis", words::bytes(total.bytes)));
    tiles
}

const LEVELS: [&str; 5] = ["level-1", "level-2", "level-3", "level-4", "level-5"];

/// The class of a value: the first whose bound holds it; the fewer classes, the darker they end.
fn level(classes: &[f64], value: f64) -> &'static str {
    let place = classes
        .iter()
        .position(|bound| value <= *bound)
        .unwrap_or(classes.len().saturating_sub(1));
    let first = LEVELS.len().saturating_sub(classes.len());
    LEVELS.get(first + place).copied().unwrap_or("none")
}

fn map(page: &Page<'_>, it: Overview<'_>, query: &str) -> Html {
    commune_map(
        it.communes,
        "usage",
        "Unités par habitant, commune par commune",
        |commune| {
            let row = it
                .rows
                .iter()
                .find(|row| row.account.as_str() == commune.insee.as_str());
            let value = row.and_then(|row| row.by_inhabitant);
            Painted {
                class: value.map_or("none", |value| level(it.classes, value)),
                says: match (row, value) {
                    (Some(_), Some(value)) => {
                        format!("{} unité par habitant", words::by_inhabitant(value))
                    }
                    (Some(_), None) => "population inconnue".to_owned(),
                    (None, _) => "rien à montrer".to_owned(),
                },
                href: row.map(|row| {
                    format!(
                        "{}/usage?commune={}&{query}",
                        page.root(),
                        row.account.as_str()
                    )
                }),
            }
        },
    )
}

fn legend(it: Overview<'_>) -> Vec<(&'static str, String)> {
    let mut from = 0.0;
    it.classes
        .iter()
        .map(|bound| {
            let to = words::by_inhabitant(*bound);
            let says = if from == 0.0 {
                format!("jusqu’à {to}")
            } else {
                format!("de {} à {to}", words::by_inhabitant(from))
            };
            let entry = (level(it.classes, *bound), says);
            from = *bound;
            entry
        })
        .collect()
}

fn drawn(it: Overview<'_>, total: Figures) -> Html {
    let parts: Vec<&str> = it
        .kinds
        .series
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    chart(&Columns {
        id: "jours",
        title: "Unités par jour",
        description: &format!(
            "{} unités {}, empilées jour par jour\u{a0}: {}.",
            words::units(total.units),
            it.choices.says(),
            parts.join(", "),
        ),
        from: it.choices.period().from,
        series: &it.kinds.series,
        line: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_class_is_the_darkest() {
        let classes = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(level(&classes, 0.5), "level-1");
        assert_eq!(level(&classes, 5.0), "level-5");
        assert_eq!(level(&[2.0, 7.0], 7.0), "level-5");
        assert_eq!(level(&[], 7.0), "none");
    }
}
