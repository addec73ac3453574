//! A contribution as JSON: its state, what was read and found, and where to go from there.

use serde_json::{Value as Json, json};

use crate::model::{ContributedVersion, Contribution, Stage};

/// What is linked beside a contribution's reports.
#[derive(Debug, Clone, Copy)]
pub struct Offered {
    /// Whether the reader may answer, publish or take it away, as far as it has come.
    pub decides: bool,
    /// Whether what it published is handed over as a file.
    pub packaged: bool,
}

/// One contribution. `base` is the address of the service.
pub fn document(
    base: &str,
    contribution: &Contribution,
    versions: &[ContributedVersion],
    offered: Offered,
) -> Json {
    let mut document = summary(base, contribution);
    let wishes = &contribution.wishes;
    let map: Vec<String> = wishes
        .map
        .iter()
        .map(|(column, field)| format!("{column}={field}"))
        .collect();
    document["wishes"] = json!({
        "to": wishes.to,
        "layer": wishes.layer,
        "scope": wishes.scope,
        "crs": wishes.crs.map(|crs| format!("EPSG:{}", crs.0)),
        "encoding": wishes.encoding,
        "map": map,
        "repair": wishes.repair,
        "accept": wishes.accept,
    });
    document["files"] = json!(contribution.files);
    document["sha256"] = json!(contribution.sha256);
    document["outcomes"] = json!(contribution.outcomes);
    document["versions"] = json!(versions);
    document["links"] = links(base, contribution, versions, offered);
    document
}

/// A page of contributions, and the address of the next one.
pub fn list(base: &str, contributions: &[Contribution], next: Option<&str>) -> Json {
    let list: Vec<Json> = contributions.iter().map(|it| summary(base, it)).collect();
    let mut links = vec![link("self", format!("{base}/contributions"), "GET")];
    if let Some(next) = next {
        links.push(link("next", next.to_owned(), "GET"));
    }
    json!({"contributions": list, "links": links})
}

/// What lists say of a contribution.
fn summary(base: &str, contribution: &Contribution) -> Json {
    json!({
        "id": contribution.id,
        "state": contribution.stage,
        "publishing": contribution.publisher.is_some(),
        "progress": contribution.progress,
        "message": contribution.message,
        "title": contribution.title,
        "author": contribution.author.label,
        "reach": contribution.author.reach.to_string(),
        "comment": contribution.wishes.comment,
        "bytes": contribution.bytes,
        "received": contribution.received,
        "changed": contribution.changed,
        "revision": contribution.revision,
        "href": format!("{base}/contributions/{}", contribution.id),
    })
}

fn link(rel: &str, href: String, method: &str) -> Json {
    json!({"rel": rel, "href": href, "method": method})
}

fn links(
    base: &str,
    contribution: &Contribution,
    versions: &[ContributedVersion],
    offered: Offered,
) -> Json {
    let here = format!("{base}/contributions/{}", contribution.id);
    let mut links = vec![link("self", here.clone(), "GET")];
    if !contribution.outcomes.is_empty() {
        for kind in ["json", "html", "gpkg"] {
            links.push(link("report", format!("{here}/rapport.{kind}"), "GET"));
        }
    }
    if offered.packaged {
        links.push(link("enclosure", format!("{here}/depot.gpkg"), "GET"));
    }
    if !offered.decides {
        return Json::Array(links);
    }
    let waits = contribution.publisher.is_none();
    if waits && contribution.stage == Stage::Compared {
        links.push(link("publish", format!("{here}/publish"), "POST"));
    }
    let is_open = matches!(
        contribution.stage,
        Stage::Compared | Stage::Asked | Stage::Rejected
    );
    if waits && is_open && contribution.kept {
        links.push(link("answer", here.clone(), "POST"));
    }
    if waits && !contribution.stage.is_over() {
        links.push(link("withdraw", here.clone(), "DELETE"));
    }
    if versions.iter().any(|version| version.current) {
        links.push(link("rollback", format!("{here}/rollback"), "POST"));
    }
    Json::Array(links)
}
