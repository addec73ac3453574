//! One collection.

use askama::Template as _;

use super::fields::FieldRow;
use super::{Html, Page, Published, Section, Site, extent, french};

#[derive(askama::Template)]
#[template(path = "collection.html")]
struct Collection<'a> {
    page: Page<'a>,
    it: Published<'a>,
    /// Path of the collection.
    here: String,
    rows: Vec<FieldRow<'a>>,
    /// Number of the last publication.
    version: String,
    /// South-west and north-east corners.
    corners: Option<(String, String)>,
    /// The same for `bbox`.
    bbox: Option<String>,
}

/// What a collection holds, whence it comes, how to get it.
pub fn collection(site: Site<'_>, it: Published<'_>) -> Html {
    let layer = it.layer;
    Collection {
        page: Page::new(site, &layer.title, Section::Data)
            .under("Données", "/collections")
            .json(
                format!("/collections/{}?f=json", layer.id),
                "application/json",
            ),
        here: format!("{}/collections/{}", site.root(), layer.id),
        version: french::count(it.version),
        rows: FieldRow::all(layer),
        corners: it.extent.map(extent::words),
        bbox: it.extent.map(|extent| extent::bbox(extent, 5)),
        it,
    }
    .render()
}
