//! A file as its dated events tell it, read from the JSON of `geonantes ads deadline`.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::Value;

use super::kinds::{EventKind, Kind};

/// Most events of one file: real ones have a dozen.
const MOST_EVENTS: usize = 500;
/// Years in which an event can lie: a date beyond is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;
/// Most months of an extension.
const MOST_MONTHS: i32 = 60;

/// What is wrong with a file, for the person who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{part} : {message}")]
pub struct Fault {
    /// The part that is wrong, as it was written.
    pub part: String,
    /// Why, and what to do, in French.
    pub message: String,
}

impl Fault {
    fn new(part: impl fmt::Display, message: impl Into<String>) -> Self {
        Self {
            part: part.to_string(),
            message: message.into(),
        }
    }
}

/// How an extension changes the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// Months added to the ordinary period.
    Add(i32),
    /// Months in all, in its place.
    Replace(i32),
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its day; of what is notified, that of the first presentation.
    pub date: NaiveDate,
    /// What happened.
    pub kind: EventKind,
    /// Of an extension or prolongation, its length.
    pub extension: Option<Extension>,
    /// Of an extension, the article given with it.
    pub article: Option<String>,
}

/// A file: its type and its events, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The type; of those that share a number's letters, the one of the earliest limit.
    pub kind: Kind,
    /// Whether the type is only what the number's letters allow.
    pub nature_unknown: bool,
    /// The events.
    pub events: Vec<Event>,
    /// The limit that the instructing application gave, which prevails.
    pub imported_limit: Option<NaiveDate>,
}

impl File {
    /// Reads `{"type", "events", "date_limite_instruction"?}`. The type `PC?` is a permit of
    /// unknown nature, `CU` a certificate that does not say which.
    ///
    /// # Errors
    /// With the part that is wrong.
    pub fn from_json(value: &Value) -> Result<Self, Fault> {
        let Value::Object(object) = value else {
            return Err(Fault::new(
                shorten(value),
                "un objet est attendu : {\"type\": …, \"events\": […]}",
            ));
        };
        let known = ["type", "events", "date_limite_instruction"];
        if let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(Fault::new(
                key,
                format!("champ inconnu ; attendus : {}", known.join(", ")),
            ));
        }
        let (kind, nature_unknown) = read_kind(object.get("type"))?;
        let events = match object.get("events") {
            Some(Value::Array(events)) if events.len() > MOST_EVENTS => {
                return Err(Fault::new(
                    "events",
                    format!("plus de {MOST_EVENTS} événements"),
                ));
            }
            Some(Value::Array(events)) => events
                .iter()
                .map(read_event)
                .collect::<Result<Vec<_>, _>>()?,
            _ => {
                return Err(Fault::new(
                    "events",
                    "la liste des événements manque : [[\"2026-03-10\", \"deposit\"], …]",
                ));
            }
        };
        let imported_limit = match object.get("date_limite_instruction") {
            None | Some(Value::Null) => None,
            Some(value) => Some(read_date(value)?),
        };
        Ok(Self {
            kind,
            nature_unknown,
            events,
            imported_limit,
        })
    }
}

fn read_kind(value: Option<&Value>) -> Result<(Kind, bool), Fault> {
    let wrong = |part: String| {
        let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        Fault::new(
            part,
            format!(
                "type de dossier inconnu ; attendus : {}, ou « PC? » et « CU » quand la nature \
                 n’est pas connue",
                known.join(", ")
            ),
        )
    };
    let Some(Value::String(text)) = value else {
        return Err(wrong(value.map_or("type".to_owned(), shorten)));
    };
    let bare = text.trim();
    if let Some(kind) = Kind::ALL
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(bare))
    {
        return Ok((kind, false));
    }
    let unsure = bare.strip_suffix('?').map(str::trim_end);
    unsure
        .or_else(|| bare.eq_ignore_ascii_case("CU").then_some(bare))
        .and_then(Kind::from_prefix)
        .ok_or_else(|| wrong(shorten(&Value::String(text.clone()))))
}

pub(super) fn read_event(value: &Value) -> Result<Event, Fault> {
    let Value::Array(parts) = value else {
        return Err(Fault::new(
            shorten(value),
            "un événement est une liste : [\"2026-03-10\", \"deposit\"]",
        ));
    };
    let (Some(date), Some(name), true) = (parts.first(), parts.get(1), parts.len() <= 4) else {
        return Err(Fault::new(
            shorten(value),
            "un événement a une date, un nom et, pour une prolongation, sa durée et son article",
        ));
    };
    let date = read_date(date)?;
    let kind = EventKind::ALL
        .into_iter()
        .find(|kind| name.as_str() == Some(kind.as_str()))
        .ok_or_else(|| {
            let known: Vec<_> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
            Fault::new(
                shorten(name),
                format!("événement inconnu ; connus : {}", known.join(", ")),
            )
        })?;
    let lasts = matches!(kind, EventKind::Extension | EventKind::Prolongation);
    let extension = match parts.get(2) {
        Some(length) if lasts => Some(read_extension(length)?),
        None | Some(Value::Null) if lasts => {
            return Err(Fault::new(
                shorten(value),
                "la durée manque : un nombre de mois ajoutés, ou \"=5\" pour un délai qui remplace",
            ));
        }
        _ => None,
    };
    let article = parts.get(3).and_then(Value::as_str).map(str::to_owned);
    Ok(Event {
        date,
        kind,
        extension,
        article,
    })
}

fn read_date(value: &Value) -> Result<NaiveDate, Fault> {
    let shaped = |text: &&str| {
        text.len() == 10
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let date = value
        .as_str()
        .filter(shaped)
        .and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .ok_or_else(|| {
            Fault::new(
                shorten(value),
                "cette date n’existe pas ou ne s’écrit pas AAAA-MM-JJ",
            )
        })?;
    match YEARS.contains(&date.year()) {
        true => Ok(date),
        false => Err(Fault::new(
            date,
            format!(
                "l’année d’un événement est entre {} et {}",
                YEARS.start(),
                YEARS.end()
            ),
        )),
    }
}

/// `1`, `"1"`, `"+1"` add; `"=5"` replaces.
fn read_extension(value: &Value) -> Result<Extension, Fault> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let (whole, digits) = match text.strip_prefix('=') {
        Some(rest) => (true, rest.trim()),
        None => (false, text.strip_prefix('+').unwrap_or(&text).trim()),
    };
    let months = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse::<i32>().ok())
        .flatten()
        .filter(|months| (1..=MOST_MONTHS).contains(months));
    match months {
        Some(months) if whole => Ok(Extension::Replace(months)),
        Some(months) => Ok(Extension::Add(months)),
        None => Err(Fault::new(
            shorten(value),
            format!(
                "une durée est un nombre de mois ajoutés (1 à {MOST_MONTHS}), ou \"=5\" pour un \
                 délai qui remplace celui de droit commun"
            ),
        )),
    }
}

/// A value as a message shows it.
fn shorten(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(59).chain(['…']).collect()
}
