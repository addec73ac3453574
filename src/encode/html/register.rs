//! The register of documents, as a page and as an Atom feed.

use askama::Template as _;
use chrono::{DateTime, SecondsFormat, Utc};

use super::{Html, Page, Section, Site};
use crate::model::{Document, Readers};

/// A paper of a sealed exercise that the reader may open.
#[derive(Debug, Clone)]
pub struct Paper {
    /// What it is.
    pub title: String,
    /// Its page, under the service's root.
    pub page: String,
    /// Its file, under the service's root.
    pub file: String,
    /// The file's media type.
    pub media: &'static str,
    /// When the exercise was sealed.
    pub sealed: DateTime<Utc>,
    /// The sum of the sealed exercise.
    pub sha256: String,
}

/// What the register's page shows.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    /// Documents, the latest first.
    pub documents: &'a [Document],
    /// Groups to choose from.
    pub groups: &'a [String],
    /// The group that was chosen.
    pub group: Option<&'a str>,
    /// Papers of sealed exercises.
    pub papers: &'a [Paper],
    /// Whether the reader publishes.
    pub publishes: bool,
    /// Today, in the form to publish.
    pub today: chrono::NaiveDate,
}

#[derive(askama::Template)]
#[template(path = "documents.html")]
struct Documents<'a> {
    page: Page<'a>,
    it: Register<'a>,
}

/// The page of the register.
pub fn documents<'a>(site: Site<'a>, it: Register<'a>) -> Html {
    let page = Page::new(site, "Documents", Section::Documents)
        .json("/documents?f=json", "application/json");
    Documents { page, it }.render()
}

/// An entry of a feed.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its identifier: an address.
    pub id: String,
    /// What it is.
    pub title: String,
    /// When it came.
    pub updated: DateTime<Utc>,
    /// By whom.
    pub author: String,
    /// Where it stands.
    pub page: String,
    /// The file: address, media type, length.
    pub file: (String, String, Option<i64>),
    /// The group, in words.
    pub group: String,
    /// More of it.
    pub summary: String,
}

#[derive(askama::Template)]
#[template(path = "documents.xml")]
struct Feed<'a> {
    title: String,
    base: &'a str,
    updated: String,
    entries: &'a [Entry],
}

/// The feed of entries, the latest first (RFC 4287).
///
/// # Errors
/// When the template cannot be filled.
pub fn feed(site: &str, base: &str, entries: &[Entry]) -> Result<String, askama::Error> {
    let latest = entries.iter().map(|entry| entry.updated).max();
    Feed {
        title: format!("{site} : documents"),
        base,
        updated: instant(&latest.unwrap_or_default()),
        entries,
    }
    .render()
}

/// An instant, as RFC 3339 writes it.
fn instant(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A file's length, in words.
fn weight(bytes: &i64) -> String {
    match bytes {
        0..1_000 => format!("{bytes}\u{a0}octets"),
        1_000..1_000_000 => format!("{}\u{a0}ko", bytes / 1_000),
        _ => format!(
            "{},{}\u{a0}Mo",
            bytes / 1_000_000,
            bytes % 1_000_000 / 100_000
        ),
    }
}

fn audience(readers: &Readers) -> String {
    match readers {
        Readers::All => "tout le monde".to_owned(),
        Readers::Communes => "toutes les communes".to_owned(),
        Readers::These(codes) => {
            let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
            codes.join(", ")
        }
    }
}
