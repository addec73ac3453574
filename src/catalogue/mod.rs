//! The catalogue: `layers/*.toml` read into typed layers.

mod layer;

pub use layer::{
    AttributeStep, Audience, Checks, DomainValue, Field, FieldType, Generalise, GeometryType,
    Layer, Reference, Scope, Style, StyleClass, Tiling,
};
