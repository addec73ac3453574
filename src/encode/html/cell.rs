//! One attribute as a reader sees it: label beside code, French dates and numbers, links.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::Value as Json;

use super::french;
use crate::catalogue::{Field, FieldType};

/// A value ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing there.
    Empty,
    /// Text.
    Text(String),
    /// A number, to be aligned on its right.
    Number(String),
    /// A value of a domain.
    Coded {
        /// As stored.
        code: String,
        /// What it means.
        label: String,
    },
    /// A day or an instant.
    Time {
        /// For programs.
        machine: String,
        /// For people.
        text: String,
    },
    /// An address of the web.
    Link(String),
}

impl Cell {
    /// A property of a GeoJSON feature, by what the catalogue says of its field; instants
    /// as clocks of that zone show them.
    pub fn new(field: &Field, value: &Json, zone: Tz) -> Self {
        let text = match value {
            Json::Null => return Self::Empty,
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        if let Some(label) = field.label_of(&text) {
            return Self::Coded {
                label: label.to_owned(),
                code: text,
            };
        }
        let unit = field.unit.as_deref();
        let known = match field.kind {
            FieldType::Boolean => value
                .as_bool()
                .map(|truth| Self::Text(if truth { "Oui" } else { "Non" }.to_owned())),
            FieldType::Integer => value
                .as_i64()
                .map(|number| Self::Number(french::integer(number, unit))),
            FieldType::Real => value
                .as_f64()
                .map(|number| Self::Number(french::real(number, unit))),
            FieldType::Date => text.parse::<NaiveDate>().ok().map(|date| Self::Time {
                machine: text.clone(),
                text: french::day(date),
            }),
            FieldType::Timestamp => text.parse::<DateTime<Utc>>().ok().map(|at| Self::Time {
                machine: text.clone(),
                text: french::instant(at, zone),
            }),
            FieldType::Text => None,
        };
        known.unwrap_or_else(|| Self::of_text(text))
    }

    fn of_text(text: String) -> Self {
        // Pieces of documents are served here: their addresses are relative.
        let heads = ["https://", "http://", "/pieces/"];
        let web = heads.iter().any(|head| text.starts_with(head));
        match text.trim() {
            "" => Self::Empty,
            trimmed if web && !trimmed.contains(char::is_whitespace) => Self::Link(text),
            _ => Self::Text(text),
        }
    }

    /// The value in one line, for titles; `None` when there is none.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Empty => None,
            Self::Text(text)
            | Self::Number(text)
            | Self::Link(text)
            | Self::Time { text, .. }
            | Self::Coded { label: text, .. } => Some(text),
        }
    }

    /// Whether columns of it are aligned on their right.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}
