//! Contributions and their reports: JSON for programs.

mod json;

pub use json::{document, list};
