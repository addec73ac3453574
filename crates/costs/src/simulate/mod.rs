//! What if: an exercise beside variants of it, for meetings of mayors.
//!
//! A variant changes an exercise's keys, members, rates or populations, and nothing of what was
//! spent; its outcome is the same computation's.

mod plot;
mod variant;

use serde::Serialize;

pub use plot::plot;
pub use variant::{
    Joining, Leaving, ServiceVariant, Variant, Variants, variants_from_json, variants_from_toml,
};

use crate::check::{Checked, check};
use crate::compute::{Outcome, compute};
use crate::finding::Finding;
use crate::number::Cents;
use crate::summary::{Changes, Summary, changes, summary};

/// An exercise and its variants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// The exercise as it is.
    pub base: Summary,
    /// The variants, in their order.
    pub variants: Vec<Simulated>,
}

/// A variant's outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulated {
    /// What it is called.
    pub name: String,
    /// What readers must know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it comes to.
    pub summary: Summary,
    /// What changes from the exercise as it is.
    pub changes: Changes,
    /// How many communes pay less.
    pub gain: usize,
    /// How many pay more.
    pub lose: usize,
}

/// Computes an exercise and variants of it.
///
/// # Errors
/// What is wrong with a variant, its name before its table; amounts larger than accounts hold.
pub fn simulate(base: &Checked, variants: &Variants) -> Result<Simulation, Vec<Finding>> {
    let (before, _) = compute(base).map_err(|finding| vec![finding])?;
    let mut simulated = Vec::new();
    for variant in &variants.variants {
        let told = |findings: Vec<Finding>| {
            let named = |finding: Finding| Finding {
                table: format!("variant « {} » › {}", variant.name, finding.table),
                ..finding
            };
            findings.into_iter().map(named).collect::<Vec<_>>()
        };
        let changed = variant.apply(base).map_err(|it| told(vec![it]))?;
        let (checked, _) = check(changed).map_err(told)?;
        let (outcome, _) = compute(&checked).map_err(|it| told(vec![it]))?;
        simulated.push(one(variant, &checked, (&before, &outcome)).map_err(|it| told(vec![it]))?);
    }
    Ok(Simulation {
        base: summary(base, &before).map_err(|error| vec![Finding::file(error.to_string())])?,
        variants: simulated,
    })
}

fn one(
    variant: &Variant,
    checked: &Checked,
    (before, after): (&Outcome, &Outcome),
) -> Result<Simulated, Finding> {
    let changes = changes(before, after);
    let count = |of: fn(Cents) -> bool| {
        let communes = changes.communes.values();
        communes.filter(|change| of(change.change)).count()
    };
    let (gain, lose) = (
        count(|cents| cents < Cents::ZERO),
        count(|cents| cents > Cents::ZERO),
    );
    Ok(Simulated {
        name: variant.name.clone(),
        note: variant.note.clone(),
        summary: summary(checked, after).map_err(|error| Finding::file(error.to_string()))?,
        changes,
        gain,
        lose,
    })
}
