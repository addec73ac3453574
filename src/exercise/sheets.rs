//! A commune's statement as a spreadsheet: what it pays by service, how that came, and its titles.

use costs::Cents;
use costs::sheets::{Cell, Look, Sheet};

use super::titles::{euros, recovery_code};
use super::{Fault, Statement};

/// The sheets of a statement; sums are formulas.
///
/// # Errors
/// When an amount cannot be written.
pub fn statement_sheets(it: &Statement) -> Result<Vec<Sheet>, Fault> {
    Ok(vec![services(it)?, calculation(it)?, calendar(it)?])
}

fn services(it: &Statement) -> Result<Sheet, Fault> {
    let head = [
        "Service",
        "Clé",
        "Fonctionnement (€)",
        "Investissement (€)",
        "Total (€)",
        "Coût du service (€)",
        "Porté par la métropole (€)",
    ];
    let mut rows = vec![headings(&head)];
    for service in &it.services {
        let row = rows.len() + 1;
        let carried = service.carried;
        rows.push(vec![
            text(&service.title),
            text(service.key),
            amount(service.by_nature.fonctionnement)?,
            amount(service.by_nature.investissement)?,
            Cell::Formula(format!("C{row}+D{row}"), exact(service.total)?),
            amount(carried.cost)?,
            amount(carried.metropolis())?,
        ]);
    }
    let last = rows.len();
    let columns = [
        ("C", it.by_nature.fonctionnement),
        ("D", it.by_nature.investissement),
        ("E", it.total),
        ("F", it.carried.cost),
        ("G", it.carried.metropolis()),
    ];
    let mut sums = vec![text("Ensemble"), Cell::Empty];
    for (column, cents) in columns {
        // Nothing to add up of a commune that belongs to no service.
        let sum = match last {
            1 => amount(cents)?,
            last => Cell::Formula(format!("SUM({column}2:{column}{last})"), exact(cents)?),
        };
        sums.push(sum);
    }
    rows.push(sums);
    let looks = [[Look::Wide, Look::Plain].to_vec(), vec![Look::Euros; 5]].concat();
    Ok(sheet("État", looks, rows))
}

fn calculation(it: &Statement) -> Result<Sheet, Fault> {
    let mut rows = vec![headings(&[
        "Service",
        "Chapitre",
        "Règle",
        "Étape",
        "Calcul",
        "Montant (€)",
    ])];
    for service in &it.services {
        for chapter in &service.chapters {
            for step in &chapter.steps {
                rows.push(vec![
                    text(&service.title),
                    text(&chapter.title),
                    text(&step.rule.to_string()),
                    text(&step.label),
                    text(&step.working),
                    step.amount.map_or(Ok(Cell::Empty), amount)?,
                ]);
            }
        }
    }
    let looks = vec![
        Look::Wide,
        Look::Wide,
        Look::Plain,
        Look::Wide,
        Look::Wide,
        Look::Euros,
    ];
    Ok(sheet("Calcul", looks, rows))
}

fn calendar(it: &Statement) -> Result<Sheet, Fault> {
    let head = ["Échéance", "Service", "Part", "Recouvrement", "Montant (€)"];
    let mut rows = vec![headings(&head)];
    for title in &it.titles {
        rows.push(vec![
            Cell::Date(title.due),
            text(title.title.as_ref().unwrap_or(&title.service)),
            text(&format!("{} sur {}", title.instalment, title.of)),
            text(recovery_code(title.recovery)),
            amount(title.cents)?,
        ]);
    }
    for left in &it.settlements {
        rows.push(vec![
            Cell::Empty,
            text(left.title.as_ref().unwrap_or(&left.service)),
            text("régularisation"),
            text(recovery_code(left.recovery)),
            amount(left.cents)?,
        ]);
    }
    let looks = vec![
        Look::Plain,
        Look::Wide,
        Look::Plain,
        Look::Wide,
        Look::Euros,
    ];
    Ok(sheet("Calendrier", looks, rows))
}

fn sheet(name: &str, looks: Vec<Look>, rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet {
        name: name.to_owned(),
        looks,
        headings: 1,
        rows,
    }
}

fn headings(words: &[&str]) -> Vec<Cell> {
    words
        .iter()
        .map(|word| Cell::Heading((*word).to_owned()))
        .collect()
}

fn text(words: &str) -> Cell {
    Cell::Text(words.to_owned())
}

fn amount(cents: Cents) -> Result<Cell, Fault> {
    Ok(Cell::Number(exact(cents)?))
}

fn exact(cents: Cents) -> Result<costs::Exact, Fault> {
    euros(cents).parse().map_err(Fault::Amount)
}
