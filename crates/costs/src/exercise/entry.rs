//! Amounts that are written down: operating lines, investments, receipts, shared contracts.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::value;
use crate::number::Exact;

/// An amount in euros; in the file a number alone, or a table with its label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Euros.
    pub amount: Exact,
    /// What it pays for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The order, invoice or account it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryTable {
    amount: Exact,
    label: Option<String>,
    source: Option<String>,
}

impl From<EntryTable> for Entry {
    fn from(table: EntryTable) -> Self {
        Self {
            amount: table.amount,
            label: table.label,
            source: table.source,
        }
    }
}

impl From<Exact> for Entry {
    fn from(amount: Exact) -> Self {
        Self {
            amount,
            label: None,
            source: None,
        }
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumberOr::<EntryTable>(std::marker::PhantomData))
            .map(|read| match read {
                Either::Number(amount) => amount.into(),
                Either::Table(table) => table.into(),
            })
    }
}

/// An investment line; in the file a number alone (`full`), or a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Investment {
    /// Euros, and what for.
    #[serde(flatten)]
    pub entry: Entry,
    /// How it counts.
    pub mode: Mode,
    /// Years that an annuity is spread over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<u32>,
    /// Year of an annuity's first part; the exercise's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i32>,
}

/// How an investment counts in the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The whole amount.
    #[default]
    Full,
    /// The amount less what the FCTVA refunds.
    NetFctva,
    /// One of equal yearly parts.
    Annuity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvestmentTable {
    amount: Exact,
    label: Option<String>,
    source: Option<String>,
    #[serde(default)]
    mode: Mode,
    #[serde(default, deserialize_with = "value::optional_whole")]
    years: Option<u32>,
    #[serde(default, deserialize_with = "value::optional_whole")]
    since: Option<i32>,
}

impl<'de> Deserialize<'de> for Investment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = from.deserialize_any(NumberOr::<InvestmentTable>(std::marker::PhantomData))?;
        Ok(match read {
            Either::Number(amount) => Self {
                entry: amount.into(),
                mode: Mode::Full,
                years: None,
                since: None,
            },
            Either::Table(table) => Self {
                entry: Entry {
                    amount: table.amount,
                    label: table.label,
                    source: table.source,
                },
                mode: table.mode,
                years: table.years,
                since: table.since,
            },
        })
    }
}

/// A contract that several services share, split by largest remainder.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The order, invoice or account it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Euros, for all the services together.
    pub amount: Exact,
    /// Which lines of the services its parts are.
    #[serde(default)]
    pub kind: ContractKind,
    /// For investment: how each part counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// For an annuity: see [`Investment::years`].
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub years: Option<u32>,
    /// For an annuity: see [`Investment::since`].
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub since: Option<i32>,
    /// Weight of each service, by its id.
    #[serde(deserialize_with = "value::table")]
    pub split: BTreeMap<String, Exact>,
}

/// Which lines a shared contract makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ContractKind {
    /// Direct operating expenses.
    #[default]
    Operating,
    /// Investment.
    Investment,
    /// Yearly maintenance of software.
    Maintenance,
    /// Yearly hosting of software.
    Hosting,
}

/// A number alone, or a table.
enum Either<T> {
    Number(Exact),
    Table(T),
}

struct NumberOr<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NumberOr<T> {
    type Value = Either<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount, or a table with `amount`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map(Either::Number).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Either::Number(Exact::new(number.into(), 1)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Either::Number(Exact::new(number.into(), 1)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Either::Table)
    }
}
