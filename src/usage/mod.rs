//! Who asked for what, counted once and only once: meter → journal → ledger → reports.

pub mod freeze;
