//! Rules 1 to 5: the lines that make a service's cost, each rounded to the cent once.

use std::collections::BTreeMap;

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};
use serde::Serialize;

use crate::check::Checked;
use crate::days::Span;
use crate::exercise::{Agent, ContractKind, Entry, Investment, Mode, Project, Service, Staff};
use crate::number::{Cents, Exact, TooLarge};
use crate::share::{Weighed, Weights};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Rule 1: an agent's real cost by the share of time.
    Payroll,
    /// Rule 4: the digital department's staff during set-up.
    DigitalStaff,
    /// Rule 2: structural charges.
    Overhead,
    /// Rule 3: direct operating expenses.
    Operating,
    /// Rule 3: direct investment expenses.
    Investment,
    /// Rule 4: yearly maintenance.
    Maintenance,
    /// Rule 4: yearly hosting.
    Hosting,
    /// Rule 5: receipts, negative.
    Receipts,
}

/// The two columns of the accounts, shared apart so that both close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// Operations.
    Fonctionnement,
    /// Investment.
    Investissement,
}

impl LineKind {
    /// The column that it stands in.
    pub fn nature(self) -> Nature {
        match self {
            Self::Investment => Nature::Investissement,
            _ => Nature::Fonctionnement,
        }
    }

    /// The number of its rule.
    pub fn rule(self) -> u8 {
        match self {
            Self::Payroll => 1,
            Self::Overhead => 2,
            Self::Operating | Self::Investment => 3,
            Self::DigitalStaff | Self::Maintenance | Self::Hosting => 4,
            Self::Receipts => 5,
        }
    }
}

/// One line of a service's cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// What the exercise calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The rounded amount; receipts are negative, so that the lines add up to the cost.
    pub cents: Cents,
    /// How it was computed.
    pub working: Working,
    /// The shared contract that it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractPart>,
}

/// How a line was computed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Working {
    /// Cost × Σ (share × days) ÷ days.
    Time {
        /// A year's cost, or what was paid.
        cost: Exact,
        /// Whether the cost is what was really paid.
        paid: bool,
        /// Shares and days.
        terms: Vec<Term>,
        /// Days that they are days of: the year's, or those present; 0 when a paid share is for
        /// the year.
        of_days: u32,
    },
    /// Base × rate.
    Rate {
        /// The sum of rounded lines.
        base: Cents,
        /// The rate.
        rate: Exact,
    },
    /// The amount itself.
    Amount {
        /// Euros.
        amount: Exact,
    },
    /// Amount × (1 − rate).
    NetFctva {
        /// Euros.
        amount: Exact,
        /// The FCTVA's rate.
        rate: Exact,
    },
    /// One of equal yearly parts.
    Annuity {
        /// Euros.
        amount: Exact,
        /// How many parts.
        years: u32,
        /// Which, from 1; none when no part falls in the year.
        nth: Option<u32>,
    },
}

/// A share of time over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Share of working time.
    pub share: Exact,
    /// Days that count.
    pub days: u32,
}

/// What a line takes of a shared contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractPart {
    /// Euros of the whole contract.
    pub amount: Exact,
    /// Every service's weight.
    pub split: BTreeMap<String, Exact>,
}

/// The lines of a service, in the order of [`LineKind`].
pub(crate) fn lines(checked: &Checked, service: &Service) -> Result<Vec<Line>, TooLarge> {
    let mut lines = Vec::new();
    for agent in &service.agents {
        lines.push(payroll(checked, agent)?);
    }
    let payroll_lines = lines.len();
    for project in &service.digital_projects {
        for person in &project.staff {
            lines.push(digital_staff(checked, project, person)?);
        }
    }
    let base = if service.overhead_on_digital_staff {
        &lines[..]
    } else {
        &lines[..payroll_lines]
    };
    if !base.is_empty() {
        let base = Cents::total(base.iter().map(|line| line.cents))?;
        lines.push(overhead(base, service.overhead_rate())?);
    }
    for entry in &service.operating {
        lines.push(amount(LineKind::Operating, entry)?);
    }
    for line in &service.investment {
        lines.push(investment(checked, line)?);
    }
    for (kind, entry) in [
        (LineKind::Maintenance, &service.maintenance),
        (LineKind::Hosting, &service.hosting),
    ] {
        if let Some(entry) = entry {
            lines.push(amount(kind, entry)?);
        }
    }
    for entry in &service.receipts {
        let mut line = amount(LineKind::Receipts, entry)?;
        line.cents = -line.cents;
        lines.push(line);
    }
    contracts(checked, service, &mut lines)?;
    lines.sort_by_key(|line| line.kind);
    Ok(lines)
}

/// Rule 1. An annualised cost is multiplied by days present over days of the year; what was really
/// paid in the year is not prorated again. Periods are summed exactly and rounded once.
fn payroll(checked: &Checked, agent: &Agent) -> Result<Line, TooLarge> {
    let year = checked.year();
    let terms: Vec<Term> = agent
        .periods
        .iter()
        .map(|period| Term {
            share: period.share,
            days: year.days_between(period.from, period.until),
        })
        .collect();
    let (cost, paid) = cost_of(agent.annual_cost, agent.paid);
    let of_days = if paid { 0 } else { year.days() };
    time(
        LineKind::Payroll,
        &agent.label,
        (cost, paid),
        terms,
        of_days,
    )
}

/// Rule 4. Presence ∩ set-up period ∩ year: an annualised cost over the days of the year, a paid
/// one over the days present.
fn digital_staff(checked: &Checked, project: &Project, person: &Staff) -> Result<Line, TooLarge> {
    let year = checked.year();
    let present = year.within(person.from, person.until);
    let counted = present
        .zip(year.within(project.setup_from, project.setup_until))
        .and_then(|(present, setup)| present.meet(setup));
    let days = |span: Option<Span>| span.map_or(0, Span::days);
    let (cost, paid) = cost_of(person.annual_cost, person.paid);
    // Paid without a day present: over one day, of which none counts.
    let of_days = if paid {
        days(present).max(1)
    } else {
        year.days()
    };
    let term = Term {
        share: person.share,
        days: days(counted),
    };
    let label = person.label.as_ref().or(project.label.as_ref()).cloned();
    time(
        LineKind::DigitalStaff,
        &label,
        (cost, paid),
        vec![term],
        of_days,
    )
}

/// The cost, and whether it is what was paid. A checked exercise has exactly one of them.
fn cost_of(annual_cost: Option<Exact>, paid: Option<Exact>) -> (Exact, bool) {
    match paid {
        Some(paid) => (paid, true),
        None => (annual_cost.unwrap_or(Exact::ZERO), false),
    }
}

fn time(
    kind: LineKind,
    label: &Option<String>,
    (cost, paid): (Exact, bool),
    terms: Vec<Term>,
    of_days: u32,
) -> Result<Line, TooLarge> {
    let sum = terms.iter().fold(BigRational::zero(), |sum, term| {
        // With a paid cost of the year, the share is one figure: no days.
        let days = if of_days == 0 { 1 } else { term.days };
        sum + term.share.big() * BigInt::from(days)
    });
    let exact = cost.big() * sum / BigInt::from(of_days.max(1));
    Ok(Line {
        kind,
        label: label.clone(),
        cents: Cents::of_euros(&exact)?,
        working: Working::Time {
            cost,
            paid,
            terms,
            of_days,
        },
        contract: None,
    })
}

/// Rule 2: once a service, on the sum of its rounded lines.
fn overhead(base: Cents, rate: Exact) -> Result<Line, TooLarge> {
    Ok(Line {
        kind: LineKind::Overhead,
        label: None,
        cents: base.rate(rate)?,
        working: Working::Rate { base, rate },
        contract: None,
    })
}

fn amount(kind: LineKind, entry: &Entry) -> Result<Line, TooLarge> {
    Ok(Line {
        kind,
        label: entry.label.clone(),
        cents: Cents::of_euros(&entry.amount.big())?,
        working: Working::Amount {
            amount: entry.amount,
        },
        contract: None,
    })
}

/// Rule 3, the modes of investment lines.
fn investment(checked: &Checked, line: &Investment) -> Result<Line, TooLarge> {
    let amount = line.entry.amount;
    let exercise = checked.exercise();
    let (cents, working) = match line.mode {
        Mode::Full => (Cents::of_euros(&amount.big())?, Working::Amount { amount }),
        Mode::NetFctva => {
            let rate = exercise.fctva_rate.unwrap_or(Exact::ZERO);
            let net = amount.big() * (Exact::ONE.big() - rate.big());
            (Cents::of_euros(&net)?, Working::NetFctva { amount, rate })
        }
        Mode::Annuity => {
            let years = line.years.unwrap_or(1);
            let since = line.since.unwrap_or(exercise.year);
            let nth = i64::from(exercise.year) - i64::from(since);
            let nth = u32::try_from(nth).ok().filter(|nth| *nth < years);
            let whole = Cents::of_euros(&amount.big())?;
            let working = Working::Annuity {
                amount,
                years,
                nth: nth.map(|nth| nth + 1),
            };
            (
                nth.map_or(Cents::ZERO, |nth| whole.equal_part(nth, years)),
                working,
            )
        }
    };
    Ok(Line {
        kind: LineKind::Investment,
        label: line.entry.label.clone(),
        cents,
        working,
        contract: None,
    })
}

/// Parts of shared contracts: the contract's cents are split by largest remainder over the
/// services' weights, and each part then counts as a line of its service.
fn contracts(checked: &Checked, service: &Service, to: &mut Vec<Line>) -> Result<(), TooLarge> {
    for contract in &checked.exercise().contracts {
        let Some(place) = contract.split.keys().position(|id| *id == service.id) else {
            continue;
        };
        let whole = Cents::of_euros(&contract.amount.big())?;
        let part = split_weights(&contract.split)
            .split(whole)
            .map(|split| split.members[place]);
        let part = Exact::new(part.unwrap_or_default().0.into(), 100);
        let entry = Entry {
            amount: part,
            label: contract.label.clone(),
            source: None,
        };
        let mut line = match contract.kind {
            ContractKind::Operating => amount(LineKind::Operating, &entry)?,
            ContractKind::Maintenance => amount(LineKind::Maintenance, &entry)?,
            ContractKind::Hosting => amount(LineKind::Hosting, &entry)?,
            ContractKind::Investment => {
                let line = Investment {
                    entry,
                    mode: contract.mode.unwrap_or_default(),
                    years: contract.years,
                    since: contract.since,
                };
                investment(checked, &line)?
            }
        };
        line.contract = Some(ContractPart {
            amount: contract.amount,
            split: contract.split.clone(),
        });
        to.push(line);
    }
    Ok(())
}

/// The services' weights in the order of their ids, as whole numbers.
fn split_weights(split: &BTreeMap<String, Exact>) -> Weights {
    let ratios: Vec<BigRational> = split.values().map(|weight| weight.big()).collect();
    let common = ratios
        .iter()
        .fold(BigInt::one(), |common, ratio| common.lcm(ratio.denom()));
    let whole = |ratio: &BigRational| (ratio * &common).to_integer().magnitude().clone();
    Weighed {
        members: ratios.iter().map(whole).collect(),
        public: BigUint::ZERO,
        metropolis: BigUint::ZERO,
    }
    .reduced()
}
