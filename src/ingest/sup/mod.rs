//! Easements (servitudes d'utilité publique) of the CNIG's SUP standard: where they apply, joined
//! with what generates them, the easement and the act that institutes it.

pub mod joins;
mod recognise;
pub mod shape;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
