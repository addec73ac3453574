//! Planning documents of the CNIG's PLU standard: one deposit over zones, prescriptions and
//! information, published together, with the written pieces.

pub mod document;
mod recognise;
pub mod register;
pub mod shape;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
