//! Rows → the formats of the answers: streaming writers.

pub mod compress;
pub mod geojson;
