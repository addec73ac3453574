//! Exercises that are closed: sealed with what they were computed from, and recomputed.

mod seal;

pub use seal::{Sealing, Verdict, seal, verify};
