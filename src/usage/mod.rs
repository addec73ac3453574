//! Who asked for what, counted once and only once: meter → journal → ledger → reports.
//!
//! The edge tells the [`Meter`] of every response before its last frame goes out; the [`Journal`]
//! keeps the record on disk, whatever becomes of the program; the [`Keeper`] ships it to the
//! ledger's tables when the database is there.

mod adopt;
pub mod compare;
mod fold;
pub mod freeze;
mod head;
mod inspect;
mod journal;
mod keeper;
mod matrices;
mod meter;
mod record;
mod segment;
mod ship;
mod sight;
mod stored;
#[cfg(test)]
mod tests;
mod units;
mod verify;

pub use inspect::{Inspected, Inspection, Unreadable, copies, inspect, inspect_copies};
pub use journal::{Full, Journal};
pub use keeper::Keeper;
pub use matrices::Matrices;
pub use meter::{Facts, Fault, Meter, names};
pub use record::State;
pub use segment::{Place, Reading, Segment};
pub use ship::{Shipped, Shipper};
pub use sight::Sight;
pub use stored::Health;
pub use units::units;
pub use verify::{Outstanding, Verified, outstanding, verify};
