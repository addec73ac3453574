//! Documents of the register: reports of working groups and of the mayors' conference.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};

use super::{Insee, shown};

/// Bytes that a document may have.
pub const MOST_DOCUMENT: usize = 32 << 20;

/// Whom a document is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Everybody.
    All,
    /// Every commune that adheres, and the metropolis.
    Communes,
    /// These communes, and the metropolis.
    These(Vec<Insee>),
}

impl FromStr for Readers {
    type Err = String;

    /// `tous`, `communes`, or INSEE codes with commas between.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "tous" => Ok(Self::All),
            "communes" => Ok(Self::Communes),
            codes => {
                let code = |code: &str| {
                    let told = || {
                        format!(
                            "« {} » is not tous, communes, or INSEE codes with commas between",
                            shown(codes)
                        )
                    };
                    Insee::try_from(code.trim().to_owned()).map_err(|_| told())
                };
                let mut codes: Vec<Insee> = codes.split(',').map(code).collect::<Result<_, _>>()?;
                codes.sort();
                codes.dedup();
                Ok(Self::These(codes))
            }
        }
    }
}

impl fmt::Display for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("tous"),
            Self::Communes => f.write_str("communes"),
            Self::These(codes) => {
                let codes: Vec<&str> = codes.iter().map(Insee::as_str).collect();
                f.write_str(&codes.join(","))
            }
        }
    }
}

impl Serialize for Readers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A document, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its number.
    pub id: i32,
    /// The group that it comes from.
    pub group: String,
    /// What it is.
    pub title: String,
    /// The day of the meeting, or of the document.
    pub day: NaiveDate,
    /// The file's name.
    pub name: String,
    /// The file's length.
    pub bytes: i64,
    /// The file's SHA-256, in hexadecimal.
    pub sha256: String,
    /// Whom it is for.
    pub readers: Readers,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// By whom.
    pub author: String,
}

/// A document to publish.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// The group that it comes from.
    pub group: String,
    /// What it is.
    pub title: String,
    /// The day of the meeting, or of the document.
    pub day: NaiveDate,
    /// The file's name.
    pub name: String,
    /// Whom it is for.
    pub readers: Readers,
}

impl NewDocument {
    /// A document as people describe it, texts tidied.
    ///
    /// # Errors
    /// What is missing, or is no such text.
    pub fn new(
        (group, title): (&str, &str),
        day: NaiveDate,
        name: &str,
        readers: Readers,
    ) -> Result<Self, String> {
        Ok(Self {
            group: line("the group", group)?,
            title: line("the title", title)?,
            day,
            name: file_name(name),
            readers,
        })
    }
}

/// A line of text that people wrote: no longer than a line is, without signs that steer a screen.
fn line(what: &str, text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(steers) {
        return Err(format!("{what} is a line of 1 to 200 letters"));
    }
    Ok(text.to_owned())
}

/// A file's name without its folders and without what deceives: `rapport\u{202e}fdp.exe` shows as
/// something that ends with « exe.pdf ».
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last
        .chars()
        .filter(|sign| !steers(*sign) && !"\"<>|:*?".contains(*sign));
    let kept: String = kept.take(150).collect();
    let kept = kept.trim_matches([' ', '.']);
    match kept {
        "" => "document".to_owned(),
        kept => kept.to_owned(),
    }
}

/// Control signs, line separators, and those that turn the direction of writing.
fn steers(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_neither_folders_nor_signs_that_deceive() {
        for (sent, kept) in [
            ("compte rendu.pdf", "compte rendu.pdf"),
            ("..\\..\\Bureau\\é.odt", "é.odt"),
            ("../../etc/passwd", "passwd"),
            ("rapport\u{202e}fdp.exe", "rapportfdp.exe"),
            ("a\"; filename=\"b.html\r\nX: y", "a; filename=b.htmlX y"),
            ("...", "document"),
        ] {
            assert_eq!(file_name(sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn readers_are_written_as_they_are_read() {
        for text in ["tous", "communes", "44018,44109"] {
            let read: Readers = text.parse().expect("readers");
            assert_eq!(read.to_string(), text);
        }
        assert_eq!(
            "44109, 44018,44018"
                .parse::<Readers>()
                .expect("codes")
                .to_string(),
            "44018,44109"
        );
        for wrong in ["", "toutes", "44018,", "44018;44109"] {
            assert!(wrong.parse::<Readers>().is_err(), "{wrong}");
        }
    }
}
