//! `/contributions`: where files are dropped, and what became of those before.

use askama::Template as _;
use chrono_tz::Tz;

use super::super::{Html, Page, Section, Site, french};
use super::words::{self, Badge};
use crate::model::Contribution;

/// What the page lists and offers.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// The contributions, the last one first.
    pub contributions: &'a [Contribution],
    /// Query of the next page.
    pub next: Option<&'a str>,
    /// Whether this is the first page.
    pub is_first: bool,
    /// Collections that the reader may feed: identifiers and titles.
    pub collections: &'a [(String, String)],
    /// Bytes that one contribution may weigh.
    pub most_bytes: u64,
}

#[derive(askama::Template)]
#[template(path = "contributions.html")]
struct Contributions<'a> {
    page: Page<'a>,
    listing: Listing<'a>,
    rows: Vec<Row<'a>>,
    most: String,
}

struct Row<'a> {
    it: &'a Contribution,
    badge: Badge,
    received: String,
    weight: String,
    /// What it feeds, as far as that is known.
    feeds: String,
}

/// The page.
///
/// # Errors
/// When the template cannot be filled.
pub fn contributions(site: Site<'_>, listing: Listing<'_>) -> Html {
    let row = |it| row(it, listing.collections, site.zone);
    Contributions {
        page: Page::new(site, "Déposer des données", Section::Contributions)
            .json("/contributions?f=json", "application/json"),
        rows: listing.contributions.iter().map(row).collect(),
        most: words::bytes(i64::try_from(listing.most_bytes).unwrap_or(i64::MAX)),
        listing,
    }
    .render()
}

fn row<'a>(it: &'a Contribution, collections: &[(String, String)], zone: Tz) -> Row<'a> {
    let title = |id: &str| {
        let known = collections.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_owned(), |(_, title)| title.clone())
    };
    let mut feeds: Vec<String> = it
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.collection.as_ref())
        .map(|id| title(id.as_str()))
        .collect();
    if feeds.is_empty() {
        feeds.extend(it.wishes.to.as_ref().map(|id| title(id.as_str())));
    }
    Row {
        badge: words::stage(it),
        received: french::instant(it.received, zone),
        weight: words::bytes(it.bytes),
        feeds: feeds.join(", "),
        it,
    }
}
