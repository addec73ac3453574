//! Who asked for what, counted once and only once: meter → journal → ledger → reports.

pub mod compare;
pub mod freeze;
mod sight;

pub use sight::Sight;
