//! Encodings of texts: what a file states, what its bytes show, what the contributor says.

pub mod detect;
mod oem;

use std::borrow::Cow;

/// An encoding of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// One that browsers know too.
    Web(&'static encoding_rs::Encoding),
    /// The western code page of MS-DOS, in which old programs write DBF files.
    Cp850,
    /// The American code page of MS-DOS.
    Cp437,
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self::Web(encoding_rs::UTF_8);
    /// Windows-1252, of which ISO-8859-1 is a part.
    pub const WINDOWS_1252: Self = Self::Web(encoding_rs::WINDOWS_1252);
    /// ISO-8859-15.
    pub const ISO_8859_15: Self = Self::Web(encoding_rs::ISO_8859_15);

    /// The encoding that people, `.cpg` files and GDAL call so, in any spelling: `latin1`,
    /// `ISO 8859-1`, `1252`, `CP850`, `LDID/87`, `ANSI 1252`, `UTF8`.
    pub fn named(name: &str) -> Option<Self> {
        let bare: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let digits = bare.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        match bare.as_str() {
            "" | "system" => return None,
            "utf8" | "utf8bom" | "65001" | "cp65001" => return Some(Self::UTF_8),
            "utf16" | "utf16le" => return Some(Self::Web(encoding_rs::UTF_16LE)),
            "utf16be" => return Some(Self::Web(encoding_rs::UTF_16BE)),
            "mac" | "macroman" | "macintosh" => return Some(Self::Web(encoding_rs::MACINTOSH)),
            // Language drivers of dBASE: the codes that tools in France write (dBASE IV table).
            "ldid87" | "ldid3" | "ldid88" | "ldid89" => return Some(Self::WINDOWS_1252),
            "ldid2" | "ldid10" | "ldid13" | "ldid14" | "ldid20" | "ldid25" | "ldid29"
            | "ldid55" => return Some(Self::Cp850),
            "ldid1" | "ldid9" | "ldid11" | "ldid15" | "ldid17" | "ldid21" | "ldid24" => {
                return Some(Self::Cp437);
            }
            _ => {}
        }
        match digits {
            "850" | "858" => Some(Self::Cp850),
            "437" => Some(Self::Cp437),
            "1252" | "88591" | "28591" => Some(Self::WINDOWS_1252),
            "885915" | "28605" => Some(Self::ISO_8859_15),
            _ => match bare.as_str() {
                "latin1" | "ansi" | "ascii" | "usascii" => Some(Self::WINDOWS_1252),
                "latin9" => Some(Self::ISO_8859_15),
                _ => encoding_rs::Encoding::for_label(name.trim().as_bytes()).map(Self::Web),
            },
        }
    }

    /// Its name, as `--encoding` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Cp850 => "cp850",
            Self::Cp437 => "cp437",
        }
    }

    /// The text of the bytes; those that mean nothing become U+FFFD. A mark of byte order is
    /// left out.
    pub fn decode<'a>(self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self {
            Self::Web(encoding) => {
                let bare = match encoding == encoding_rs::UTF_8 {
                    true => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
                    false => bytes,
                };
                encoding.decode_without_bom_handling(bare).0
            }
            Self::Cp850 => oem::decode(&oem::CP850, bytes),
            Self::Cp437 => oem::decode(&oem::CP437, bytes),
        }
    }
}

impl From<&'static encoding_rs::Encoding> for Encoding {
    fn from(encoding: &'static encoding_rs::Encoding) -> Self {
        Self::Web(encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_understood_as_people_and_files_write_them() {
        let cases = [
            ("UTF8", "UTF-8"),
            ("utf-8", "UTF-8"),
            ("latin1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("ISO8859_1", "windows-1252"),
            ("1252", "windows-1252"),
            ("CP1252", "windows-1252"),
            ("ANSI 1252", "windows-1252"),
            ("LDID/87", "windows-1252"),
            ("iso-8859-15", "ISO-8859-15"),
            ("Latin-9", "ISO-8859-15"),
            ("cp850", "cp850"),
            ("850", "cp850"),
            ("OEM 850", "cp850"),
            ("437", "cp437"),
            ("macroman", "macintosh"),
            ("UTF-16", "UTF-16LE"),
        ];
        for (name, expected) in cases {
            let found = Encoding::named(name).map(Encoding::name);
            assert_eq!(found, Some(expected), "{name}");
        }
        assert_eq!(Encoding::named("klingon"), None);
        assert_eq!(Encoding::named(""), None);
    }

    #[test]
    fn the_same_name_is_read_from_each_encoding() {
        let cases: [(&str, &[u8]); 5] = [
            ("utf8", "Rez\u{e9}".as_bytes()),
            ("latin1", b"Rez\xE9"),
            ("cp850", b"Rez\x82"),
            ("cp437", b"Rez\x82"),
            ("macroman", b"Rez\x8E"),
        ];
        for (name, bytes) in cases {
            let encoding = Encoding::named(name).expect("a known name");
            assert_eq!(encoding.decode(bytes), "Rezé", "{name}");
        }
        assert_eq!(Encoding::Cp850.decode(b"\x90t\x82, \xB7"), "Été, À");
        assert_eq!(Encoding::UTF_8.decode(b"\xEF\xBB\xBFnom"), "nom");
    }
}
