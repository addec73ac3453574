//! Communes and their populations.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value;

/// A commune's population in the exercise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Commune {
    /// Its code.
    pub insee: Insee,
    /// Inhabitants, in the exercise's base and vintage.
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub population: Option<u64>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// Where the figure comes from when it is not the exercise's source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Box<str>>,
}

/// Finds the populations of communes that are asked for in the order of their codes.
pub(crate) struct Populations<'a>(&'a [Commune]);

impl<'a> Populations<'a> {
    /// Those of communes in the order of their codes.
    pub(crate) fn of(communes: &'a [Commune]) -> Self {
        Self(communes)
    }

    /// The population of a commune that does not come before the one asked for last.
    pub(crate) fn find(&mut self, insee: Insee) -> Option<u64> {
        while let Some((first, rest)) = self.0.split_first() {
            if first.insee >= insee {
                break;
            }
            self.0 = rest;
        }
        let found = self.0.first().filter(|commune| commune.insee == insee);
        found.and_then(|commune| commune.population)
    }
}

/// Which population the communes' figures are: «Le coût du service commun est ainsi refacturé au
/// poids de la population».
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationBase {
    /// The legal population that is meant.
    pub base: PopulationKind,
    /// Year of the census figures, such as 2023 for those in force on 1 January 2026.
    #[serde(deserialize_with = "value::whole")]
    pub vintage: i32,
    /// Who published them.
    pub source: String,
}

/// Legal populations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PopulationKind {
    /// *Population municipale*.
    Municipale,
    /// *Population totale*: with those counted apart.
    Totale,
    /// *Population DGF*: with second homes.
    Dgf,
}

/// A commune's INSEE code, kept in place: tables of millions of members hold one each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Insee {
    // Zeros after the text: bytes then compare as the texts do.
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl Insee {
    /// Bytes that a code may have. INSEE's have five; room is left for a SIREN.
    const LONGEST: usize = 15;

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl FromStr for Insee {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shaped = (1..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let length = u8::try_from(text.len()).ok().filter(|_| shaped);
        let length = length.ok_or_else(|| {
            format!("« {text} » is not a commune's code such as 44018, 2A004 or 97411")
        })?;
        let mut bytes = [0; Self::LONGEST];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length })
    }
}

impl<'de> Deserialize<'de> for Insee {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(InseeVisitor)
    }
}

struct InseeVisitor;

impl Visitor<'_> for InseeVisitor {
    type Value = Insee;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a commune's code as text, such as \"44018\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Insee, E> {
        text.parse().map_err(E::custom)
    }
}

impl Serialize for Insee {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl fmt::Display for Insee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Insee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
