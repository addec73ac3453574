//! TOML: its parsed document, with numbers as they are written.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::finding::Finding;

/// The document of a text.
pub(super) fn parse(text: &str) -> Result<DeValue<'_>, Finding> {
    DeTable::parse(text)
        .map(|table| DeValue::Table(table.into_inner()))
        .map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            Finding::file(format!("line {line} is no TOML: {}", error.message()))
        })
}

/// A value that serde reads.
#[derive(Clone, Copy)]
pub(super) struct Value<'a, 'i>(pub &'a DeValue<'i>);

impl<'de, 'a: 'de> Deserializer<'de> for Value<'a, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            DeValue::String(text) => visitor.visit_borrowed_str(text),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_borrowed_str(number.as_str()),
                }
            }
            DeValue::Float(number) => visitor.visit_borrowed_str(number.as_str()),
            DeValue::Boolean(truth) => visitor.visit_bool(*truth),
            DeValue::Datetime(date) => visitor.visit_string(date.to_string()),
            DeValue::Array(rows) => {
                let rows = rows.iter().map(|row| Value(row.get_ref()));
                visitor.visit_seq(SeqDeserializer::new(rows))
            }
            DeValue::Table(cells) => {
                let cells = cells
                    .iter()
                    .map(|(key, value)| (key_text(key), Value(value.get_ref())));
                visitor.visit_map(MapDeserializer::new(cells))
            }
        }
    }

    /// TOML has no null: a value that stands is there.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            DeValue::String(text) => {
                let text: &str = text;
                text.into_deserializer()
                    .deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn key_text<'a>(key: &'a Spanned<std::borrow::Cow<'_, str>>) -> &'a str {
    key.get_ref()
}

impl<'de, 'a: 'de> IntoDeserializer<'de, Error> for Value<'a, '_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
