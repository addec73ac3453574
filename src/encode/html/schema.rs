//! Queryables and schema of a collection.

use askama::Template as _;

use super::fields::{self, FieldRow};
use super::{Html, Page, Section, Site};
use crate::catalogue::{Layer, View};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// What filters may name.
    Queryables,
    /// What features are made of.
    Schema,
}

impl Resource {
    /// The last part of its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Queryables => "queryables",
            Self::Schema => "schema",
        }
    }
}

#[derive(askama::Template)]
#[template(path = "schema.html")]
struct Schema<'a> {
    page: Page<'a>,
    layer: &'a Layer,
    rows: Vec<FieldRow<'a>>,
    geometry: &'static str,
    whole: bool,
}

/// The fields of a layer, as a table.
pub fn schema(site: Site<'_>, layer: &View, resource: Resource) -> Html {
    let title = match resource {
        Resource::Queryables => "Champs interrogeables",
        Resource::Schema => "Schéma des objets",
    };
    Schema {
        page: Page::new(site, title, Section::Data)
            .under_layer(layer)
            .json(
                format!("/collections/{}/{}?f=json", layer.id, resource.path()),
                "application/schema+json",
            ),
        layer,
        geometry: fields::geometry(layer),
        rows: FieldRow::all(layer),
        whole: resource == Resource::Schema,
    }
    .render()
}
