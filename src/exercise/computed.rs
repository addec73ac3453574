//! An exercise with what it comes to, and those that it is compared with.

use costs::exercise::Exercise;
use costs::{Checked, Finding, Outcome};

/// An exercise, checked and computed.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The exercise.
    pub checked: Checked,
    /// What it comes to.
    pub outcome: Outcome,
}

impl Computed {
    /// Checks and computes an exercise; the warnings beside it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(exercise: Exercise) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let (checked, mut warnings) = costs::check(exercise)?;
        let (outcome, odd) = costs::compute(&checked).map_err(|finding| vec![finding])?;
        warnings.extend(odd);
        Ok((Self { checked, outcome }, warnings))
    }

    /// The exercise as it is billed: without its studies.
    pub fn exercise(&self) -> &Exercise {
        self.checked.exercise()
    }
}

/// What a document compares an exercise with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The previous year's.
    pub previous: Option<&'a Computed>,
    /// The same year's forecast.
    pub forecast: Option<&'a Computed>,
}

/// A document that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The exercise does not know the commune.
    #[error(
        "the exercise has no commune {0}: see its table of communes and the members of its services"
    )]
    Stranger(costs::exercise::Insee),
    /// An amount is larger than any account holds.
    #[error("{0}")]
    Amount(String),
    /// A template does not make a document.
    #[error(transparent)]
    Print(#[from] print::PrintError),
    /// A template does not make a page.
    #[error("the page cannot be made: {0}")]
    Page(#[from] askama::Error),
    /// Data that are no JSON.
    #[error("the data cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// Rows that are no CSV.
    #[error("the rows cannot be written: {0}")]
    Csv(String),
}

impl From<costs::TooLarge> for Fault {
    fn from(error: costs::TooLarge) -> Self {
        Self::Amount(error.to_string())
    }
}

impl From<Finding> for Fault {
    fn from(finding: Finding) -> Self {
        Self::Amount(finding.to_string())
    }
}
