//! A commune's adhesion to a service commun.

use chrono::NaiveDate;

use super::{Insee, Level};

/// A period of adhesion, dates inclusive in the territory's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adhesion {
    /// The commune.
    pub commune: Insee,
    /// The service commun, by its identifier in `territory.toml`.
    pub service: String,
    /// The level of support, where the service has levels.
    pub level: Option<Level>,
    /// First day.
    pub since: NaiveDate,
    /// Last day; none while no end is known.
    pub until: Option<NaiveDate>,
}

impl Adhesion {
    /// Whether it is in force on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }
}
