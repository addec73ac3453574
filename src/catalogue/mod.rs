//! The catalogue: `layers/*.toml` read into typed layers.
//!
//! [`Catalogue::read`] reads a folder, one file a layer, and refuses it whole when a single file
//! is wrong, with every problem at its file, line and key ([`CatalogueError`]). What the other
//! rooms ask of a layer (its table, its public fields, the attributes of a zoom) are methods of
//! [`Layer`] and [`Field`], in `lookup.rs`.

mod check;
mod diagnostic;
mod layer;
mod lookup;
mod pattern;
mod read;
mod territory;
#[cfg(test)]
mod tests;
mod view;

pub use diagnostic::{CatalogueError, Problem};
pub use layer::{
    AttributeStep, Audience, Checks, DomainValue, Field, FieldType, Generalise, GeometryType,
    Layer, Reference, RuleSeverity, Scope, Style, StyleClass, Tiling,
};
pub use pattern::Pattern;
pub use read::{Catalogue, TERRITORY_FILE};
pub use territory::{CommuneName, Group, River, ServiceCommun, Territory};
pub use view::View;
