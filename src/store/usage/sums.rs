//! What a batch of events adds to the aggregates.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{Event, Outcome};

/// The finest step at which time zones differ, in microseconds: sums by it can be added up to days
/// of any zone.
const QUARTER_US: i64 = 15 * 60 * 1_000_000;

/// What sums are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group<'a> {
    /// Begin of the quarter of an hour, in microseconds since 1970.
    pub quarter_us: i64,
    /// An INSEE code, `metropolis` or `public`.
    pub commune: &'a str,
    /// The key's number, 0 without one.
    pub key: i32,
    /// The service commun.
    pub service: &'a str,
    /// The layer, or empty.
    pub layer: &'a str,
    /// Number of the operation.
    pub operation: i16,
    /// Number of the client's family.
    pub client: i16,
}

/// The sums of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// Responses.
    pub requests: i64,
    /// Thousandths of units.
    pub units: i64,
    /// Bytes of bodies.
    pub bytes: i64,
    /// Features.
    pub features: i64,
    /// Microseconds of the database.
    pub database_us: i64,
    /// Responses cut before their end.
    pub aborted: i64,
    /// Responses of which that is not known.
    pub in_doubt: i64,
    /// Responses of status 400 and above.
    pub errors: i64,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, more: Self) {
        self.requests += more.requests;
        self.units += more.units;
        self.bytes += more.bytes;
        self.features += more.features;
        self.database_us += more.database_us;
        self.aborted += more.aborted;
        self.in_doubt += more.in_doubt;
        self.errors += more.errors;
    }
}

/// Sums by group.
pub type Totals<'a> = HashMap<Group<'a>, Sums>;

/// The sums of events.
pub fn totals<'e>(events: &'e [Event<'_>]) -> Totals<'e> {
    let mut totals = Totals::new();
    for event in events {
        let group = Group {
            quarter_us: event.at_us - event.at_us.rem_euclid(QUARTER_US),
            commune: event.account.as_str(),
            key: event.key.unwrap_or(0),
            service: event.service,
            layer: event.layer,
            operation: event.operation as i16,
            client: event.client as i16,
        };
        *totals.entry(group).or_default() += Sums {
            requests: 1,
            units: i64::from(event.units),
            bytes: i64::try_from(event.bytes).unwrap_or(i64::MAX),
            features: i64::from(event.features),
            database_us: i64::from(event.database_us),
            aborted: i64::from(event.outcome == Outcome::Aborted),
            in_doubt: i64::from(event.outcome == Outcome::InDoubt),
            errors: i64::from(event.status >= 400),
        };
    }
    totals
}
