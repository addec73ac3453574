//! A list of referents from a spreadsheet: CSV with a line of headings.
//!
//! Separators are commas or semicolons, as the spreadsheet left them; the text is UTF-8. Nothing
//! of a list is entered when something of it is wrong, and everything that is wrong is said.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::values::{self, folded};
use crate::model::{Communes, Entry, Insee, Network, Post, Referent};

/// Largest file, in bytes, and most lines, in one reading.
const LARGEST: usize = 4 << 20;
const MOST: u64 = 50_000;

/// What a list is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The networks that there are.
    pub networks: &'a [Network],
    /// The communes that there are; any code is taken when none is published yet.
    pub communes: &'a Communes,
    /// The day that it is.
    pub today: NaiveDate,
}

impl<'a> Ground<'a> {
    /// A network by its identifier or its title.
    ///
    /// # Errors
    /// The networks that there are.
    pub fn network(&self, text: &str) -> Result<&'a Network, String> {
        let written = folded(text);
        let found = self
            .networks
            .iter()
            .find(|known| known.id == text || folded(&known.title) == written);
        found.ok_or_else(|| {
            let ids: Vec<&str> = self
                .networks
                .iter()
                .map(|known| known.id.as_str())
                .collect();
            format!("« {text} » is no network; they are {}", ids.join(", "))
        })
    }

    /// A commune by its code or its name.
    ///
    /// # Errors
    /// When it is none of the territory.
    pub fn commune(&self, text: &str) -> Result<Insee, String> {
        if let Ok(code) = text.parse::<Insee>() {
            return if self.communes.list.is_empty() || self.communes.get(text).is_some() {
                Ok(code)
            } else {
                Err(format!("« {text} » is no commune of the territory"))
            };
        }
        let written = folded(text);
        let found = self
            .communes
            .list
            .iter()
            .find(|known| folded(&known.name) == written);
        found.map(|known| known.insee.clone()).ok_or_else(|| {
            format!(
                "« {text} » is no commune of the territory: write its INSEE code or its whole name"
            )
        })
    }
}

/// Something wrong in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of the file, from 1.
    pub line: u64,
    /// The heading of the column; empty for the line as a whole.
    pub column: &'static str,
    /// What is wrong, and what to write.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

const NETWORK: &str = "reseau";
const COMMUNE: &str = "commune";
const POST: &str = "role";
const NAME: &str = "nom";
const FUNCTION: &str = "fonction";
const EMAIL: &str = "courriel";
const PHONE: &str = "telephone";
const SINCE: &str = "depuis";
const UNTIL: &str = "jusqu_au";

/// Headings that people write, and the column that each is; those that the directory's own CSV
/// adds for its readers are passed over.
const HEADINGS: [(&str, Option<&str>); 20] = [
    ("reseau", Some(NETWORK)),
    ("commune", Some(COMMUNE)),
    ("code insee", Some(COMMUNE)),
    ("insee", Some(COMMUNE)),
    ("role", Some(POST)),
    ("nom", Some(NAME)),
    ("prenom et nom", Some(NAME)),
    ("fonction", Some(FUNCTION)),
    ("courriel", Some(EMAIL)),
    ("e mail", Some(EMAIL)),
    ("email", Some(EMAIL)),
    ("mail", Some(EMAIL)),
    ("telephone", Some(PHONE)),
    ("tel", Some(PHONE)),
    ("depuis", Some(SINCE)),
    ("jusqu au", Some(UNTIL)),
    ("reseau titre", None),
    ("commune nom", None),
    ("demonstration", None),
    ("", None),
];

/// Reads a list.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn read(bytes: &[u8], ground: &Ground<'_>) -> Result<Vec<Entry>, Vec<Finding>> {
    let file = |message: String| {
        vec![Finding {
            line: 1,
            column: "",
            message,
        }]
    };
    if bytes.len() > LARGEST {
        return Err(file(format!(
            "the file is larger than {} MiB",
            LARGEST >> 20
        )));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = bytes[..error.valid_up_to()]
            .iter()
            .filter(|b| **b == b'\n')
            .count() as u64
            + 1;
        return Err(vec![Finding {
            line,
            column: "",
            message: "the text is not UTF-8: in a spreadsheet, save as « CSV UTF-8 »".to_owned(),
        }]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(bytes))
        .flexible(true)
        .from_reader(bytes);
    let headings = reader
        .headers()
        .map_err(|error| file(error.to_string()))?
        .clone();
    let columns = columns(&headings)?;
    let mut findings = Vec::new();
    let mut entries = Vec::new();
    let mut seen = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| file(error.to_string()))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        if entries.len() as u64 >= MOST {
            return Err(file(format!("the file has more than {MOST} lines")));
        }
        let mut row = Row {
            line,
            record: &record,
            columns: &columns,
            findings: &mut findings,
        };
        if record.len() != headings.len() {
            let (found, wanted) = (record.len(), headings.len());
            row.wrong("", format!("{found} cells under {wanted} headings"));
            continue;
        }
        let Some(entry) = row.entry(ground) else {
            continue;
        };
        let held = &entry.referent;
        if held.until.is_none() {
            let post = (held.network.clone(), held.commune.clone(), held.post);
            if let Some(first) = seen.insert(post, line) {
                row.wrong(
                    NAME,
                    format!("line {first} names somebody for the same network, commune and role"),
                );
            }
        }
        entries.push(entry);
    }
    if findings.is_empty() {
        Ok(entries)
    } else {
        Err(findings)
    }
}

/// The separator of the first line: a semicolon where there are more of them than commas.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or(bytes);
    let count = |wanted: u8| first.iter().filter(|b| **b == wanted).count();
    if count(b';') > count(b',') {
        b';'
    } else {
        b','
    }
}

/// The place of each column.
fn columns(headings: &csv::StringRecord) -> Result<HashMap<&'static str, usize>, Vec<Finding>> {
    let mut columns = HashMap::new();
    let mut findings = Vec::new();
    let mut wrong = |message: String| {
        findings.push(Finding {
            line: 1,
            column: "",
            message,
        });
    };
    for (place, heading) in headings.iter().enumerate() {
        let written = folded(heading);
        match HEADINGS.into_iter().find(|(known, _)| *known == written) {
            Some((_, Some(column))) if columns.insert(column, place).is_some() => {
                wrong(format!("two columns are « {column} »"));
            }
            Some(_) => {}
            None => wrong(format!(
                "« {} » is no heading of a list of referents; they are reseau, commune, role, nom, \
                 fonction, courriel, telephone, depuis, jusqu_au",
                heading.trim()
            )),
        }
    }
    for needed in [NETWORK, COMMUNE, NAME] {
        if !columns.contains_key(needed) {
            wrong(format!("the column « {needed} » is missing"));
        }
    }
    if findings.is_empty() {
        Ok(columns)
    } else {
        Err(findings)
    }
}

/// A line being read.
struct Row<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    columns: &'a HashMap<&'static str, usize>,
    findings: &'a mut Vec<Finding>,
}

impl Row<'_> {
    fn wrong(&mut self, column: &'static str, message: String) {
        self.findings.push(Finding {
            line: self.line,
            column,
            message,
        });
    }

    fn cell(&self, column: &str) -> &str {
        let place = self.columns.get(column);
        place
            .and_then(|place| self.record.get(*place))
            .unwrap_or("")
            .trim()
    }

    /// A cell as `reading` understands it; the default when it does not.
    fn read<T: Default>(
        &mut self,
        column: &'static str,
        reading: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        let read = reading(self.cell(column));
        read.unwrap_or_else(|message| {
            self.wrong(column, message);
            T::default()
        })
    }

    /// The entry of the line; none when its network or commune is not known.
    fn entry(&mut self, ground: &Ground<'_>) -> Option<Entry> {
        let network = self.read(NETWORK, |text| ground.network(text).map(Some));
        let commune = self.read(COMMUNE, |text| ground.commune(text).map(Some));
        let post = self.read(POST, |text| post(text).map(Some));
        let name = self.read(NAME, values::plain);
        if name.is_empty()
            && !self
                .findings
                .iter()
                .any(|f| (f.line, f.column) == (self.line, NAME))
        {
            self.wrong(NAME, "a name is needed".to_owned());
        }
        let function = self.read(FUNCTION, values::plain);
        let email = self.read(EMAIL, values::email);
        let phone = self.read(PHONE, values::phone);
        let past = |text: &str| match values::day(text)? {
            Some(day) if day > ground.today => Err(format!(
                "« {text} » is to come: enter it when the day is there"
            )),
            day => Ok(day),
        };
        let (since, until) = (self.read(SINCE, past), self.read(UNTIL, past));
        if let (Some(first), Some(last)) = (since, until)
            && last < first
        {
            self.wrong(UNTIL, "ends before it begins".to_owned());
        }
        let left = until.is_some();
        Some(Entry {
            referent: Referent {
                id: 0,
                network: network?.id.clone(),
                commune: commune?,
                post: post?,
                name,
                function: Some(function).filter(|text| !text.is_empty()),
                // Who left is kept without contact details.
                email: email.filter(|_| !left),
                phone: phone.filter(|_| !left),
                since: since.or(until).unwrap_or(ground.today),
                until,
                demonstration: false,
            },
            dated: since.is_some(),
        })
    }
}

fn post(text: &str) -> Result<Post, String> {
    match folded(text).as_str() {
        "" | "referent" | "referente" => Ok(Post::Referent),
        "suppleant" | "suppleante" => Ok(Post::Suppleant),
        "elu" | "elue" => Ok(Post::Elu),
        _ => Err(format!("« {text} » is not referent, suppleant or elu")),
    }
}
