//! Links between resources, each with its relation, type and title.

use serde_json::{Value as Json, json};

use super::ask::Ask;

/// One link.
pub(super) fn link(href: String, rel: &str, kind: &str, title: &str) -> Json {
    json!({"href": href, "rel": rel, "type": kind, "title": title})
}

/// `self` and `alternate` of a document that is offered in JSON and in HTML.
pub(super) fn document_links(ask: &Ask, kind: &str, html: bool, title: &str) -> Vec<Json> {
    let here = format!("{}{}", ask.base, ask.path);
    let (this, other) = if html {
        ("alternate", "self")
    } else {
        ("self", "alternate")
    };
    vec![
        link(
            format!("{here}?f=json"),
            this,
            kind,
            &format!("{title} (JSON)"),
        ),
        link(
            format!("{here}?f=html"),
            other,
            "text/html",
            &format!("{title} (HTML)"),
        ),
    ]
}
