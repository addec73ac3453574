//! Contributions: read → check → compare → publish → history.

pub mod feed;

pub use feed::{Feed, Given, Shape, Shaped};
