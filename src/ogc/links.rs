//! Links between resources, each with its relation, type and title.

use serde_json::{Value as Json, json};

use super::ask::Ask;

/// One link.
pub(super) fn link(href: String, rel: &str, kind: &str, title: &str) -> Json {
    json!({"href": href, "rel": rel, "type": kind, "title": title})
}

/// `self` and `alternate` of a JSON document that is offered as a page too.
pub(super) fn document_links(ask: &Ask, kind: &str, title: &str) -> Vec<Json> {
    let here = format!("{}{}", ask.base, ask.path);
    vec![
        link(
            format!("{here}?f=json"),
            "self",
            kind,
            &format!("{title} (JSON)"),
        ),
        link(
            format!("{here}?f=html"),
            "alternate",
            "text/html",
            &format!("{title} (HTML)"),
        ),
    ]
}
