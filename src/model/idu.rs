//! Identifier of a cadastral parcel.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Insee;

/// Identifier of a parcel (IDU), fourteen characters: INSEE code 5, prefix 3 (`000`, or the number
/// of an absorbed commune), section 2 (`AB`, `0A`, or two digits in Alsace-Moselle), number 4.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Idu(String);

impl Idu {
    /// The identifier of a parcel. `section` as people write it: `A`, `0A`, `ab`, `5`.
    ///
    /// # Errors
    /// When the prefix is not three digits, the section not one of the three kinds, or the number
    /// not between 1 and 9999.
    pub fn new(commune: &Insee, prefix: &str, section: &str, number: u16) -> Result<Self, String> {
        let prefixed = prefix.len() == 3 && prefix.bytes().all(|b| b.is_ascii_digit());
        if !prefixed {
            return Err(format!(
                "« {prefix} » n’est pas un préfixe (trois chiffres)"
            ));
        }
        let section = section.to_ascii_uppercase();
        let section = match section.len() {
            1 => format!("0{section}"),
            _ => section,
        };
        if !is_section(&section) {
            return Err(format!(
                "« {section} » n’est pas une section (une ou deux lettres, ou deux chiffres en \
                 Alsace-Moselle)"
            ));
        }
        if !(1..=9999).contains(&number) {
            return Err(format!(
                "« {number} » n’est pas un numéro de parcelle (1 à 9999)"
            ));
        }
        Ok(Self(format!("{commune}{prefix}{section}{number:04}")))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// INSEE code of the commune.
    pub fn commune(&self) -> &str {
        &self.0[..5]
    }

    /// The prefix: `000`.
    pub fn prefix(&self) -> &str {
        &self.0[5..8]
    }

    /// The section, in two characters: `AB`, `0A`, `05`.
    pub fn section(&self) -> &str {
        &self.0[8..10]
    }

    /// The number, in four digits.
    pub fn number(&self) -> &str {
        &self.0[10..]
    }
}

/// Two letters, a letter after a zero, or two digits that are not both zero.
fn is_section(text: &str) -> bool {
    let [first, second] = text.as_bytes() else {
        return false;
    };
    match (first, second) {
        (b'A'..=b'Z' | b'0', b'A'..=b'Z') => true,
        (b'0'..=b'9', b'0'..=b'9') => text != "00",
        _ => false,
    }
}

impl TryFrom<String> for Idu {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = (text.is_ascii() && text.len() == 14)
            .then(|| {
                let commune = Insee::try_from(text[..5].to_owned()).ok()?;
                let digits = text[10..].bytes().all(|b| b.is_ascii_digit());
                let number = text[10..].parse().ok().filter(|_| digits)?;
                Self::new(&commune, &text[5..8], &text[8..10], number).ok()
            })
            .flatten();
        parts.filter(|idu| idu.0 == text).ok_or_else(|| {
            format!("« {text} » is not a parcel's identifier (14 characters: 44109000AB0123)")
        })
    }
}

impl FromStr for Idu {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<Idu> for String {
    fn from(idu: Idu) -> Self {
        idu.0
    }
}

impl fmt::Display for Idu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_fourteen_characters_in_their_places() {
        for right in [
            "44109000AB0123",
            "441090000A0001",
            "2A004000ZE9999",
            "67482000050012",
            "97411000AX0001",
        ] {
            assert_eq!(right.parse::<Idu>().expect(right).as_str(), right);
        }
        for wrong in [
            "",
            "44109000AB012",
            "44109000ab0123",
            "44109000AB0000",
            "4410900000A123",
            "44109000000123",
            "2C004000AB0001",
            "44109000AB012é",
        ] {
            assert!(wrong.parse::<Idu>().is_err(), "{wrong}");
        }
        let idu: Idu = "441090450A0007".parse().expect("an identifier");
        assert_eq!(
            (idu.commune(), idu.prefix(), idu.section(), idu.number()),
            ("44109", "045", "0A", "0007")
        );
        let rezé: Insee = "44143".parse().expect("a code");
        assert_eq!(
            Idu::new(&rezé, "000", "a", 7).map(String::from),
            Ok("441430000A0007".to_owned())
        );
    }
}
