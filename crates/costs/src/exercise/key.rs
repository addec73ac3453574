//! Keys: how a service's cost is shared, and with what figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value;
use crate::number::Exact;

/// A service's key. Which of its tables stand is [`crate::check()`]'s to see.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// How the cost is shared.
    pub kind: KeyKind,
    /// For `usage`: measured units by commune, or by any other name that is then not a member's.
    #[serde(
        default,
        deserialize_with = "value::optional_table",
        skip_serializing_if = "Option::is_none"
    )]
    pub units: Option<BTreeMap<String, Exact>>,
    /// For `fixed`: euros by commune.
    #[serde(
        default,
        deserialize_with = "value::optional_table",
        skip_serializing_if = "Option::is_none"
    )]
    pub amounts: Option<BTreeMap<String, Exact>>,
    /// For `tariff`: prices and the quantities they apply to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<PriceLine>>,
    /// For `mixed`: the keys that it is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<Part>>,
    /// Why this key, or where its figures come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Default for Key {
    /// «Le coût du service commun est ainsi refacturé au poids de la population sauf exception.»
    fn default() -> Self {
        Self {
            kind: KeyKind::Population,
            units: None,
            amounts: None,
            lines: None,
            parts: None,
            note: None,
        }
    }
}

/// The ways to share a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// By inhabitants.
    Population,
    /// Alike.
    Equal,
    /// Members pay nothing.
    Free,
    /// By measured units.
    Usage,
    /// Amounts written down.
    Fixed,
    /// Prices by measured quantities.
    Tariff,
    /// Parts of several keys.
    Mixed,
}

impl KeyKind {
    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Equal => "equal",
            Self::Free => "free",
            Self::Usage => "usage",
            Self::Fixed => "fixed",
            Self::Tariff => "tariff",
            Self::Mixed => "mixed",
        }
    }
}

/// A price and what it applies to.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PriceLine {
    /// Euros a unit.
    pub price: Exact,
    /// Units by commune.
    #[serde(deserialize_with = "value::table")]
    pub quantities: BTreeMap<String, Exact>,
    /// What is priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A part of a mixed key.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `population`, `equal` or `usage`.
    pub kind: KeyKind,
    /// How much of the cost it shares; the parts add up to 1.
    pub part: Exact,
    /// For `usage`: see [`Key::units`].
    #[serde(
        default,
        deserialize_with = "value::optional_table",
        skip_serializing_if = "Option::is_none"
    )]
    pub units: Option<BTreeMap<String, Exact>>,
}
