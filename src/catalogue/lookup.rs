//! What the other rooms ask of a layer and of a field.

use super::{Audience, Field, FieldType, GeometryType, Layer, Pattern, Scope};

/// The layer that bears the communes: the others refer to it by INSEE code.
const COMMUNES: &str = "communes";

impl Layer {
    /// Name of the table, in the schema `layer`: the id with underscores.
    pub fn table(&self) -> String {
        self.id.table()
    }

    /// The field of that name, personal or not.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that anyone who sees the layer sees, in catalogue order.
    pub fn public_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.personal)
    }

    /// The fields kept in the personal table, in catalogue order; often none.
    pub fn personal_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.personal)
    }

    /// The fields of the business key, in the order of the key; none when the geometry identifies
    /// a feature.
    pub fn key_fields(&self) -> impl Iterator<Item = &Field> {
        self.key.iter().filter_map(|name| self.field(name))
    }

    /// The field that names a feature for a reader.
    pub fn label_field(&self) -> Option<&Field> {
        self.label.as_deref().and_then(|name| self.field(name))
    }

    /// The date or instant that the `datetime` parameter filters.
    pub fn datetime_field(&self) -> Option<&Field> {
        self.datetime.as_deref().and_then(|name| self.field(name))
    }

    /// The field that bears the commune's INSEE code: the one that refers to the layer
    /// `communes`, or the key of that layer itself. None for layers that cross communes.
    pub fn commune_field(&self) -> Option<&Field> {
        if self.id.as_str() == COMMUNES {
            return self.key_fields().next();
        }
        let reference = |r: &&super::Reference| r.layer.as_str() == COMMUNES;
        self.checks
            .references
            .iter()
            .find(reference)
            .and_then(|reference| self.field(&reference.field))
    }

    /// The field that bears the communes of a row, by which a reach is judged: the one that the
    /// catalogue names, or else the commune's.
    pub fn reach_field(&self) -> Option<&Field> {
        match &self.communes {
            Some(name) => self.field(name),
            None => self.commune_field(),
        }
    }

    /// Whether each row is seen by the reach of who asks.
    pub fn is_restricted(&self) -> bool {
        self.audience == Audience::Restricted
    }

    /// Whether anyone sees it, but for its personal fields.
    pub fn is_open(&self) -> bool {
        self.audience == Audience::Open
    }

    /// Whether versions of it are handed over with what published them: what is restricted is read
    /// at its collection alone, which judges each row; rows that merge are those of all communes.
    pub fn is_handed_over(&self) -> bool {
        !self.is_restricted() && self.scope != Scope::Fusion
    }

    /// The attributes that a tile of that zoom carries: every step up to it, in step order.
    pub fn attributes_at(&self, zoom: u8) -> Vec<&Field> {
        self.tiles
            .attributes
            .iter()
            .filter(|step| step.zoom <= zoom)
            .flat_map(|step| &step.fields)
            .filter_map(|name| self.field(name))
            .collect()
    }

    /// Positions that differ by less, in metres, are the same when a delivery is compared.
    ///
    /// A centimetre by default: degrees with seven decimals, as GeoJSON has them, are exact to
    /// 7 mm, and nothing that the layers hold is surveyed more finely.
    pub fn same_within(&self) -> f64 {
        self.checks.same_within_m.unwrap_or(0.01)
    }

    /// Whether tiles of that zoom read the generalised companion.
    pub fn is_generalised_at(&self, zoom: u8) -> bool {
        zoom < self.tiles.native_zoom
    }
}

impl Field {
    /// The compiled pattern, when the field has one. A catalogue that was read has only patterns
    /// that compile.
    pub fn matcher(&self) -> Option<Pattern> {
        self.pattern
            .as_deref()
            .and_then(|text| Pattern::compile(text).ok())
    }

    /// Whether its bounds allow a number.
    pub fn bounds_allow(&self, number: f64) -> bool {
        let least = self.min.is_none_or(|min| number >= min);
        let most = self.max.is_none_or(|max| number <= max);
        (least && most) || self.besides.contains(&number)
    }

    /// The French label of a value of the domain.
    pub fn label_of(&self, code: &str) -> Option<&str> {
        self.domain
            .iter()
            .find(|value| value.code == code)
            .map(|value| value.label.as_str())
    }

    /// The code for which a national file writes that word.
    pub fn code_of(&self, word: &str) -> Option<&str> {
        self.domain
            .iter()
            .find(|value| value.aliases.iter().any(|alias| alias == word))
            .map(|value| value.code.as_str())
    }

    /// Whether a delivery's column of that name is this field: its name or an alias, in any case.
    pub fn answers_to(&self, name: &str) -> bool {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .any(|known| known.to_lowercase() == name.to_lowercase())
    }
}

impl FieldType {
    /// The type as the catalogue writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
        }
    }
}

impl GeometryType {
    /// The type as the catalogue and PostGIS write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::Geometry => "Geometry",
        }
    }
}

impl Audience {
    /// The audience as the catalogue writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Member => "member",
            Self::Restricted => "restricted",
        }
    }
}
