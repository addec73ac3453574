//! Documents as pages: French HTML that stands alone, or whose body a page of the portal takes in.

use askama::Template as _;
use costs::Cents;
use costs::exercise::{PopulationKind, Recovery, State};

use super::{Fault, Statement, Title, Yearly};

/// The style sheet of the documents.
pub const STYLE: &str = include_str!("../../templates/costs/paper.css");

#[derive(askama::Template)]
#[template(path = "costs/alone.html")]
struct Alone<'a> {
    title: &'a str,
    style: &'static str,
    body: &'a str,
}

#[derive(askama::Template)]
#[template(path = "costs/statement.html")]
struct StatementBody<'a> {
    it: &'a Statement,
}

#[derive(askama::Template)]
#[template(path = "costs/yearly.html")]
struct YearlyBody<'a> {
    it: &'a Yearly,
}

/// A statement's page, alone.
///
/// # Errors
/// When a template cannot be filled.
pub fn statement_page(statement: &Statement) -> Result<String, Fault> {
    alone(&statement.heading(), &statement_body(statement)?)
}

/// What a statement says, for a page that has its own head.
///
/// # Errors
/// When a template cannot be filled.
pub fn statement_body(statement: &Statement) -> Result<String, Fault> {
    Ok(StatementBody { it: statement }.render()?)
}

/// The page of the communication to the council, alone.
///
/// # Errors
/// When a template cannot be filled.
pub fn yearly_page(yearly: &Yearly) -> Result<String, Fault> {
    let title = format!("Services communs : l’année {}", yearly.year);
    alone(&title, &YearlyBody { it: yearly }.render()?)
}

fn alone(title: &str, body: &str) -> Result<String, Fault> {
    let page = Alone {
        title,
        style: STYLE,
        body,
    };
    Ok(page.render()?)
}

impl Statement {
    /// What the document is called.
    pub fn heading(&self) -> String {
        let name = self.name.as_deref().unwrap_or(self.insee.as_str());
        format!("État de refacturation {}, {name}", self.year)
    }

    /// The titles in the order of their days.
    fn calendar(&self) -> Vec<&Title> {
        let mut rows: Vec<&Title> = self.titles.iter().collect();
        rows.sort_by_key(|title| title.due);
        rows
    }

    /// Who carries the cost: class, words, amount, and where it stands in a bar of 10,000 units.
    fn parts(&self) -> Vec<Part<'_>> {
        let it = &self.carried;
        let commune = self.name.as_deref().unwrap_or("la commune");
        let parts = [
            ("commune", commune, it.commune),
            ("others", "les autres communes", it.others),
            ("own-use", "métropole, usage propre", it.own_use),
            ("solidarity", "métropole, solidarité", it.solidarity),
            ("public-use", "métropole, usage public", it.public_use),
            ("rest", "métropole, gratuité et solde", it.rest),
        ];
        let carried = parts.iter().map(|(_, _, cents)| i128::from(cents.0.max(0)));
        let whole: i128 = carried.sum::<i128>().max(1);
        let mut x = 0;
        let told = parts
            .into_iter()
            .filter(|(.., cents)| *cents != Cents::ZERO);
        told.map(|(class, label, cents)| {
            let width = i128::from(cents.0.max(0)) * 10_000 / whole;
            x += width;
            Part {
                class,
                label,
                cents,
                x: x - width,
                width,
            }
        })
        .collect()
    }
}

/// Somebody's part of a cost, in a bar.
struct Part<'a> {
    class: &'static str,
    label: &'a str,
    cents: Cents,
    x: i128,
    width: i128,
}

/// A change, with its sign.
fn signed(cents: &Cents) -> String {
    let plus = if *cents > Cents::ZERO { "+" } else { "" };
    format!("{plus}{cents}")
}

/// A count, its digits in groups of three.
fn count(number: &u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// Hundredths with a comma.
fn hundredths(number: i64) -> String {
    format!("{},{:02}", number / 100, number.abs() % 100)
}

fn stage(state: &State) -> &'static str {
    match state {
        State::Forecast => "prévisionnel",
        State::Final => "définitif",
    }
}

fn base(kind: &PopulationKind) -> &'static str {
    match kind {
        PopulationKind::Municipale => "municipale",
        PopulationKind::Totale => "totale",
        PopulationKind::Dgf => "DGF",
    }
}

fn way(recovery: &Recovery) -> &'static str {
    match recovery {
        Recovery::Titre => "titre de recette",
        Recovery::AttributionDeCompensation => "imputation sur l’attribution de compensation",
    }
}
