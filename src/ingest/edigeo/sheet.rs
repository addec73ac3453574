//! Which sheet an exchange is: its own identifiers begin with the commune's three digits, and only
//! names of files and the contributor say the département.

use std::fmt;

/// A cadastral sheet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sheet {
    /// INSEE code of the commune.
    pub insee: String,
    /// Prefix of the section: `000`, or the number of an absorbed commune.
    pub prefix: String,
    /// Section, in two characters: `0A`, `AB`, `05`.
    pub section: String,
    /// Number of the sheet in its section, in two digits.
    pub number: String,
}

impl fmt::Display for Sheet {
    /// The sheet's identifier, twelve characters: `44109000AB01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            insee,
            prefix,
            section,
            number,
        } = self;
        write!(f, "{insee}{prefix}{section}{number}")
    }
}

/// What an exchange says of a sheet: all but the département.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// The commune's number in its département: `029`.
    pub commune: String,
    /// See [`Sheet`].
    pub prefix: String,
    /// See [`Sheet`].
    pub section: String,
    /// See [`Sheet`].
    pub number: String,
}

impl Local {
    /// Of the identifier of a subdivision of section: `0290000A01`.
    pub fn read(identifier: &str) -> Option<Self> {
        let (head, number) = identifier.split_at_checked(8)?;
        let (commune, prefix, section) = section(head)?;
        (number.len() == 2 && digits(number)).then(|| Self {
            commune,
            prefix,
            section,
            number: number.to_owned(),
        })
    }

    /// The sheet, in that département (the first two characters of its INSEE codes).
    pub fn of(&self, departement: &str) -> Sheet {
        Sheet {
            insee: format!("{departement}{}", self.commune),
            prefix: self.prefix.clone(),
            section: self.section.clone(),
            number: self.number.clone(),
        }
    }

    /// The département that the names say (of the archive, of folders): the first two characters
    /// of an INSEE code before the sheet's own identifier (`edigeo-130290000A01.tar.bz2`), or of
    /// the code alone (`13029/…`, `cadastre-13029-edigeo.zip`).
    pub fn departement(&self, names: &str) -> Option<String> {
        let Self {
            commune,
            prefix,
            section,
            number,
        } = self;
        let names = names.to_uppercase();
        let whole = format!("{commune}{prefix}{section}{number}");
        let before = |tail: &str, ends: bool| {
            names.rmatch_indices(tail).find_map(|(at, _)| {
                let code = names.get(at.checked_sub(2)?..at)?;
                let apart = at == 2 || !alphanumeric(names.as_bytes()[at - 3]);
                let after = names.as_bytes().get(at + tail.len());
                let closed = !ends || after.is_none_or(|b| !alphanumeric(*b));
                (apart && closed && is_departement(code)).then(|| code.to_owned())
            })
        };
        before(&whole, false).or_else(|| before(commune, true))
    }
}

/// Commune, prefix and section of an identifier's first eight characters; a section of one letter
/// comes with a zero or a space before it.
pub fn section(identifier: &str) -> Option<(String, String, String)> {
    let parts = (
        identifier.get(..3)?,
        identifier.get(3..6)?,
        identifier.get(6..8)?,
    );
    let section = parts.2.to_uppercase().replace(' ', "0");
    let named = section.bytes().all(alphanumeric) && identifier.len() == 8;
    (digits(parts.0) && digits(parts.1) && named)
        .then(|| (parts.0.to_owned(), parts.1.to_owned(), section))
}

/// Whether two characters begin the INSEE codes of a département; `97` and `98` overseas.
pub fn is_departement(code: &str) -> bool {
    match code.as_bytes() {
        [b'2', b'A' | b'B'] => true,
        [tens, units] => tens.is_ascii_digit() && units.is_ascii_digit() && code != "00",
        _ => false,
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(identifier: &str) -> Local {
        Local::read(identifier).expect("a sheet")
    }

    #[test]
    fn a_sheet_is_known_by_twelve_characters() {
        assert_eq!(local("0290000A01").of("13").to_string(), "130290000A01");
        assert_eq!(local("029000 A01").of("13").to_string(), "130290000A01");
        assert_eq!(local("4820000502").of("67").to_string(), "674820000502");
        assert_eq!(local("004000ZE01").of("2A").to_string(), "2A004000ZE01");
        assert_eq!(local("411000AX01").of("97").to_string(), "97411000AX01");
        for wrong in ["", "0290000A", "0290000A0215", "02é0000A01", "029000A-01"] {
            assert_eq!(Local::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_say_the_departement() {
        let sheet = local("0290000A01");
        for name in [
            "edigeo-130290000A01.tar.bz2/E0000A01.THF",
            "EDIGEO-130290000a01/E0000A01.THF",
            "13029/E0000A01.THF",
            "cadastre-13029-edigeo.zip/E0000A01.THF",
            "44/13029/edigeo-130290000A01/E0000A01.THF",
        ] {
            assert_eq!(sheet.departement(name).as_deref(), Some("13"), "{name}");
        }
        for name in [
            "E0000A01.THF",
            "lot-130299/E0000A01.THF",
            "7130290000A01/E0000A01.THF",
            "ZZ029/E0000A01.THF",
        ] {
            assert_eq!(sheet.departement(name), None, "{name}");
        }
        let corsican = local("004000ZE01").departement("edigeo-2A004000ZE01.tar.bz2");
        assert_eq!(corsican.as_deref(), Some("2A"));
        let overseas = local("411000AX01").departement("dep974/97411/edigeo/E000AX01.THF");
        assert_eq!(overseas.as_deref(), Some("97"));
    }
}
