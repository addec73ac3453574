//! The fields of a layer as rows of a table.

use crate::catalogue::{DomainValue, Field, FieldType, Layer, View};

/// Values of a domain that are shown at once; longer lists are folded.
const UNFOLDED: usize = 6;

/// One row.
#[derive(Debug)]
pub struct FieldRow<'a> {
    /// The field.
    pub field: &'a Field,
    /// French name of its type.
    pub kind: &'static str,
}

impl<'a> FieldRow<'a> {
    /// The fields of a layer that the reader sees.
    pub fn all(layer: &'a View) -> Vec<Self> {
        layer
            .visible()
            .map(|field| Self {
                kind: kind(field.kind),
                field,
            })
            .collect()
    }

    /// The values allowed, with their labels.
    pub fn domain(&self) -> &'a [DomainValue] {
        &self.field.domain
    }

    /// Whether the list of values is long.
    pub fn is_folded(&self) -> bool {
        self.field.domain.len() > UNFOLDED
    }
}

fn kind(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "texte",
        FieldType::Integer => "entier",
        FieldType::Real => "nombre",
        FieldType::Boolean => "oui / non",
        FieldType::Date => "date",
        FieldType::Timestamp => "date et heure",
    }
}

/// French name of a layer's geometries.
pub fn geometry(layer: &Layer) -> &'static str {
    use crate::catalogue::GeometryType as G;
    match layer.geometry {
        G::Point => "points",
        G::MultiPoint => "groupes de points",
        G::MultiLineString => "lignes",
        G::MultiPolygon => "surfaces",
        G::Geometry => "points, lignes et surfaces",
    }
}
