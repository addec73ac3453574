//! Pages for people: what they need of a request, and the answers that carry them.

use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::ask::{self, Ask, media};
use super::visitor::Visitor;
use crate::app::{App, Seen};
use crate::catalogue::View;
use crate::encode::html::{self, Html, Published, Reader, Site};
use crate::model::Problem;

impl Ask {
    /// What every page says of the service.
    pub fn site(&self) -> Site<'_> {
        site(&self.app, &self.base, self.visitor.reader())
    }

    /// What a list tells of a layer: while the database is away, or refuses, neither count nor
    /// extent, and the rest of the list stands.
    pub(super) async fn seen_in_a_list(&self, view: &View) -> Seen {
        let seen = self.app.seen(view).await;
        seen.unwrap_or_else(|_| self.app.glimpsed(view))
    }

    /// Layers, and what is published of them.
    pub(super) async fn all_published<'a>(&self, views: &'a [View]) -> Vec<Published<'a>> {
        let mut list = Vec::with_capacity(views.len());
        for view in views {
            list.push(published(view, &self.seen_in_a_list(view).await));
        }
        list
    }

    /// A page, tagged by its content.
    ///
    /// # Errors
    /// 500 when its template could not be filled.
    pub fn page(&self, html: Html) -> Result<Response, Problem> {
        let html = html.map_err(|error| {
            tracing::error!(%error, "a page could not be written");
            Problem::Internal
        })?;
        Ok(self.document(media::HTML, html))
    }
}

/// A layer and what is published of it.
pub(super) fn published<'a>(layer: &'a View, seen: &Seen) -> Published<'a> {
    Published {
        layer,
        version: seen.version,
        count: seen.count,
        extent: seen.extent_3857.map(|extent| extent.to_degrees()),
        demonstration: seen.demonstration,
    }
}

/// What every page says of the service.
pub fn site<'a>(app: &'a App, base: &'a str, reader: Reader<'a>) -> Site<'a> {
    let service = &app.config.file.service;
    Site {
        base,
        title: &service.title,
        description: &service.description,
        territory: &app.territory.title,
        zone: app.territory.timezone,
        reader,
    }
}

/// Whether a request was made by somebody who reads pages: what `f` says, or else `Accept`.
pub fn wants_page(uri: &Uri, headers: &HeaderMap) -> bool {
    let query = uri.query().unwrap_or("");
    match query.split('&').find_map(|pair| pair.strip_prefix("f=")) {
        Some(f) => f == "html",
        None => ask::prefers_html(headers),
    }
}

/// A problem as a page, for who reads pages. `id` names the request in the logs.
pub fn problem(
    app: &App,
    visitor: &Visitor,
    uri: &Uri,
    headers: &HeaderMap,
    problem: (u16, &Problem),
    id: &str,
) -> Option<String> {
    if !wants_page(uri, headers) {
        return None;
    }
    let base = ask::base(app, headers);
    let (status, problem) = problem;
    html::error(site(app, &base, visitor.reader()), status, problem, id)
        .inspect_err(|error| tracing::error!(%error, "a page could not be written"))
        .ok()
}

/// Leads to the same address without the parameters that a form sends for inputs left empty;
/// `None` when there are none, or when a key stands in it, which never comes back in a link.
pub(super) fn without_empty(uri: &Uri) -> Option<Response> {
    let address = full(uri.query().unwrap_or(""))?;
    let address = utf8_percent_encode(&address, CONTROLS).to_string();
    Some(Redirect::to(&address).into_response())
}

/// A query without its empty parameters, as a relative address, which holds under any public one;
/// `None` when it has none, or nothing else.
fn full(query: &str) -> Option<String> {
    let filled =
        |pair: &&str| matches!(pair.split_once('='), Some((_, value)) if !value.is_empty());
    if query.split('&').any(|pair| pair.starts_with("key=")) {
        return None;
    }
    let kept: Vec<&str> = query.split('&').filter(filled).collect();
    let shorter = kept.len() < query.split('&').count();
    (shorter && !kept.is_empty()).then(|| format!("?{}", kept.join("&")))
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn empty_inputs_leave_the_address() {
        assert_eq!(
            full("f=html&etat=&bbox=&limit=10").as_deref(),
            Some("?f=html&limit=10")
        );
        assert_eq!(full("f=html&limit=10"), None);
        assert_eq!(full(""), None);
        assert_eq!(full("bbox="), None);
        assert_eq!(full("key=gn_a&f=html&bbox="), None);
    }
}
