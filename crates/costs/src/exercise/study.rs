//! A service that is not created yet: the steps of its study.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::value;

/// A step of the study of a new domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which one.
    pub step: StepKind,
    /// How far it is.
    #[serde(default)]
    pub state: StepState,
    /// When it ended, or is to end.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub on: Option<NaiveDate>,
    /// What was found, or who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The steps, as the scheme's working groups take them: «réaliser un état des lieux, définir le
/// périmètre et les prestations concernées […], analyser la faisabilité organisationnelle, technique,
/// juridique, numérique et financière, et proposer la ou les formes de mise en œuvre».
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// What there is.
    EtatDesLieux,
    /// What the service would do, and for whom.
    Perimetre,
    /// Whether it can be done, and at what cost.
    Faisabilite,
    /// In which form.
    Forme,
}

impl StepKind {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [
        Self::EtatDesLieux,
        Self::Perimetre,
        Self::Faisabilite,
        Self::Forme,
    ];

    /// What documents call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::EtatDesLieux => "état des lieux",
            Self::Perimetre => "périmètre",
            Self::Faisabilite => "faisabilité",
            Self::Forme => "forme",
        }
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Not begun.
    #[default]
    Planned,
    /// Under way.
    Running,
    /// Ended.
    Done,
}

impl StepState {
    /// What documents call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "à venir",
            Self::Running => "en cours",
            Self::Done => "fait",
        }
    }
}
