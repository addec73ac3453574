//! The law's numbers, read once from `rules.toml`.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::clock::Silence;
use super::kinds::{EventKind, Kind};

/// Everything that `rules.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub types: Vec<TypeRule>,
    pub pieces: Pieces,
    pub start: Start,
    pub extensions: Extensions,
    pub prolongation: Prolongation,
    pub refusals: Vec<Refusal>,
    pub validity: ValidityRule,
    pub certificate: Certificate,
    pub subdivision: Period,
    pub recourse: RecourseRule,
    pub withdrawal: Period,
    pub holidays: Holidays,
}

/// A type of file: its ordinary period, and what silence means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeRule {
    pub id: Kind,
    pub title: String,
    pub prefix: String,
    pub months: i32,
    pub article: String,
    pub silence: Silence,
    pub silence_article: String,
    pub pieces: Silence,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pieces {
    pub request_months: i32,
    pub answer_months: i32,
    pub deemed_complete_article: String,
    pub request_article: String,
    pub answer_article: String,
    pub second_request_article: String,
    pub late_article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    pub complete_article: String,
    pub inquiry_article: String,
    pub inquiry_period_article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extensions {
    pub within_months: i32,
    pub article: String,
    pub without_effect_article: String,
    pub other_article: String,
    pub cases: Vec<ExtensionCase>,
}

/// A length of extension, its article and the types that it exists for; none: all, with a warning
/// for those of which the article is silent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtensionCase {
    pub add: Option<i32>,
    pub replace: Option<i32>,
    pub article: String,
    #[serde(default)]
    pub types: Vec<Kind>,
    #[serde(default)]
    pub doubtful: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prolongation {
    pub article: String,
    pub notice_article: String,
}

/// An event that turns silence into a refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    pub event: EventKind,
    pub article: String,
    pub types: Vec<Kind>,
    pub since: Option<NaiveDate>,
    /// Whether it counts only until the limit.
    #[serde(default)]
    pub in_time: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValidityRule {
    pub months: i32,
    pub article: String,
    pub interruption_months: i32,
    pub extension_months: i32,
    pub extensions: i32,
    pub extension_article: String,
    pub ask_before_months: i32,
    pub ask_article: String,
    pub measures: Vec<Measure>,
}

/// An exceptional measure for what was valid on a day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measure {
    pub article: String,
    pub valid_on: NaiveDate,
    pub decided_from: NaiveDate,
    pub decided_until: NaiveDate,
    /// Period in place of the ordinary one.
    pub months: Option<i32>,
    /// Months more.
    pub add_months: Option<i32>,
    /// Extensions that may still be asked, when the measure says so.
    pub extensions: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate {
    pub months: i32,
    pub article: String,
    pub extension_months: i32,
    pub extension_article: String,
    pub ask_before_months: i32,
    pub silence_months: i32,
    pub silence_article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Period {
    pub months: i32,
    pub article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecourseRule {
    pub months: i32,
    pub article: String,
    pub unposted_months: i32,
    pub unposted_article: String,
    pub notice_days: u64,
    pub notice_article: String,
    pub gracious_months: i32,
    pub gracious_since: NaiveDate,
    pub gracious_article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Holidays {
    pub fixed: Vec<String>,
    pub after_easter: Vec<i64>,
}

impl Rules {
    /// The rule of a type. Every [`Kind`] has one: a test reads them all.
    pub fn of(&self, kind: Kind) -> &TypeRule {
        self.types
            .iter()
            .find(|rule| rule.id == kind)
            .expect("rules.toml has every type")
    }
}

/// The rules that are built in.
pub(super) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> =
        LazyLock::new(|| toml::from_str(include_str!("rules.toml")).expect("rules.toml is valid"));
    &RULES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_rule() {
        for kind in Kind::ALL {
            assert_eq!(rules().of(kind).id, kind);
        }
        assert_eq!(rules().types.len(), Kind::ALL.len());
    }
}
