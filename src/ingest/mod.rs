//! Contributions: read → check → compare → publish → history.

pub mod addresses;
pub mod bal;
pub mod cadastre;
pub mod checks;
pub mod cnig;
pub mod columns;
pub mod contributions;
pub mod crs;
pub mod deliver;
pub mod edigeo;
pub mod encoding;
mod error;
pub mod export;
pub mod feed;
pub mod fold;
pub mod mapping;
pub mod notes;
pub mod plu;
pub mod position;
pub mod recognise;
pub mod rows;
pub mod sup;
pub mod unpack;
pub mod values;

pub use encoding::Encoding;
pub use error::IngestError;
pub use feed::{Feed, Given, Shape, Shaped, ShapedRow};
