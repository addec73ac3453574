//! One account's use: a commune's, the metropolis's, the public's.

use askama::Template as _;

use super::super::{Html, Page, Section, Site, french};
use super::chart::{Columns, Series, chart, is_long};
use super::choice::{Choices, Group};
use super::keys::{self, KeyRow};
use super::parts::{self, Table};
use super::split::Split;
use super::words;
use crate::config::Units;
use crate::model::{Booked, Figures, KeyUse, Median};

/// What the page tells.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Whose.
    pub account: &'a Booked,
    /// How it is called.
    pub name: &'a str,
    /// When.
    pub choices: Choices,
    /// What answers weigh.
    pub weights: &'a Units,
    /// Told apart by layer.
    pub layers: &'a Split,
    /// Told apart by program.
    pub clients: &'a Split,
    /// Told apart by kind of request.
    pub operations: &'a Split,
    /// Whether the chart's columns are made of programs, not of layers.
    pub by_client: bool,
    /// The account's population, when it is a commune whose population is known.
    pub population: Option<i64>,
    /// The commune in the middle.
    pub median: Option<&'a Median>,
    /// The account's keys, and this month in words.
    pub keys: &'a [KeyUse],
    /// Whether there are other accounts to go back to.
    pub among_others: bool,
}

#[derive(askama::Template)]
#[template(path = "usage_account.html")]
struct AccountPage<'a> {
    page: Page<'a>,
    it: Account<'a>,
    period: String,
    groups: Vec<Group>,
    /// The address's own words for the account and the days: `commune=44143&periode=30j`.
    query: String,
    /// The same for downloads, whose days are written out.
    days: String,
    total: Figures,
    tiles: Vec<(&'static str, String)>,
    chart: String,
    keys: Vec<KeyRow<'a>>,
    layers: Table,
    clients: Table,
    operations: Table,
    beside: Option<Beside>,
    /// Whether the median's line is smoothed.
    smooth: bool,
    month: String,
    weights: String,
}

/// The account beside the commune in the middle.
struct Beside {
    /// Widths of two bars out of 100.
    own: f64,
    median: f64,
    own_says: String,
    median_says: String,
    /// In a sentence.
    says: String,
    communes: usize,
}

impl AccountPage<'_> {
    fn is_empty(&self) -> bool {
        self.total.requests == 0
    }

    fn shown(&self) -> &[Series] {
        if self.it.by_client {
            &self.it.clients.series
        } else {
            &self.it.layers.series
        }
    }
}

/// The page of one account.
pub fn account(site: Site<'_>, it: Account<'_>) -> Html {
    let title = format!("Usage – {}", it.name);
    let mut page = Page::new(
        site,
        if it.among_others { it.name } else { &title },
        Section::Usage,
    );
    if it.among_others {
        page = page.under("Usage", format!("/usage?{}", it.choices.chosen.query()));
    }
    let total = it.layers.total();
    let period = it.choices.period();
    let days = format!(
        "commune={}&from={}&to={}",
        it.account.as_str(),
        period.from,
        period.to
    );
    let page = page.json(format!("/usage.json?{days}&by=day"), "application/json");
    AccountPage {
        page,
        period: it.choices.says(),
        groups: it.choices.groups(),
        query: format!(
            "commune={}&{}",
            it.account.as_str(),
            it.choices.chosen.query()
        ),
        days,
        tiles: tiles(it, total),
        chart: drawn(it, total)?,
        keys: keys::rows(it.keys),
        layers: parts::table("Par couche", "Couche", "layer", it.layers, !it.by_client),
        clients: parts::table(
            "Par logiciel",
            "Logiciel",
            "client",
            it.clients,
            it.by_client,
        ),
        operations: parts::table(
            "Par type de demande",
            "Type de demande",
            "operation",
            it.operations,
            false,
        ),
        beside: beside(it, total),
        smooth: is_long(period.days()),
        month: words::month(it.choices.today),
        weights: words::weights(it.weights),
        total,
        it,
    }
    .render()
}

fn tiles(it: Account<'_>, total: Figures) -> Vec<(&'static str, String)> {
    let mut tiles = vec![
        ("Unités", words::units(total.units)),
        ("Demandes", french::count(total.requests)),
    ];
    if let Some(people) = it.population.filter(|count| *count > 0) {
        let value = total.units.approx() / people as f64;
        tiles.push(("Unités par habitant", words::by_inhabitant(value)));
    }
    tiles.push(("Volume transmis", words::bytes(total.bytes)));
    tiles
}

fn drawn(it: Account<'_>, total: Figures) -> Html {
    let series = if it.by_client {
        &it.clients.series
    } else {
        &it.layers.series
    };
    let parts: Vec<&str> = series.iter().map(|one| one.name.as_str()).collect();
    let median = it
        .median
        .map_or("", |_| " Une ligne tiretée marque la médiane des communes.");
    let description = format!(
        "{} unités {}, empilées jour par jour\u{a0}: {}.{median} Les mêmes chiffres sont dans les \
         tableaux.",
        words::units(total.units),
        it.choices.says(),
        parts.join(", "),
    );
    chart(&Columns {
        id: "jours",
        title: &format!("Unités par jour, {}", it.name),
        description: &description,
        from: it.choices.period().from,
        series,
        line: it
            .median
            .map(|median| &median.days[..so_far(it.choices).min(median.days.len())]),
    })
}

/// Days of the period that have begun: what is to come has no median.
fn so_far(choices: Choices) -> usize {
    let days = (choices.today - choices.period().from).num_days() + 1;
    usize::try_from(days).unwrap_or(0)
}

/// By inhabitant where populations are known, or else units.
fn beside(it: Account<'_>, total: Figures) -> Option<Beside> {
    let median = it.median?;
    let units = total.units.approx();
    let people = it.population.filter(|count| *count > 0);
    let (own, middle, unit) = match (people, median.by_inhabitant) {
        (Some(count), Some(middle)) => (units / count as f64, middle, "unité par habitant"),
        _ => (units, median.units, "unités"),
    };
    let most = own.max(middle);
    let width = |value: f64| {
        if most > 0.0 {
            (value / most * 1000.0).round() / 10.0
        } else {
            0.0
        }
    };
    let by = if people.is_some() && median.by_inhabitant.is_some() {
        "Par habitant, "
    } else {
        ""
    };
    let says = if middle == 0.0 {
        format!("La commune médiane n’a rien demandé, {} si.", it.name)
    } else {
        format!("{by}{} utilise {}", it.name, ratio(own / middle))
    };
    Some(Beside {
        own: width(own),
        median: width(middle),
        own_says: format!("{} {unit}", words::by_inhabitant(own)),
        median_says: format!("{} {unit}", words::by_inhabitant(middle)),
        says,
        communes: median.communes,
    })
}

/// A ratio in words.
fn ratio(ratio: f64) -> String {
    let percent = |part: f64| format!("{}{}%", french::rounded(part * 100.0, 0), french::FAST);
    let than = "que la commune médiane.";
    if ratio < 0.95 {
        format!("Géonantes {} de moins {than}", percent(1.0 - ratio))
    } else if ratio <= 1.05 {
        format!("Géonantes autant {than}")
    } else if ratio < 2.0 {
        format!("Géonantes {} de plus {than}", percent(ratio - 1.0))
    } else {
        let times = french::rounded(ratio, usize::from(ratio < 10.0));
        format!("Géonantes {times} fois autant {than}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_reads_as_a_sentence() {
        let begins = |value: f64, words: &str| ratio(value).starts_with(words);
        assert!(
            begins(0.53, "Géonantes 47\u{a0}% de moins"),
            "{}",
            ratio(0.53)
        );
        assert!(begins(1.01, "Géonantes autant"));
        assert!(begins(1.32, "Géonantes 32\u{a0}% de plus"));
        assert!(begins(2.44, "Géonantes 2,4 fois autant"));
    }
}
