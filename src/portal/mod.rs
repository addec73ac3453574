//! Pages for people, in French, and the embedded viewer.

pub mod pages;
pub mod viewer;
