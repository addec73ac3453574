//! What reports of use ask for, and what they are made of.

use std::fmt;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};

use super::Booked;

/// Units of use, in thousandths: sums stay exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Units(pub i64);

impl Units {
    /// The nearest double, for drawings and spreadsheets: exact to the thousandth below 10^12.
    pub fn approx(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl fmt::Display for Units {
    /// As a decimal number without superfluous zeros: `12`, `12.5`, `0.013`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl Serialize for Units {
    /// As a number; its shortest decimal form is the exact one, doubles having more digits than
    /// thousandths of any sum that a ledger may reach.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.approx())
        }
    }
}

impl Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Days of the territory's time zone, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first.
    pub from: NaiveDate,
    /// The last, never before the first.
    pub to: NaiveDate,
}

impl Period {
    /// The days from one to another.
    ///
    /// # Errors
    /// When the last comes before the first.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, String> {
        if to < from {
            return Err(format!("the period ends ({to}) before it begins ({from})"));
        }
        Ok(Self { from, to })
    }

    /// A calendar year; `None` where the calendar has none of that number.
    pub fn year(year: i32) -> Option<Self> {
        Some(Self {
            from: NaiveDate::from_ymd_opt(year, 1, 1)?,
            to: NaiveDate::from_ymd_opt(year, 12, 31)?,
        })
    }

    /// How many days.
    pub fn days(self) -> i64 {
        (self.to - self.from).num_days() + 1
    }
}

/// What the lines of a report stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// Layers asked of.
    Layer,
    /// Days.
    Day,
    /// Months.
    Month,
    /// Kinds of requests.
    Operation,
    /// Families of programs.
    Client,
    /// Keys.
    Key,
    /// Services communs.
    Service,
    /// Communes, the metropolis and the public.
    Commune,
}

impl By {
    /// Every way.
    pub const ALL: [Self; 8] = [
        Self::Layer,
        Self::Day,
        Self::Month,
        Self::Operation,
        Self::Client,
        Self::Key,
        Self::Service,
        Self::Commune,
    ];

    /// The word of commands and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Day => "day",
            Self::Month => "month",
            Self::Operation => "operation",
            Self::Client => "client",
            Self::Key => "key",
            Self::Service => "service",
            Self::Commune => "commune",
        }
    }

    /// Whether lines follow each other in time; others come by their weight.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Month)
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|by| by.as_str() == text)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::as_str).join(", ");
                format!("a report is by one of {known}")
            })
    }
}

/// What a report is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageQuery {
    /// When.
    pub period: Period,
    /// Whose use; `None` for everybody's.
    pub accounts: Option<Vec<Booked>>,
    /// What its lines stand for.
    pub by: By,
    /// What each is told apart by once more; keys stand alone.
    pub split: Option<By>,
}

impl UsageQuery {
    /// What this program asks for and cannot be told.
    ///
    /// # Errors
    /// When keys are told apart, or something by itself.
    pub fn checked(self) -> Result<Self, String> {
        match self.split {
            Some(split) if split == self.by => Err(format!(
                "lines by {0} cannot be told apart by {0} again",
                split.as_str()
            )),
            Some(split) if By::Key == split || By::Key == self.by => {
                Err("keys stand alone: they are not told apart with something else".to_owned())
            }
            _ => Ok(self),
        }
    }
}

/// Sums of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Responses.
    pub requests: i64,
    /// Units.
    pub units: Units,
    /// Bytes handed out.
    pub bytes: i64,
    /// Features handed out.
    pub features: i64,
    /// Responses cut before their end.
    pub aborted: i64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.units = self.units + other.units;
        self.bytes += other.bytes;
        self.features += other.features;
        self.aborted += other.aborted;
    }
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The layer, the day (`2026-11-24`), the month (`2026-11`), the word of the operation or of
    /// the client family, the key's prefix, the service commun or the account (an INSEE code,
    /// `metropolis`, `public`); [`NONE`] where there is none.
    pub key: String,
    /// Of lines told apart once more, the second key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The sums.
    #[serde(flatten)]
    pub figures: Figures,
    /// Of lines by key, which one it is.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
}

/// The key of lines about no layer, or no key.
pub const NONE: &str = "none";

/// A key, as its holders know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Its identifier.
    pub id: String,
    /// What it was named.
    pub label: String,
}

/// The commune in the middle: half use more, half use less.
#[derive(Debug, Clone, PartialEq)]
pub struct Median {
    /// Of how many communes.
    pub communes: usize,
    /// Units of the period.
    pub units: f64,
    /// Units of the period for an inhabitant; none where fewer than three populations are known.
    pub by_inhabitant: Option<f64>,
    /// Units day by day, each day's own median.
    pub days: Vec<f64>,
}

/// A key and what it used this month, for who holds its reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// What lists show of it.
    pub prefix: String,
    /// What it was named.
    pub label: String,
    /// Units that it may use in a month.
    pub quota: Option<i64>,
    /// Units that it used this month.
    pub month: Units,
    /// Since when it is refused: revoked, or expired.
    pub ended: Option<DateTime<Utc>>,
    /// When it was last presented.
    pub used: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_written_exactly() {
        let text = |units: i64| {
            (
                Units(units).to_string(),
                serde_json::json!(Units(units)).to_string(),
            )
        };
        assert_eq!(text(0), ("0".into(), "0".into()));
        assert_eq!(text(12_000), ("12".into(), "12".into()));
        assert_eq!(text(12_340), ("12.34".into(), "12.34".into()));
        assert_eq!(text(-13), ("-0.013".into(), "-0.013".into()));
        let large = 999_999_999_999_999;
        assert_eq!(
            text(large),
            ("999999999999.999".into(), "999999999999.999".into())
        );
    }

    #[test]
    fn a_period_never_ends_before_it_begins() {
        let year = Period::year(2026).expect("a year");
        assert_eq!(year.days(), 365);
        assert!(Period::new(year.to, year.from).is_err());
        assert!("layer".parse::<By>().is_ok() && "couche".parse::<By>().is_err());
    }
}
