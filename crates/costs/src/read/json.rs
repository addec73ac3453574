//! JSON: the raw text of each value, so that numbers stay as they are written.

use std::fmt;

use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

use crate::finding::Finding;

/// The document of a text, its syntax seen to throughout.
pub(super) fn parse(text: &str) -> Result<&RawValue, Finding> {
    serde_json::from_str(text).map_err(|error| {
        Finding::file(format!(
            "line {} is no JSON: {}",
            error.line(),
            super::tidy(&error.to_string())
        ))
    })
}

/// A value that serde reads.
#[derive(Clone, Copy)]
pub(super) struct Value<'de>(pub &'de RawValue);

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.0.get();
        let mut inner = serde_json::Deserializer::from_str(text);
        match text.as_bytes().first() {
            Some(b'{' | b'[') => inner.deserialize_any(Nested(visitor)),
            Some(b'-' | b'0'..=b'9') => match text.parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_borrowed_str(text),
            },
            _ => inner.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.get() == "null" {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.get()).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A visitor of an object or an array, whose members it is given as [`Value`]s.
struct Nested<T>(T);

impl<'de, V: Visitor<'de>> Visitor<'de> for Nested<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Nested(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Nested(rows))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Nested<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let raw: &'de RawValue = self.0.next_value()?;
        seed.deserialize(Value(raw))
            .map_err(serde::de::Error::custom)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Nested<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        match self.0.next_element::<&'de RawValue>()? {
            Some(raw) => seed
                .deserialize(Value(raw))
                .map(Some)
                .map_err(serde::de::Error::custom),
            None => Ok(None),
        }
    }
}
