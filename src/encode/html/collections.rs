//! The list of collections.

use askama::Template as _;

use super::{Html, Page, Published, Section, Site, Theme, french, themes};

#[derive(askama::Template)]
#[template(path = "collections.html")]
struct Collections<'a> {
    page: Page<'a>,
    themes: Vec<Theme<'a>>,
    /// How many layers, in words.
    layers: String,
    demonstration: bool,
}

/// The collections that the reader may see, under their headings.
pub fn collections(site: Site<'_>, layers: &[Published<'_>]) -> Html {
    Collections {
        page: Page::new(site, "Données", Section::Data)
            .json("/collections?f=json", "application/json"),
        themes: themes(layers),
        layers: french::counted(layers.len() as i64, "couche", "couches"),
        demonstration: layers.iter().any(|published| published.demonstration),
    }
    .render()
}
