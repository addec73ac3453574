//! The exercise: one year of shared services, as people write it.
//!
//! The form is the contract's, with labels, sources and notes beside; an unknown key is refused.
//! What a number or a date may be is seen to here; what the tables mean together is
//! [`crate::check()`]'s.

mod commune;
mod entry;
mod key;
mod service;
mod study;
mod value;

pub(crate) use commune::Populations;
pub use commune::{Commune, Insee, PopulationBase, PopulationKind};
pub use entry::{Contract, ContractKind, Entry, Investment, Mode};
pub use key::{Key, KeyKind, Part, PriceLine};
pub use service::{Agent, Member, Metropolitan, Period, Project, Service, Staff, Status};
pub use study::{Step, StepKind, StepState};

use serde::{Deserialize, Serialize};

use crate::number::Exact;

/// One year, the population it is shared by, and its services.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The calendar year.
    #[serde(deserialize_with = "value::whole")]
    pub year: i32,
    /// What documents call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What readers must know of it, such as that its amounts are made up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Forecast, on which the year is billed, or final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Which population the communes' figures are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationBase>,
    /// Rate of the FCTVA (the State's refund of VAT on investment) in the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fctva_rate: Option<Exact>,
    /// How amounts are called in, unless a service says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// In how many instalments the forecast is called in.
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub instalments: Option<u32>,
    /// The communes and their populations.
    #[serde(default)]
    pub communes: Vec<Commune>,
    /// The services.
    pub services: Vec<Service>,
    /// Contracts that several services share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<Contract>,
}

/// What an exercise's amounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Expected amounts, which the year is billed on.
    Forecast,
    /// Amounts closed with the accounts.
    Final,
}

/// How a share is called in: «des effets peuvent être imputés sur l'attribution de compensation»
/// (CGCT L5211-4-2) instead of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// A title of receipt (*titre de recette*).
    Titre,
    /// Taken off the *attribution de compensation*.
    AttributionDeCompensation,
}
