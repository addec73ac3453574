//! `/documents.atom`: documents of the register and papers of sealed exercises, for readers of feeds.

use axum::response::Response;

use super::{Shelf, file_address, kind};
use crate::encode::html::register::{Entry, feed as written};
use crate::model::{Document, Problem};
use crate::ogc::ask::Ask;
use crate::portal::costs::{Paper, papers};
use crate::portal::unkept;

/// Entries of the feed.
const MOST: usize = 100;

/// The media type of Atom.
const ATOM: &str = "application/atom+xml";

/// `GET /documents.atom`: what the caller may read, the latest first; a reader of feeds gives its key by
/// HTTP Basic or in `key=`.
///
/// # Errors
/// 400 for a parameter, 503 when the database does not answer.
pub async fn feed(ask: Ask) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask.caller)?;
    ask.no_more_params()?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let found = ask.app.store.documents(shelf.reach(), None, most);
    let documents = ask.tally.timed(found).await?;
    let papers = papers(&ask).await?;
    let mut entries: Vec<Entry> = documents.iter().map(|it| of_document(&ask, it)).collect();
    entries.extend(papers.iter().map(|it| of_paper(&ask, it)));
    entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
    entries.truncate(MOST);
    let text = written(&ask.app.territory.title, &ask.base, &entries).map_err(|error| {
        tracing::error!(%error, "the feed of documents cannot be written");
        Problem::Internal
    })?;
    Ok(unkept(ask.document(ATOM, text)))
}

fn of_document(ask: &Ask, it: &Document) -> Entry {
    Entry {
        id: format!("{}/documents/{}", ask.base, it.id),
        title: it.title.clone(),
        updated: it.published,
        author: it.author.clone(),
        page: format!("{}/documents", ask.base),
        file: (
            file_address(ask, it),
            kind(&it.name).to_owned(),
            Some(it.bytes),
        ),
        group: it.group.clone(),
        summary: format!(
            "{}, {}. SHA-256 : {}",
            it.group,
            it.day.format("%d/%m/%Y"),
            it.sha256
        ),
    }
}

fn of_paper(ask: &Ask, it: &Paper) -> Entry {
    Entry {
        // A correction is another exercise, with another sum: another entry.
        id: format!("{}{}#{}", ask.base, it.page, it.sha256),
        title: it.title.clone(),
        updated: it.sealed,
        author: ask.app.territory.title.clone(),
        page: format!("{}{}", ask.base, it.page),
        file: (
            format!("{}{}", ask.base, it.file),
            it.media.to_owned(),
            None,
        ),
        group: "Services communs".to_owned(),
        summary: format!("Exercice scellé, SHA-256 : {}", it.sha256),
    }
}
