//! References as people write them: parcels of the cadastre, numbers of ADS files.
//!
//! One parser for every writing: identifiers of 14, 12 and 15 characters, the fields of API Carto
//! and of MAJIC, forms, deeds, e-mails. What can be read in several ways is read in all of them:
//! the scanner asks [`choices::Choices`] at each fork and is run again for each answer, so that
//! the outcome is one reading, candidates, or a fault that names its part. Pure, bounded, linear.

mod acronyms;
mod areas;
mod beside;
mod choices;
mod code;
mod counts;
mod dates;
mod ending;
mod fault;
mod faulty;
mod fields;
mod file;
mod former;
mod groups;
mod heads;
mod lex;
mod lots;
mod numbers;
mod places;
mod prose;
mod ranges;
mod scan;
mod sections;
mod sentence;
mod silent;
mod site;
mod table;
mod titles;
mod words;
mod zones;

#[cfg(test)]
mod tests;

pub use fault::{Fault, FaultKind};
pub use file::FileNumber;
pub use places::Places;

use serde::Serialize;

use crate::model::{Idu, Insee};
use choices::Choices;
use scan::{Reading, Scan};

/// Longest text that is read, in bytes: a list of some five hundred parcels.
pub const MOST_BYTES: usize = 8 * 1024;

/// Most readings that are tried.
const MOST_READINGS: usize = 64;

/// What a reader knows beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The commune of references that name none.
    pub commune: Option<&'a Insee>,
    /// Communes known by name; may be empty.
    pub places: &'a Places,
}

/// One possible reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// In French, for the reader who chooses.
    pub label: String,
    /// The parcels that it means.
    pub parcels: Vec<Idu>,
}

/// What a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Parcels, each once, in the order of the text.
    Parcels(Vec<Idu>),
    /// An ADS file.
    File(FileNumber),
    /// Several readings, the likeliest first; or one that is only likely.
    Candidates(Vec<Candidate>),
    /// Nothing that can be used.
    Wrong(Fault),
}

/// Reads a text.
pub fn parse(text: &str, context: &Context<'_>) -> Outcome {
    read(text, context).0
}

/// Reads a text, and says whether knowing communes by name could change the outcome: a word that
/// may be one was passed over, or not understood, or no commune was given.
pub fn read(text: &str, context: &Context<'_>) -> (Outcome, bool) {
    if text.len() > MOST_BYTES {
        let part: String = text.chars().take(40).chain(['…']).collect();
        let message = format!(
            "le texte est trop long (plus de {MOST_BYTES} octets) : donnez les références seules"
        );
        return (Outcome::Wrong(Fault::wrong(part, message)), false);
    }
    match file::read(text, &|department| code::is_near(department, context)) {
        Some(Ok(number)) => return (Outcome::File(number), false),
        Some(Err(fault)) => return (Outcome::Wrong(fault), false),
        None => {}
    }
    let placed = context.commune.is_some();
    if let Some(fault) = file::partial(text, placed, |commune| code::is_known(commune, context)) {
        return (Outcome::Wrong(fault), false);
    }
    let tokens = lex::tokens(text);
    if tokens.is_empty() {
        let fault = Fault::wrong(text.trim(), "le texte ne contient rien à lire");
        return (Outcome::Wrong(fault), false);
    }
    let mut readings: Vec<Reading> = Vec::new();
    let mut fault: Option<Fault> = None;
    let mut plan = Some(Vec::new());
    let mut tried = 0;
    while let Some(choices) = plan.filter(|_| tried < MOST_READINGS) {
        tried += 1;
        let mut choices = Choices::new(choices);
        match Scan::new(text, &tokens, context, &mut choices).run() {
            Ok(reading) => {
                if readings
                    .iter()
                    .all(|other| other.parcels != reading.parcels)
                {
                    readings.push(reading);
                }
            }
            Err(found) => {
                fault.get_or_insert(found);
            }
        }
        plan = choices.next();
    }
    // Of several readings, those of known communes may be fewer, and have names to be shown.
    let unnamed = readings.len() > 1
        || readings
            .iter()
            .any(|reading| reading.dropped || !reading.sure)
        || fault
            .as_ref()
            .is_some_and(|fault| fault.kind != FaultKind::Wrong)
        || readings.is_empty() && tokens.iter().any(words::strange);
    (conclude(readings, fault, context), unnamed)
}

fn conclude(readings: Vec<Reading>, fault: Option<Fault>, context: &Context<'_>) -> Outcome {
    match (&readings[..], fault) {
        ([], Some(fault)) => Outcome::Wrong(fault),
        ([], None) => Outcome::Wrong(Fault::wrong("", "aucune référence n’est reconnue")),
        ([reading], _) if reading.sure => Outcome::Parcels(reading.parcels.clone()),
        _ => Outcome::Candidates(
            readings
                .into_iter()
                .map(|reading| Candidate {
                    label: label(&reading.parcels, context.places),
                    parcels: reading.parcels,
                })
                .collect(),
        ),
    }
}

/// `Nantes (44109) : AB 12 à 15, 18 ; AC 7`.
fn label(parcels: &[Idu], places: &Places) -> String {
    let mut text = String::new();
    let mut rest = parcels;
    let mut commune = "";
    while let Some(first) = rest.first() {
        let group = rest
            .iter()
            .take_while(|idu| idu.as_str()[..10] == first.as_str()[..10])
            .count();
        if first.commune() != commune {
            commune = first.commune();
            let name = places
                .name(commune)
                .map_or_else(|| commune.to_owned(), |name| format!("{name} ({commune})"));
            text.push_str(if text.is_empty() { "" } else { " ; " });
            text.push_str(&name);
            text.push_str(" : ");
        } else {
            text.push_str(" ; ");
        }
        if first.prefix() != "000" {
            text.push_str(first.prefix());
            text.push(' ');
        }
        text.push_str(first.section().trim_start_matches('0'));
        text.push(' ');
        let numbers: Vec<u16> = rest[..group]
            .iter()
            .filter_map(|idu| idu.number().parse().ok())
            .collect();
        text.push_str(&runs(&numbers));
        rest = &rest[group..];
    }
    text
}

/// `12 à 15, 18`: three numbers or more in a row become a range.
fn runs(numbers: &[u16]) -> String {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < numbers.len() {
        let mut end = at;
        while end + 1 < numbers.len() && numbers[end + 1] == numbers[end] + 1 {
            end += 1;
        }
        if end >= at + 2 {
            parts.push(format!("{} à {}", numbers[at], numbers[end]));
            at = end + 1;
        } else {
            parts.push(numbers[at].to_string());
            at += 1;
        }
    }
    parts.join(", ")
}
