//! How single cells are read: numbers from text or integers, never from floats.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use chrono::NaiveDate;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::number::Exact;

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ExactVisitor)
    }
}

struct ExactVisitor;

impl Visitor<'_> for ExactVisitor {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Exact, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Exact, E> {
        Ok(Exact::new(number.into(), 1))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Exact, E> {
        Ok(Exact::new(number.into(), 1))
    }
}

/// A whole number, written as an integer, as text or with a zero fraction.
pub(super) fn whole<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i128>,
{
    let number = Exact::deserialize(from)?;
    as_whole(number).ok_or_else(|| D::Error::custom(not_whole(number)))
}

/// A whole number that may be absent or null.
pub(super) fn optional_whole<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i128>,
{
    Option::<Exact>::deserialize(from)?
        .map(|number| as_whole(number).ok_or_else(|| D::Error::custom(not_whole(number))))
        .transpose()
}

fn as_whole<T: TryFrom<i128>>(number: Exact) -> Option<T> {
    let (numerator, denominator) = number.parts();
    (denominator == 1).then(|| T::try_from(numerator).ok())?
}

fn not_whole(number: Exact) -> String {
    format!("« {number} » is not a whole number that can stand here")
}

/// A date, `2026-03-01`, that may be absent or null.
pub(super) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<std::borrow::Cow<'de, str>>::deserialize(from)? else {
        return Ok(None);
    };
    if text.len() == 10
        && let Ok(date) = text.parse()
    {
        return Ok(Some(date));
    }
    Err(D::Error::custom(format!(
        "« {text} » is not a date of the calendar such as 2026-03-01"
    )))
}

/// A table of named values; a name that comes twice is refused.
pub(super) fn table<'de, D, T>(from: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_map(TableVisitor(PhantomData))
}

/// A table of named values that may be absent or null.
pub(super) fn optional_table<'de, D, T>(from: D) -> Result<Option<BTreeMap<String, T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_option(OptionalTable(PhantomData))
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut read = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if read.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom(format!("« {name} » comes twice")));
            }
        }
        Ok(read)
    }
}

struct OptionalTable<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OptionalTable<T> {
    type Value = Option<BTreeMap<String, T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of names and values")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        table(from).map(Some)
    }
}
