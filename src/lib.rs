//! Géonantes: the geospatial data service that a metropolis and its communes share.
#![warn(missing_docs)]

pub mod catalogue;
pub mod model;
