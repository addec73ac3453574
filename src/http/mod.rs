//! HTTP: router, what surrounds every request, errors.

mod credentials;
mod edge;
mod health;
mod limits;
mod line;
mod meter;
mod pages;
mod problem;
mod router;
mod serve;

pub use router::router;
pub use serve::serve;
