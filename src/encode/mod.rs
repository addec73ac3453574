//! Rows → the formats of the answers: streaming writers, and pages.

pub mod compress;
pub mod contribution;
pub mod csv;
pub mod directory;
pub mod dossiers;
pub mod draft;
pub mod flatgeobuf;
pub mod geojson;
pub mod html;
pub mod odt;
mod opendocument;
pub mod parcel;
pub mod plan;
pub mod report;
pub mod sheets;
