//! The form of a mapping.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ads::deadline::EventKind;
use crate::ingest::fold::fold;
use crate::model::LayerId;

/// How the rows of another application's list become those of a collection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What it reads, in French.
    pub title: String,
    /// The collection.
    pub to: LayerId,
    /// Rows that are left out: a column, and the values of it that are none of ours.
    #[serde(default)]
    pub leave_out: BTreeMap<String, Vec<String>>,
    /// What gives each field.
    #[serde(default, rename = "field")]
    pub fields: BTreeMap<String, Rule>,
    /// What names the parcels, for the field `parcelles`.
    pub parcels: Option<Parcels>,
    /// Columns whose date is an event of the file, for the field `evenements`.
    #[serde(default, rename = "event")]
    pub events: Vec<EventRule>,
}

/// What gives a field its value.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Columns, by any of their names: the first that has a value gives it.
    pub columns: Vec<String>,
    /// Joins all of them by this text instead.
    pub join: Option<String>,
    /// The value of every row, where no column gives one.
    pub value: Option<String>,
    /// What is written in front of the columns' text.
    pub prefix: String,
    /// How the text is read.
    pub form: Form,
    /// What the columns' values mean; case and accents do not matter. Any other value is refused,
    /// unless `otherwise` says what it means.
    pub values: BTreeMap<String, String>,
    /// See `values`; empty: no value.
    pub otherwise: Option<String>,
    /// How days are written, as `%d/%m/%Y`, where the usual ways do not suffice.
    pub dates: Vec<String>,
}

/// How a text is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As it is.
    #[default]
    Plain,
    /// The number of an ADS file, in any writing.
    Numero,
}

/// What names the parcels of a row: columns by number, or texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parcels {
    /// Columns of sections; `{n}` stands for 1, 2, 3… as long as there is such a column.
    pub section: Option<String>,
    /// Columns of numbers.
    pub number: Option<String>,
    /// Columns of the prefix (*commune absorbée*), if there are any.
    pub prefix: Option<String>,
    /// Columns that hold references as people write them, several in one text.
    pub text: Vec<String>,
}

/// An event whose date is in a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// What happens that day.
    pub kind: EventKind,
    /// Columns of its date: the first that has a value.
    pub columns: Vec<String>,
    /// Of an extension, months added, or in all with « = » before them.
    pub length: Option<String>,
    /// Columns of that length.
    #[serde(default)]
    pub length_columns: Vec<String>,
    /// Of an extension, its article.
    pub article: Option<String>,
    /// How days are written, where the usual ways do not suffice.
    #[serde(default)]
    pub dates: Vec<String>,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut mapping: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for rule in mapping.fields.values_mut() {
            let values = std::mem::take(&mut rule.values).into_iter();
            rule.values = values.map(|(from, to)| (fold(&from), to)).collect();
        }
        Ok(mapping)
    }
}

impl Rule {
    /// What a column's text means by the table of values.
    ///
    /// # Errors
    /// Nothing but that, when the table does not have it.
    pub(crate) fn meaning(&self, text: &str) -> Result<Option<String>, ()> {
        if self.values.is_empty() {
            return Ok(Some(text.to_owned()));
        }
        let known = self.values.get(&fold(text)).or(self.otherwise.as_ref());
        match known {
            Some(value) if value.is_empty() => Ok(None),
            Some(value) => Ok(Some(value.clone())),
            None => Err(()),
        }
    }
}
