//! Figures of use: `/usage` as pages, and the same as files for programs and spreadsheets.
//!
//! Who sees what is [`crate::usage::Sight`]'s to say. Figures stay out of every cache, the browser's included.

mod ask;
mod files;
mod pages;

pub use files::{csv, json, xlsx};
pub use pages::page;

use super::{attached, unkept};
