//! The home page.

use askama::Template as _;

use super::{Html, Page, Published, Section, Site, Theme, french, themes};

#[derive(askama::Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    page: Page<'a>,
    themes: Vec<Theme<'a>>,
    figures: [(String, &'static str); 2],
    demonstration: bool,
    /// A layer to show addresses with.
    example: Option<&'a str>,
}

/// What the portal is, what it holds, how to use it in a GIS.
pub fn landing(site: Site<'_>, layers: &[Published<'_>]) -> Html {
    let published = layers.iter().find(|published| published.count != Some(0));
    Landing {
        page: Page::new(site, "Accueil", Section::Home).json("/?f=json", "application/json"),
        themes: themes(layers),
        figures: figures(layers),
        demonstration: layers.iter().any(|published| published.demonstration),
        example: published
            .or_else(|| layers.first())
            .map(|published| published.layer.id.as_str()),
    }
    .render()
}

/// Numbers of layers and of features, each with its word.
fn figures(layers: &[Published<'_>]) -> [(String, &'static str); 2] {
    let features = layers.iter().filter_map(|published| published.count).sum();
    let figure =
        |number: i64, one, many| (french::count(number), if number < 2 { one } else { many });
    [
        figure(layers.len() as i64, "couche", "couches"),
        figure(features, "objet", "objets"),
    ]
}
