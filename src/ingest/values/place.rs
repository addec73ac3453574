//! The unit of publication to which a row belongs.

use crate::catalogue::{Field, Layer, Scope};

/// The field whose value is a row's scope; none where the territory is the scope.
pub fn scope_field(layer: &Layer) -> Option<&Field> {
    match layer.scope {
        Scope::Feuille => layer.field("feuille"),
        Scope::Commune => layer.commune_field(),
        Scope::Document => layer.field("idurba"),
        Scope::Partition => layer.field("partition"),
        Scope::Territoire | Scope::Fusion => None,
    }
}
