//! What a check has to say of a delivery.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The delivery cannot be published with it.
    Error,
    /// Worth a look; it does not stop a publication.
    Warning,
    /// Mended, or what `--repair` would mend.
    Repair,
}

/// One finding: what is wrong, where, and what to do. Its words are French, for the contributor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Short stable name of the rule, the same from one release to the next: `required`, `overlap`…
    pub rule: String,
    /// The feature: its number in the source, with the source's name where a delivery has several.
    #[serde(default)]
    pub feature: Option<String>,
    /// What people call the feature: the values of its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The row of the delivery that it is: its feed and its number there.
    #[serde(skip)]
    pub row: Option<(i32, i64)>,
    /// The layer's field, or the source's column where no field is concerned.
    #[serde(default)]
    pub field: Option<String>,
    /// The value that is wrong, as delivered, cut when long.
    #[serde(default)]
    pub value: Option<String>,
    /// What is wrong, in French.
    pub message: String,
    /// What to do about it, in French.
    #[serde(default)]
    pub advice: String,
    /// Where, in metres of the territory's projection.
    #[serde(default)]
    pub x: Option<f64>,
    /// See `x`.
    #[serde(default)]
    pub y: Option<f64>,
}

impl Finding {
    /// A finding of a rule, to be completed with its place.
    pub fn new(severity: Severity, rule: &str, message: impl Into<String>) -> Self {
        Self {
            severity,
            rule: rule.to_owned(),
            feature: None,
            name: None,
            row: None,
            field: None,
            value: None,
            message: message.into(),
            advice: String::new(),
            x: None,
            y: None,
        }
    }

    /// The same, of that feature.
    #[must_use]
    pub fn of(mut self, feature: impl Into<Which>) -> Self {
        let Which { number, name, row } = feature.into();
        self.feature = Some(number);
        self.name = name;
        self.row = row;
        self
    }

    /// The same, about that field and its value.
    #[must_use]
    pub fn about(mut self, field: &str, value: Option<&str>) -> Self {
        self.field = Some(field.to_owned());
        self.value = value.map(shortened);
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// The same, at a place in metres of the territory's projection.
    #[must_use]
    pub fn at(mut self, x: f64, y: f64) -> Self {
        (self.x, self.y) = (Some(x), Some(y));
        self
    }
}

/// A feature, as findings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Its number in the source, with the source's name where a delivery has several.
    pub number: String,
    /// What people call it, when that is known.
    pub name: Option<String>,
    /// The row of the delivery, when it is one: its feed and its number there.
    pub row: Option<(i32, i64)>,
}

impl<T: Into<String>> From<T> for Which {
    fn from(number: T) -> Self {
        Self {
            number: number.into(),
            name: None,
            row: None,
        }
    }
}

/// Longest value repeated in a report, in characters.
const LONGEST: usize = 120;

fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        None => value.to_owned(),
        Some((end, _)) => format!("{}…", &value[..end]),
    }
}
