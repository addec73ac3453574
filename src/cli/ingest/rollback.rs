//! What a rollback does to each scope.

use serde_json::{Value, json};

use super::super::session::Session;
use super::super::table::say;
use super::history::{print, touched};
use crate::model::{Counts, LayerId};

/// What becomes of a scope with a rollback.
pub(super) struct Told {
    state: &'static str,
    collection: String,
    scope: String,
    version: Option<i64>,
    counts: Counts,
}

impl Told {
    fn new(state: &'static str, layer: &LayerId, scope: &str) -> Self {
        Self {
            state,
            collection: layer.to_string(),
            scope: scope.to_owned(),
            version: None,
            counts: Counts::default(),
        }
    }

    /// In the shape of a delivery's outcome.
    fn json(&self) -> Value {
        json!({
            "state": self.state, "collection": self.collection, "scope": self.scope,
            "version": self.version, "counts": self.counts, "findings": [], "questions": [],
        })
    }
}

/// What a rollback would do.
pub(super) async fn foreseen(session: &Session, version: i64) -> anyhow::Result<Vec<Told>> {
    let begun = session.store.begin_rollback(&session.catalogue, version);
    let rollback = begun.await?;
    let scopes = rollback.differences.iter();
    let scopes = scopes.flat_map(|(id, scopes)| scopes.iter().map(move |it| (id, it)));
    let each = scopes.map(|(id, it)| Told {
        counts: it.counts,
        ..Told::new("checked", id, &it.scope)
    });
    Ok(each.collect())
}

/// Publishes what a rollback makes.
pub(super) async fn publish(
    session: &Session,
    version: i64,
    author: String,
    why: String,
) -> anyhow::Result<Vec<Told>> {
    let begun = session.store.begin_rollback(&session.catalogue, version);
    let rollback = begun.await?;
    let of = rollback.publications.iter();
    let same = of.map(|it| Told::new("unchanged", &it.layer, &it.scope));
    let same: Vec<Told> = same.collect();
    let published = rollback.publish(author, why).await?;
    if published.is_empty() {
        return Ok(same);
    }
    let each = published.iter().map(|it| Told {
        version: Some(it.version),
        counts: Counts {
            added: it.added,
            removed: it.removed,
            changed: it.changed,
            unchanged: it.unchanged,
        },
        ..Told::new("published", &it.layer, &it.scope)
    });
    Ok(each.collect())
}

/// Prints what becomes of each scope.
pub(super) fn tell(told: &[Told], json: bool) -> anyhow::Result<()> {
    if json {
        return match told {
            [one] => print(&one.json()),
            _ => print(&told.iter().map(Told::json).collect()),
        };
    }
    for one in told {
        say(&format!(
            "{} {} {}: {}, version {}\n",
            one.state,
            one.collection,
            one.scope,
            touched(&one.counts),
            json!(one.version),
        ));
    }
    Ok(())
}
