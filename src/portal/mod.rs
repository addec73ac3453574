//! The embedded viewer, and what the pages of [`crate::encode::html`] load.

pub mod assets;
pub mod contributions;
pub mod networks;
pub mod pieces;
pub mod privacy;
pub mod signin;
pub mod usage;
pub mod viewer;
