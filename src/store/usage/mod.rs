//! The ledger of use. Its statements run as the owner: no reading role has any right on it.

mod erase;
mod freeze;
mod holders;
mod known;
mod report;
mod retention;
mod ship;
mod sums;
mod verify;

pub use erase::{Erasable, Erased};
pub use freeze::{Freeze, Freezing, Outstanding};
pub use ship::{LEDGER_LOCK, SegmentId, Shipment};
pub use sums::{Group, Sums, Totals, totals};
pub use verify::{Difference, OpenSegment};
