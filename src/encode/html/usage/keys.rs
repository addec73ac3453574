//! Keys and their quotas, as lines of a table.

use super::super::french;
use super::words;
use crate::model::KeyUse;

/// A line.
#[derive(Debug)]
pub(super) struct KeyRow<'a> {
    pub label: &'a str,
    pub prefix: &'a str,
    pub units: String,
    pub quota: Option<Quota>,
    /// When it was last presented, or since when it is refused.
    pub last: String,
    pub ended: bool,
}

/// How much of a quota is used.
#[derive(Debug)]
pub(super) struct Quota {
    pub most: i64,
    /// From where on it is nearly used up.
    pub high: i64,
    pub value: f64,
    pub says: String,
}

impl Quota {
    /// Whether eight tenths are used.
    pub fn is_high(&self) -> bool {
        self.value >= self.high as f64
    }
}

/// The lines of these keys.
pub(super) fn rows(keys: &[KeyUse]) -> Vec<KeyRow<'_>> {
    keys.iter().map(row).collect()
}

fn row(key: &KeyUse) -> KeyRow<'_> {
    let value = key.month.approx();
    let day = |at: chrono::DateTime<chrono::Utc>| french::day(at.date_naive());
    KeyRow {
        label: &key.label,
        prefix: &key.prefix,
        units: words::units(key.month),
        quota: key.quota.map(|most| Quota {
            most,
            high: most * 8 / 10,
            value,
            says: format!(
                "{} de {}",
                words::share(value, most as f64),
                words::amount(most as f64)
            ),
        }),
        last: match (key.ended, key.used) {
            (Some(ended), _) => format!("hors service depuis le {}", day(ended)),
            (None, Some(used)) => day(used),
            (None, None) => "jamais présentée".to_owned(),
        },
        ended: key.ended.is_some() || key.used.is_none(),
    }
}
