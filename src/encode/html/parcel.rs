//! The search for parcels, and the sheet of one.

use askama::Template as _;

use super::{Html, Page, Section, Site};
use crate::encode::parcel::{Line, Told};

/// A sheet on a page.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The sheet in words.
    pub told: &'a Told,
    /// Its plan as SVG, and the plan's scale.
    pub plan: Option<(&'a str, &'a str)>,
    /// Its outline in degrees, as GeoJSON, for the map.
    pub geometry: String,
}

#[derive(askama::Template)]
#[template(path = "parcels.html")]
struct Parcels<'a> {
    page: Page<'a>,
    sheet: Option<Shown<'a>>,
    /// Whether search and map stand above the sheet.
    live: bool,
    /// What was typed, when the page answers a form.
    typed: &'a str,
    /// What answers it: names, details and the keys of parcels.
    found: &'a [Choice],
    /// Why nothing does.
    refusal: Option<&'a str>,
}

/// A parcel, or several, that what was typed may mean.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is chosen.
    pub name: String,
    /// What helps to choose.
    pub detail: String,
    /// Identifiers with commas between them; empty where the cadastre has none.
    pub key: String,
}

/// What a reader without script typed, and what it found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The text.
    pub text: &'a str,
    /// What it may mean.
    pub found: &'a [Choice],
    /// Why it means nothing.
    pub refusal: Option<&'a str>,
}

/// The sheet alone, as the representation of its resource.
pub fn parcel(site: Site<'_>, shown: Shown<'_>) -> Html {
    page(site, Some(shown), false, Typed::default())
}

/// The portal's page: search and map, and the sheet once there is one.
pub fn parcels(site: Site<'_>, shown: Option<Shown<'_>>, typed: Typed<'_>) -> Html {
    page(site, shown, true, typed)
}

fn page(site: Site<'_>, sheet: Option<Shown<'_>>, live: bool, typed: Typed<'_>) -> Html {
    let page = match &sheet {
        Some(shown) => Page::new(site, &shown.told.title, Section::Parcels)
            .under("Parcelles", "/parcelles")
            .json(
                format!(
                    "/ads/parcelles/{}?f=json{}",
                    shown.told.key,
                    shown.told.query("&")
                ),
                "application/json",
            ),
        None => Page::new(site, "Parcelles", Section::Parcels),
    };
    Parcels {
        page,
        sheet,
        live,
        typed: typed.text,
        found: typed.found,
        refusal: typed.refusal,
    }
    .render()
}

impl Parcels<'_> {
    /// What is of the whole page when a sheet is shown: the search is small then.
    fn heading(&self) -> bool {
        self.sheet.is_none()
    }

    /// Whether a line has figures beside it.
    fn has_figures(&self, line: &Line) -> bool {
        line.measure.is_some() || line.share.is_some()
    }
}
