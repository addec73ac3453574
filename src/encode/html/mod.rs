//! The HTML representations: French pages that work without script and load nothing from outside.
//!
//! Each page is a function from plain data to a whole document; `templates/` holds their markup,
//! where askama escapes every value. Links between pages are rooted in the path under which the
//! service is published, so that they stay on the host that the reader used; addresses to copy
//! into other software are whole.

mod api;
mod cell;
mod collection;
mod collections;
mod commune_map;
mod conformance;
pub mod contributions;
pub mod costs;
mod dossiers;
mod error;
mod extent;
mod fields;
pub mod french;
mod item;
mod items;
mod landing;
mod licence;
mod networks;
mod notes;
mod parcel;
mod privacy;
pub mod register;
mod schema;
mod shape;
mod signin;
pub mod usage;

pub use api::api;
pub use collection::collection;
pub use collections::collections;
pub use commune_map::{Painted, commune_map};
pub use conformance::conformance;
pub use dossiers::{FileChoice, dossiers};
pub use error::error;
pub use item::item;
pub use items::{Listing, items};
pub use landing::landing;
pub use networks::{Chosen, networks};
pub use notes::{note, notes};
pub use parcel::{Choice, Shown, Typed, parcel, parcels};
pub use privacy::{Privacy, privacy};
pub use schema::{Resource, schema};
pub use signin::{Notice, SignIn, farewell, sign_in};

use chrono_tz::Tz;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use self::licence::Licence;
use crate::catalogue::{Layer, View};
use crate::model::Bbox;

/// The style sheet of every page.
pub const STYLE: &str = concat!(
    include_str!("../../../templates/static/geonantes.css"),
    include_str!("../../../templates/static/contributions.css"),
    include_str!("../../../templates/static/parcels.css"),
    include_str!("../../../templates/costs/paper.css"),
);

/// A document, or why its template could not be filled.
pub type Html = askama::Result<String>;

/// What every page says of the service.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Whole address of the service, without a trailing slash.
    pub base: &'a str,
    /// Title of the portal.
    pub title: &'a str,
    /// Description of the portal.
    pub description: &'a str,
    /// Name of the territory.
    pub territory: &'a str,
    /// The zone of its clocks.
    pub zone: Tz,
    /// Who reads it.
    pub reader: Reader<'a>,
}

/// Who reads a page, for its head.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// Nobody known; the path of this service to come back to after signing in, with its query.
    Unknown(&'a str),
    /// Somebody with a credential.
    Known(Known<'a>),
}

/// Somebody with a credential.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// A person's name, or a key's label.
    pub name: &'a str,
    /// A commune, how many communes, or the territory.
    pub place: &'a str,
    /// Whether a session of this browser says so, which can be ended.
    pub session: bool,
    /// Whether it may contribute.
    pub contributes: bool,
    /// Whether it instructs.
    pub instructs: bool,
}

impl<'a> Site<'a> {
    /// The path of the service on its host: empty, or `/geo`.
    pub fn root(&self) -> &'a str {
        let rest = self
            .base
            .split_once("://")
            .map_or(self.base, |(_, rest)| rest);
        rest.find('/').map_or("", |slash| &rest[slash..])
    }
}

/// A layer and what is published of it.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The catalogue's entry, as the reader sees it.
    pub layer: &'a View,
    /// Last publication; 0 before the first.
    pub version: i64,
    /// Features that the reader sees; none when counting them would take too long.
    pub count: Option<i64>,
    /// Extent in degrees (CRS84).
    pub extent: Option<Bbox>,
    /// Whether demonstration data are among them.
    pub demonstration: bool,
}

impl Published<'_> {
    /// How many features of which shape: `24 objets (surfaces)`.
    fn content(&self) -> String {
        let shapes = fields::geometry(self.layer);
        match self.count {
            _ if self.version == 0 => format!("pas encore publié ({shapes})"),
            Some(count) => format!("{} ({shapes})", french::counted(count, "objet", "objets")),
            None => shapes.to_owned(),
        }
    }

    /// The count alone, for lists.
    fn figure(&self) -> String {
        if self.version == 0 {
            "à venir".to_owned()
        } else {
            self.count.map_or_else(String::new, french::count)
        }
    }

    fn licence(&self) -> Licence<'_> {
        Licence::new(&self.layer.licence)
    }

    /// The fragment of the map's address that shows the layer.
    fn map(&self) -> String {
        extent::fragment(self.layer.id.as_str(), self.extent)
    }
}

/// A heading of the catalogue, with its layers.
#[derive(Debug)]
struct Theme<'a> {
    title: &'a str,
    layers: Vec<Published<'a>>,
}

/// Layers under their headings, both in the order given (from the ground up).
fn themes<'a>(layers: &[Published<'a>]) -> Vec<Theme<'a>> {
    let mut themes: Vec<Theme<'a>> = Vec::new();
    for published in layers {
        let title = published.layer.theme.as_str();
        match themes.iter_mut().find(|theme| theme.title == title) {
            Some(theme) => theme.layers.push(*published),
            None => themes.push(Theme {
                title,
                layers: vec![*published],
            }),
        }
    }
    themes
}

/// The frame of a page.
#[derive(Debug)]
struct Page<'a> {
    site: Site<'a>,
    title: String,
    /// The heading of the navigation under which the page stands.
    section: Section,
    /// The way down to the page: titles and paths under the root.
    crumbs: Vec<(String, String)>,
    /// The same resource for programs: path under the root, and media type.
    alternate: Option<(String, &'static str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Home,
    Data,
    Api,
    Networks,
    Contributions,
    Parcels,
    Files,
    Costs,
    Documents,
    SignIn,
    Usage,
    None,
}

impl<'a> Page<'a> {
    fn new(site: Site<'a>, title: impl Into<String>, section: Section) -> Self {
        Self {
            site,
            title: title.into(),
            section,
            crumbs: Vec::new(),
            alternate: None,
        }
    }

    fn under(mut self, title: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.push((title.into(), path.into()));
        self
    }

    /// The collection, and above it the list of collections.
    fn under_layer(self, layer: &Layer) -> Self {
        self.under("Données", "/collections")
            .under(&layer.title, format!("/collections/{}", layer.id))
    }

    fn json(mut self, path: impl Into<String>, kind: &'static str) -> Self {
        self.alternate = Some((path.into(), kind));
        self
    }

    fn root(&self) -> &'a str {
        self.site.root()
    }

    fn known(&self) -> Option<Known<'a>> {
        match self.site.reader {
            Reader::Known(known) => Some(known),
            Reader::Unknown(_) => None,
        }
    }

    fn contributes(&self) -> bool {
        self.known().is_some_and(|known| known.contributes)
    }

    fn instructs(&self) -> bool {
        self.known().is_some_and(|known| known.instructs)
    }

    /// Where to sign in, and come back from to this page.
    fn sign_in_here(&self) -> String {
        match self.site.reader {
            Reader::Unknown(here) => self.sign_in(here),
            Reader::Known(_) => self.sign_in("/"),
        }
    }

    /// Where to sign in, and the path to go to then.
    fn sign_in(&self, to: &str) -> String {
        let root = self.root();
        if matches!(to, "" | "/") || to.starts_with("/connexion") {
            return format!("{root}/connexion");
        }
        let to = utf8_percent_encode(to, NON_ALPHANUMERIC);
        format!("{root}/connexion?vers={to}")
    }

    fn is_in(&self, section: &str) -> bool {
        section
            == match self.section {
                Section::Home => "home",
                Section::Data => "data",
                Section::Api => "api",
                Section::Networks => "networks",
                Section::Contributions => "contributions",
                Section::Parcels => "parcels",
                Section::Files => "files",
                Section::Costs => "costs",
                Section::Documents => "documents",
                Section::SignIn => "sign-in",
                Section::Usage => "usage",
                Section::None => "",
            }
    }
}

#[cfg(test)]
mod tests;
