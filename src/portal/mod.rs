//! The embedded viewer, and what the pages of [`crate::encode::html`] load.

pub mod assets;
pub mod contributions;
pub mod costs;
pub mod networks;
pub mod parcels;
pub mod pieces;
pub mod privacy;
pub mod register;
pub mod signin;
pub mod usage;
pub mod viewer;

use crate::ogc::ask::{attached, unkept};
