//! The ledger of use. Its statements run as the owner: no reading role has any right on it.

mod erase;
mod freeze;
mod report;

pub use erase::{Erasable, Erased};
pub use freeze::{Freeze, Freezing, Outstanding};
