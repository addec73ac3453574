//! Whether GeoJSON holds together: its syntax (RFC 8259), and of each geometry that its coordinates
//! are those of its type (RFC 7946, 3.1). GDAL reads past much of it, or names no place.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use exchange::{Fault, Lack};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What was seen of the features.
#[derive(Default)]
struct Seen {
    /// Features begun so far.
    count: Cell<u64>,
    /// Whether one is being read.
    inside: Cell<bool>,
    ids: RefCell<HashSet<i64>>,
    /// Whether two features have one id, or one has none beside others that have.
    shared: Cell<bool>,
}

/// Refuses a file of one document that does not hold together; whether its features have numbers of
/// their own.
///
/// # Errors
/// Where it does not, and why.
pub fn document(path: &Path) -> Result<bool, Fault> {
    let mut file = BufReader::with_capacity(256 << 10, File::open(path).map_err(ours)?);
    let head = file.fill_buf().map_err(ours)?;
    if head.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    let seen = Seen::default();
    one(file, &seen).map_err(|error| fault(&error, 1, &seen))?;
    Ok(numbered(&seen))
}

/// The same for a file of one feature a line, or between marks (RFC 8142).
///
/// # Errors
/// As [`document`].
pub fn sequence(path: &Path) -> Result<bool, Fault> {
    const MARK: u8 = 0x1e;
    let mut file = BufReader::with_capacity(256 << 10, File::open(path).map_err(ours)?);
    let marked = file.fill_buf().map_err(ours)?.contains(&MARK);
    let seen = Seen::default();
    let mut line = 1;
    for part in file.split(if marked { MARK } else { b'\n' }) {
        let part = part.map_err(ours)?;
        let bare = part.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&part);
        if !bare.trim_ascii().is_empty() {
            one(bare, &seen).map_err(|error| fault(&error, line, &seen))?;
        }
        let within = part.iter().filter(|byte| **byte == b'\n').count();
        line += if marked { within } else { 1 };
    }
    Ok(numbered(&seen))
}

fn numbered(seen: &Seen) -> bool {
    let ids = seen.ids.borrow().len() as u64;
    !seen.shared.get() && (ids == 0 || ids == seen.count.get())
}

fn one(bytes: impl Read, seen: &Seen) -> serde_json::Result<()> {
    let mut reader = serde_json::Deserializer::from_reader(bytes);
    Object { seen, root: true }.deserialize(&mut reader)?;
    reader.end()
}

fn fault(error: &serde_json::Error, first: usize, seen: &Seen) -> Fault {
    if let Some(kind) = error.io_error_kind() {
        return ours(io::Error::from(kind));
    }
    if error.is_eof() {
        return Fault::Incomplete { lack: Lack::End };
    }
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(&words[..], |it| it.0);
    Fault::Malformed {
        line: (first + error.line() - 1) as u64,
        column: error.column() as u64,
        feature: seen.inside.get().then(|| seen.count.get()),
        words: words.to_owned(),
    }
}

fn ours(error: io::Error) -> Fault {
    Fault::Ours {
        words: error.to_string(),
    }
}

/// A document, a feature or a geometry.
struct Object<'a> {
    seen: &'a Seen,
    root: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// No geometry.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.root {
            return Err(E::invalid_type(serde::de::Unexpected::Unit, &self));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut kind = String::new();
        let mut depth = None;
        let mut features = false;
        let mut id = None;
        while let Some(key) = map.next_key::<String>()? {
            let seen = self.seen;
            match key.as_str() {
                "type" => {
                    kind = match map.next_value::<serde_json::Value>()? {
                        serde_json::Value::String(kind) => kind,
                        other => return Err(A::Error::custom(format!("type: {other}"))),
                    }
                }
                "features" if self.root => {
                    map.next_value_seed(List {
                        seen,
                        features: true,
                    })?;
                    features = true;
                }
                "geometries" => map.next_value_seed(List {
                    seen,
                    features: false,
                })?,
                "geometry" => map.next_value_seed(Object { seen, root: false })?,
                "coordinates" => depth = Some(map.next_value_seed(Coordinates)?),
                "id" => id = map.next_value::<serde_json::Value>()?.as_i64(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let wanted = match kind.as_str() {
            "Feature" => {
                self.number(id);
                return Ok(());
            }
            "FeatureCollection" if !features => return Err(A::Error::custom("no features")),
            "FeatureCollection" | "GeometryCollection" => return Ok(()),
            "Point" => 1,
            "MultiPoint" | "LineString" => 2,
            "MultiLineString" | "Polygon" => 3,
            "MultiPolygon" => 4,
            // TopoJSON, Esri's JSON, and what is none of ours: the driver says so.
            _ if self.root => return Ok(()),
            other => return Err(A::Error::custom(format!("type: {other}"))),
        };
        match depth {
            None => Err(A::Error::custom(format!("coordinates: none {kind}"))),
            Some(Depth::Of(depth)) if depth != wanted => {
                Err(A::Error::custom(format!("coordinates: depth {kind}")))
            }
            Some(_) => Ok(()),
        }
    }
}

impl Object<'_> {
    fn number(&self, id: Option<i64>) {
        if let Some(id) = id
            && !self.seen.ids.borrow_mut().insert(id)
        {
            self.seen.shared.set(true);
        }
        if self.root {
            self.seen.count.set(self.seen.count.get() + 1);
        }
    }
}

/// Features of a collection, or geometries of one.
struct List<'a> {
    seen: &'a Seen,
    features: bool,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.features {
            "a list of features"
        } else {
            "a list of geometries"
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let seen = self.seen;
        loop {
            let next = list.next_element_seed(Counted {
                seen,
                features: self.features,
            })?;
            if next.is_none() {
                return Ok(());
            }
        }
    }
}

/// One of a list: a feature counts when it begins.
struct Counted<'a> {
    seen: &'a Seen,
    features: bool,
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        let seen = self.seen;
        if self.features {
            seen.count.set(seen.count.get() + 1);
            seen.inside.set(true);
        }
        Object { seen, root: false }.deserialize(reader)?;
        if self.features {
            seen.inside.set(false);
        }
        Ok(())
    }
}

/// How deep coordinates lie.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// A number.
    Number,
    /// Lists around numbers.
    Of(u8),
    /// A list of nothing, or of such lists.
    Empty,
}

struct Coordinates;

impl<'de> DeserializeSeed<'de> for Coordinates {
    type Value = Depth;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Depth, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Coordinates {
    type Value = Depth;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, _: f64) -> Result<Depth, E> {
        Ok(Depth::Number)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Depth, E> {
        Ok(Depth::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Depth, E> {
        Ok(Depth::Number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Depth, E> {
        let text: String = text.chars().take(40).collect();
        Err(E::custom(format!("coordinates: text {text}")))
    }

    fn visit_unit<E: Error>(self) -> Result<Depth, E> {
        Err(E::custom("coordinates: null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Depth, A::Error> {
        let mut inner = Depth::Empty;
        let mut count = 0;
        while let Some(next) = list.next_element_seed(Coordinates)? {
            count += 1;
            if inner == Depth::Empty {
                inner = next;
            } else if next != inner && next != Depth::Empty {
                return Err(A::Error::custom("coordinates: mixed"));
            }
        }
        match inner {
            Depth::Number if count < 2 => Err(A::Error::custom("coordinates: one number")),
            Depth::Number => Ok(Depth::Of(1)),
            Depth::Of(depth) => Ok(Depth::Of(depth.saturating_add(1))),
            Depth::Empty => Ok(Depth::Empty),
        }
    }
}

#[cfg(test)]
mod tests;
