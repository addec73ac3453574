//! Contributions and their reports: JSON for programs.

mod json;

pub use json::{Offered, document, list};
