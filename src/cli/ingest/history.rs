//! `geonantes ingest history|show|diff|rollback`: what was published, what changed, and taking back.

use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::super::session::Session;
use super::super::table::{aligned, say};
use crate::catalogue::Layer;
use crate::model::Counts;
use crate::store::{
    AsOf, Deposit, FeatureChange as Change, FeatureDifference, HistoryQuery, Publication,
};

/// What is asked of the past.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Lists publications, the latest first; with a version, those of its scope.
    History {
        /// A version: the publications of its collection and scope alone.
        version: Option<i64>,
        /// Those of a collection.
        #[arg(long, value_name = "COLLECTION")]
        to: Option<String>,
        /// Those of a scope.
        #[arg(long, value_name = "KEY")]
        scope: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Shows a publication: who, when, which file, and what it did to each feature.
    Show {
        /// The version.
        version: i64,
        /// Features listed at most.
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Tells what changed from a version of a collection to another.
    Diff {
        /// From this version.
        from: i64,
        /// To this one, of the same collection.
        to: i64,
        /// Features listed at most.
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Takes a version back when it is current, or else returns its scope to it. What was published
    /// together goes together, and the rollback is a publication of its own.
    Rollback {
        /// The version.
        version: i64,
        /// Who takes back; the system's user when left out.
        #[arg(long, value_name = "NAME")]
        author: Option<String>,
        /// Why, for the history.
        #[arg(long, value_name = "TEXT")]
        comment: Option<String>,
        /// Tells what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When there is no such version, or the database cannot be used.
pub async fn run(session: &Session, verb: &Verb) -> anyhow::Result<ExitCode> {
    let store = &session.store;
    match verb {
        Verb::History {
            version,
            to,
            scope,
            limit,
            json,
        } => {
            let mut query = HistoryQuery {
                scope: scope.clone(),
                limit: *limit,
                ..HistoryQuery::default()
            };
            if let Some(id) = to {
                query.layer = Some(layer(session, id)?.id.clone());
            }
            if let Some(version) = version {
                let one = store.publication(*version).await?;
                (query.layer, query.scope) = (Some(one.layer), Some(one.scope));
            }
            let list = store.publications(&query).await?;
            if *json {
                print(&Value::from_iter(list.iter().map(described)))?;
            } else {
                say(&table(&list));
            }
        }
        Verb::Show {
            version,
            limit,
            json,
        } => {
            let one = store.publication(*version).await?;
            let changes = changes(session, &one, version - 1, *version, *limit).await?;
            if *json {
                let mut told = described(&one);
                told["features"] = changes["features"].clone();
                print(&told)?;
            } else {
                say(&table(std::slice::from_ref(&one)));
                say(&listed(&changes));
            }
        }
        Verb::Diff {
            from,
            to,
            limit,
            json,
        } => {
            let (one, other) = (
                store.publication(*from).await?,
                store.publication(*to).await?,
            );
            anyhow::ensure!(
                one.layer == other.layer,
                "version {from} is of {}, version {to} of {}: compare versions of one collection",
                one.layer,
                other.layer
            );
            let mut both = one.clone();
            if one.scope != other.scope {
                both.scope.clear();
            }
            let changes = changes(session, &both, *from, *to, *limit).await?;
            if *json {
                print(&changes)?;
            } else {
                say(&listed(&changes));
            }
        }
        Verb::Rollback {
            version,
            author,
            comment,
            dry_run,
            json,
        } => {
            let deposit = Deposit {
                author: author.clone().unwrap_or_else(super::options::user),
                comment: comment
                    .clone()
                    .unwrap_or_else(|| format!("Reprise de la version {version}")),
                demonstration: false,
            };
            let told = rollback(session, *version, deposit, *dry_run).await?;
            if *json {
                let alone = (told.len() == 1).then(|| told[0].clone());
                print(&alone.unwrap_or_else(|| Value::from(told)))?;
            } else {
                for one in &told {
                    say(&format!(
                        "{} {} {}: version {}, {}\n",
                        one["state"].as_str().unwrap_or_default(),
                        one["collection"].as_str().unwrap_or_default(),
                        one["scope"].as_str().unwrap_or_default(),
                        one["version"],
                        one["counts"],
                    ));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn layer<'a>(session: &'a Session, id: &str) -> anyhow::Result<&'a Layer> {
    let found = session.catalogue.get(id).map(AsRef::as_ref);
    found.with_context(|| format!("there is no collection « {id} »"))
}

/// Publishes what a rollback makes; one object a scope, in the shape of a delivery's outcome.
async fn rollback(
    session: &Session,
    version: i64,
    mut deposit: Deposit,
    dry_run: bool,
) -> anyhow::Result<Vec<Value>> {
    let begun = session.store.begin_rollback(&session.catalogue, version);
    let mut rollback = begun.await?;
    let told = |state: &str, layer: &str, scope: &str, version: Option<i64>, counts: Counts| {
        json!({
            "state": state, "collection": layer, "scope": scope, "version": version,
            "counts": counts, "findings": [], "questions": [],
        })
    };
    if dry_run {
        let scopes = rollback.differences.iter().flat_map(|(id, scopes)| {
            let one = move |it: &crate::store::ScopeDifference| {
                told("checked", id.as_str(), &it.scope, None, it.counts)
            };
            scopes.iter().map(one)
        });
        return Ok(scopes.collect());
    }
    deposit.demonstration = rollback.publications.iter().any(|it| it.demonstration);
    let published = rollback.delivery.publish(&deposit, &[]).await?;
    rollback.delivery.commit().await?;
    if published.is_empty() {
        let same = rollback.publications.iter();
        return Ok(same
            .map(|it| {
                told(
                    "unchanged",
                    it.layer.as_str(),
                    &it.scope,
                    None,
                    Counts::default(),
                )
            })
            .collect());
    }
    let each = published.iter().map(|it| {
        let counts = Counts {
            added: it.added,
            removed: it.removed,
            changed: it.changed,
            unchanged: it.unchanged,
        };
        told(
            "published",
            it.layer.as_str(),
            &it.scope,
            Some(it.version),
            counts,
        )
    });
    Ok(each.collect())
}

/// What changed in a publication's scope (the whole collection when it is empty) between two versions.
async fn changes(
    session: &Session,
    of: &Publication,
    from: i64,
    to: i64,
    limit: i64,
) -> anyhow::Result<Value> {
    let layer = layer(session, of.layer.as_str())?;
    let from_there = AsOf {
        version: from,
        scope: (!of.scope.is_empty()).then_some(of.scope.as_str()),
    };
    let found = session
        .store
        .changes_between(layer, from_there, to, 0, limit)
        .await?;
    let features: Vec<Value> = found.features.iter().map(feature).collect();
    Ok(json!({
        "from": from, "to": to, "collection": of.layer, "scope": from_there.scope,
        "counts": found.counts, "features": features,
    }))
}

fn feature(one: &FeatureDifference) -> Value {
    let kind = match one.kind {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
    };
    let fields: Vec<Value> = one
        .fields
        .iter()
        .map(|it| json!({"field": it.field, "old": it.old, "new": it.new}))
        .collect();
    json!({
        "kind": kind, "key": one.name, "fid": one.fid, "fields": fields,
        "reshaped": one.reshaped, "moved_m": one.moved_m,
    })
}

fn described(one: &Publication) -> Value {
    json!({
        "version": one.version, "collection": one.layer, "scope": one.scope,
        "current": one.superseded_by.is_none(), "replaces": one.replaces,
        "superseded_by": one.superseded_by, "count": one.count, "counts": one.counts,
        "at": one.at, "author": one.author, "comment": one.comment,
        "contribution": one.contribution, "title": one.title, "sha256": one.sha256,
    })
}

fn table(list: &[Publication]) -> String {
    let rows = list.iter().map(|one| {
        let state = one.superseded_by.map_or_else(
            || "current".to_owned(),
            |next| format!("replaced by {next}"),
        );
        let counts = &one.counts;
        [
            one.version.to_string(),
            one.layer.to_string(),
            one.scope.clone(),
            one.at.format("%Y-%m-%d %H:%M").to_string(),
            one.author.clone(),
            format!("+{} -{} ~{}", counts.added, counts.removed, counts.changed),
            state,
            one.title.clone().unwrap_or_else(|| one.comment.clone()),
        ]
    });
    let headings = [
        "VERSION",
        "COLLECTION",
        "SCOPE",
        "PUBLISHED",
        "AUTHOR",
        "CHANGES",
        "STATE",
        "FROM",
    ];
    aligned(headings, rows.collect())
}

fn listed(changes: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("—").to_owned();
    let features = changes["features"].as_array().cloned().unwrap_or_default();
    let rows = features.iter().map(|one| {
        let fields = one["fields"].as_array().cloned().unwrap_or_default();
        let mut told: Vec<String> = fields
            .iter()
            .map(|it| {
                format!(
                    "{}: {} → {}",
                    text(&it["field"]),
                    text(&it["old"]),
                    text(&it["new"])
                )
            })
            .collect();
        if one["reshaped"] == true {
            told.push("geometry".to_owned());
        }
        [text(&one["kind"]), text(&one["key"]), told.join(", ")]
    });
    aligned(["CHANGE", "FEATURE", "WHAT"], rows.collect())
}

fn print(value: &Value) -> anyhow::Result<()> {
    say(&format!("{}\n", serde_json::to_string_pretty(value)?));
    Ok(())
}
