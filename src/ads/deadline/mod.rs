//! The law's clock: from a file's dated events to the day on which silence decides, and the
//! dates that follow a decision.
//!
//! Numbers and articles stand in `rules.toml`; here is how they combine. Nothing reads the day's
//! date: whoever asks gives it. Every date is *indicatif*, and comes with the articles that made
//! it.

mod after;
mod calendar;
mod clock;
mod events;
mod extensions;
mod kinds;
mod pieces;
mod rules;
#[cfg(test)]
mod tests;
mod written;

pub use after::{
    CuValidity, RulesDay, Term, Validity, certificate, certificate_extended, gracious, lapse,
    recourse, recourse_notice, recourse_unposted, rules_day, subdivision_freeze, validity,
    withdrawal,
};
pub use calendar::{add_months, is_working_day, next_working_day};
pub use clock::{Deadline, Silence, Step, compute};
pub use events::{Event, Extension, Fault, File};
pub use kinds::{EventKind, Kind};
