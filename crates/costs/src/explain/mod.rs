//! Rule 10: from any amount, the chain of lines, weights, dates and rules that made it.

mod line;
pub(crate) mod text;
mod weight;

use chrono::NaiveDate;
use serde::Serialize;

use crate::check::Checked;
use crate::compute::{ByNature, MetropolisPart, Worked, work};
use crate::days::Year;
use crate::exercise::{Insee, KeyKind, Service};
use crate::finding::Finding;
use crate::keys::Ruling;
use crate::lines::{Line, Nature};
use crate::number::{Cents, Exact};

use line::{exact_euros, formula};
pub use text::{Chapter, Step, key_name, kind_name};
pub use weight::{Origin, Portion};

/// Whose amount is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// A commune that the service lists.
    Commune(Insee),
    /// The metropolis.
    Metropolis,
}

/// How an amount came to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The year.
    pub year: Year,
    /// The service's id.
    pub service: String,
    /// Its name in documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the service is only studied: nothing of this is billed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub study: bool,
    /// The commune's code, or `metropolis`.
    pub payer: String,
    /// The commune's name, where the exercise gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it pays.
    pub amount: Cents,
    /// The same, a column each.
    pub by_nature: ByNature<Cents>,
    /// Rules 1 to 5: what makes the cost.
    pub lines: Vec<ExplainedLine>,
    /// Rule 5: the cost.
    pub cost: ByNature<Cents>,
    /// Rule 6: what the metropolis takes upon itself first.
    pub metropolitan: Metropolitan,
    /// Rule 7: the key.
    pub key: KeyKind,
    /// The commune's periods of membership; none for the metropolis.
    pub membership: Vec<Membership>,
    /// Rules 7 and 8: each part of the amount.
    pub portions: Vec<Portion>,
}

/// A line, with its rule and its arithmetic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedLine {
    /// The number of the rule.
    pub rule: u8,
    /// The column.
    pub nature: Nature,
    /// The arithmetic, as documents write it.
    pub formula: String,
    /// The exact amount in euros before it was rounded: a decimal, or a quotient.
    pub exact: String,
    /// The line.
    #[serde(flatten)]
    pub line: Line,
}

/// The metropolis's own use and solidarity, with what decided them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metropolitan {
    /// Whether the key takes them at all: `free`, `fixed` and `tariff` do not.
    pub applies: bool,
    /// Rate of own use.
    pub own_use_rate: Exact,
    /// Members of one day in the year at least.
    pub members: u64,
    /// The number of members that makes solidarity, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u64>,
    /// Rate of solidarity, where the service has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solidarity_rate: Option<Exact>,
    /// What they come to, and what else the metropolis carries.
    pub by_nature: ByNature<MetropolisPart>,
    /// What is left to share, a column each.
    pub rest: ByNature<Cents>,
}

/// A period of membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// First day in the year.
    pub from: NaiveDate,
    /// Last day in the year.
    pub until: NaiveDate,
    /// Days, both ends included.
    pub days: u32,
    /// The level, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The level's coefficient.
    pub coefficient: Exact,
}

/// Explains what a payer pays for a service; `None` when the exercise has no such service, or the
/// service no such member.
///
/// # Errors
/// When an amount is larger than any account holds.
pub fn explain(
    checked: &Checked,
    service: &str,
    payer: Payer,
) -> Result<Option<Explanation>, Finding> {
    let known = checked.service(service);
    let Some(service) = known.or_else(|| checked.study(service)) else {
        return Ok(None);
    };
    let worked = work(checked, service).map_err(|error| Finding {
        table: format!("services « {} »", service.id),
        row: None,
        cell: None,
        message: error.to_string(),
    })?;
    let place = match payer {
        Payer::Metropolis => None,
        Payer::Commune(insee) => {
            let rows = &worked.adherents.rows;
            match rows.binary_search_by_key(&insee, |row| row.insee) {
                Ok(place) => Some(place),
                Err(_) => return Ok(None),
            }
        }
    };
    Ok(Some(chain(checked, service, &worked, place)))
}

/// The chain for the member at a place, or for the metropolis.
fn chain(
    checked: &Checked,
    service: &Service,
    worked: &Worked,
    place: Option<usize>,
) -> Explanation {
    let outcome = &worked.outcome;
    let insee = place.map(|at| worked.adherents.rows[at].insee);
    let communes = &checked.exercise().communes;
    let name = communes
        .iter()
        .find(|commune| Some(commune.insee) == insee)
        .and_then(|commune| commune.name.as_deref());
    let by_nature = match place {
        Some(at) => outcome.shares[at].by_nature,
        None => ByNature {
            fonctionnement: outcome.metropolis.fonctionnement.total(),
            investissement: outcome.metropolis.investissement.total(),
        },
    };
    let lines = outcome.lines.iter().map(|line| ExplainedLine {
        rule: line.kind.rule(),
        nature: line.kind.nature(),
        formula: formula(line),
        exact: exact_euros(line),
        line: line.clone(),
    });
    let metropolitan = metropolitan(service, worked);
    Explanation {
        year: checked.year(),
        service: service.id.clone(),
        title: service.title.clone(),
        study: service.study.is_some(),
        payer: insee.map_or_else(|| "metropolis".to_owned(), |insee| insee.to_string()),
        name: name.map(str::to_owned),
        amount: by_nature.total(),
        by_nature,
        lines: lines.collect(),
        cost: outcome.cost,
        key: service.key.kind,
        membership: insee.map_or_else(Vec::new, |insee| membership(checked, service, insee)),
        portions: weight::portions(service, worked, &metropolitan.rest, place),
        metropolitan,
    }
}

fn metropolitan(service: &Service, worked: &Worked) -> Metropolitan {
    let outcome = &worked.outcome;
    let applies = matches!(worked.ruling, Ruling::Weights(_));
    let left = |cost: Cents, part: &MetropolisPart| cost - part.own_use - part.solidarity;
    Metropolitan {
        applies,
        own_use_rate: service.own_use_rate.unwrap_or(Exact::ZERO),
        members: worked.adherents.count(),
        threshold: service.metropolitan.as_ref().map(|m| m.threshold),
        solidarity_rate: service.metropolitan.as_ref().map(|m| m.rate),
        by_nature: outcome.metropolis,
        rest: ByNature {
            fonctionnement: left(
                outcome.cost.fonctionnement,
                &outcome.metropolis.fonctionnement,
            ),
            investissement: left(
                outcome.cost.investissement,
                &outcome.metropolis.investissement,
            ),
        },
    }
}

/// The periods of a commune in the year, in order.
fn membership(checked: &Checked, service: &Service, insee: Insee) -> Vec<Membership> {
    let own = service
        .members
        .iter()
        .filter(|member| member.insee == insee);
    let mut periods: Vec<Membership> = own
        .filter_map(|member| {
            let span = checked.year().within(member.from, member.until)?;
            Some(Membership {
                from: span.first,
                until: span.last,
                days: span.days(),
                level: member.level,
                coefficient: service.coefficient(member.level),
            })
        })
        .collect();
    periods.sort_by_key(|period| period.from);
    periods
}
