//! Deliveries: what a contributor says beside the files, and what becomes of them.

use serde::{Deserialize, Serialize};

use super::{Finding, LayerId, Severity, Srid};

/// What the contributor says beside the files; everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wishes {
    /// The collection that the files are for.
    pub to: Option<LayerId>,
    /// The layer to read, among those of the files.
    pub layer: Option<String>,
    /// The scope delivered: an INSEE code, a sheet, an `idurba`… Rows outside it are refused.
    pub scope: Option<String>,
    /// The reference system of the coordinates, over what the files say.
    pub crs: Option<Srid>,
    /// The encoding of the texts, over what the files say.
    pub encoding: Option<String>,
    /// Columns of the source and the fields that they fill.
    pub map: Vec<(String, String)>,
    /// How another application's list is read: the name of a shipped mapping, or the text of one.
    pub mapping: Option<String>,
    /// Whether what can be mended is mended.
    pub repair: bool,
    /// Whether a comparison that looks suspicious is accepted.
    pub accept: bool,
    /// Why, in the contributor's words.
    pub comment: String,
}

/// What became of a delivery for one collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Published.
    Published,
    /// What is published already: nothing was done.
    Unchanged,
    /// Refused: the findings say why.
    Rejected,
    /// A question must be answered first.
    Asked,
    /// Checked and compared, not published.
    Checked,
}

/// Features by what the delivery does to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Not there before.
    pub added: i64,
    /// No longer there.
    pub removed: i64,
    /// With another attribute or geometry.
    pub changed: i64,
    /// As they were.
    pub unchanged: i64,
}

/// What only the contributor can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The option that answers it, without dashes: `crs`, `layer`, `to`, `map`, `scope`, `accept`…
    pub option: String,
    /// The question, in French.
    pub text: String,
    /// Answers that would do, the likeliest first; each is a value of the option.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Value of the option.
    pub value: String,
    /// What it means, in French.
    pub label: String,
}

/// One scope of an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeOutcome {
    /// The scope: a sheet, an INSEE code…
    pub scope: String,
    /// The version published; absent when the scope did not change or is not published.
    pub version: Option<i64>,
    /// The version that the delivery was compared with; 0 when the scope was never published.
    pub compared_with: i64,
    /// What the delivery does to its features.
    pub counts: Counts,
}

/// What became of a delivery for one collection (CONTRACTS, «Ingest»).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeReport {
    /// What became of it.
    pub state: State,
    /// The collection; absent as long as it is not known.
    pub collection: Option<LayerId>,
    /// The scope, where there is one alone.
    pub scope: Option<String>,
    /// The last version published by it.
    pub version: Option<i64>,
    /// What it does to the features of its scopes.
    pub counts: Counts,
    /// Each scope.
    #[serde(default)]
    pub scopes: Vec<ScopeOutcome>,
    /// What was read: file, layer, driver, encoding, reference system, columns, in French.
    #[serde(default)]
    pub reading: Vec<String>,
    /// What the checks say; the first ones of each rule.
    pub findings: Vec<Finding>,
    /// Findings of each rule, those that are not listed included.
    #[serde(default)]
    pub totals: Vec<(String, i64)>,
    /// The same by severity.
    #[serde(default)]
    pub severities: Vec<(Severity, String, i64)>,
    /// What must be answered first.
    pub questions: Vec<Question>,
    /// What it does to each feature; the first ones.
    #[serde(default)]
    pub changes: Vec<ChangedFeature>,
    /// Features that the findings are about; no part of the JSON.
    #[serde(skip)]
    pub shapes: Vec<FaultyFeature>,
}

/// A feature that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyFeature {
    /// What the finding calls it.
    pub feature: String,
    /// Its geometry as it was delivered, in the territory's projection: ISO WKB, little-endian.
    pub wkb: Vec<u8>,
}

/// What happens to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It has another attribute or geometry.
    Changed,
}

/// What a delivery does to one feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangedFeature {
    /// What.
    pub kind: ChangeKind,
    /// Its scope.
    pub scope: String,
    /// Its key, or else what the layer names its features by; may be empty.
    pub name: String,
    /// Its number; absent for a new one.
    pub fid: Option<i64>,
    /// The fields that change.
    pub fields: Vec<FieldValue>,
    /// Whether its geometry changes.
    pub reshaped: bool,
    /// How far its geometry moves at most, in metres, where that can be told.
    pub moved_m: Option<f64>,
    /// The middle of its box, in metres of the territory's projection.
    pub x: Option<f64>,
    /// See `x`.
    pub y: Option<f64>,
}

/// A field that changes; a personal one is said to change, without its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The field.
    pub field: String,
    /// Its value before, as text.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}
