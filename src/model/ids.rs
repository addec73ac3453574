//! Identifiers: a layer, a commune.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Identifier of a layer, and of its OGC collection: `plum-zonage`.
///
/// Lower-case letters, digits and single hyphens, a letter first, 40 bytes at most.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LayerId(String);

impl LayerId {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Name of the layer's table: hyphens become underscores.
    pub fn table(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl TryFrom<String> for LayerId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let letters = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if !letters || !starts || text.ends_with('-') || text.contains("--") || text.len() > 40 {
            return Err(
                "a layer id is made of lower-case letters, digits and single hyphens, starts with \
                 a letter and has at most 40 characters"
                    .to_owned(),
            );
        }
        Ok(Self(text))
    }
}

impl FromStr for LayerId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<LayerId> for String {
    fn from(id: LayerId) -> Self {
        id.0
    }
}

impl fmt::Display for LayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// INSEE code of a commune: five characters, `2A004` and `97411` included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Insee(String);

impl Insee {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The département: `44`, `2A`, `974`.
    pub fn departement(&self) -> &str {
        if self.0.starts_with("97") || self.0.starts_with("98") {
            &self.0[..3]
        } else {
            &self.0[..2]
        }
    }
}

impl TryFrom<String> for Insee {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let second = |b: &u8| b.is_ascii_digit() || matches!(b, b'A' | b'B');
        let shaped = bytes.len() == 5
            && bytes[0].is_ascii_digit()
            && second(&bytes[1])
            && bytes[2..].iter().all(u8::is_ascii_digit)
            && (bytes[1].is_ascii_digit() || bytes[0] == b'2');
        if !shaped {
            return Err(format!(
                "« {text} » is not an INSEE code (five digits, or 2A/2B and three digits)"
            ));
        }
        Ok(Self(text))
    }
}

impl FromStr for Insee {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<Insee> for String {
    fn from(code: Insee) -> Self {
        code.0
    }
}

impl fmt::Display for Insee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
