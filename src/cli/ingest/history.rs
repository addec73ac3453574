//! `geonantes ingest history|show|diff|rollback`: what was published, what changed, and taking back.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::super::session::Session;
use super::super::table::{aligned, say};
use super::{export, rollback};
use crate::catalogue::Layer;
use crate::model::Counts;
use crate::store::{AsOf, FeatureChange as Change, FeatureDifference, HistoryQuery, Publication};

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
    /// Shows a publication: who, when, which file, and what it did to each feature; or writes what
    /// it published to a file.
    Show {
        /// The version.
        version: i64,
        /// Features listed at most.
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        export: export::Options,
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
    match verb {
        Verb::History {
            version,
            to,
            scope,
            limit,
            json,
        } => {
            let query = HistoryQuery {
                layer: to
                    .as_deref()
                    .map(|id| layer(session, id).map(|layer| layer.id.clone()))
                    .transpose()?,
                scope: scope.clone(),
                limit: *limit,
                ..HistoryQuery::default()
            };
            history(session, query, *version, *json).await?;
        }
        Verb::Show {
            version,
            limit,
            json,
            export,
        } => match &export.export {
            Some(file) => export::run(session, *version, file, export, *json).await?,
            None => show(session, *version, *limit, *json).await?,
        },
        Verb::Diff {
            from,
            to,
            limit,
            json,
        } => diff(session, (*from, *to), *limit, *json).await?,
        Verb::Rollback {
            version,
            author,
            comment,
            dry_run,
            json,
        } => {
            let told = if *dry_run {
                rollback::foreseen(session, *version).await?
            } else {
                let author = author.clone().unwrap_or_else(super::options::user);
                let comment = comment.clone();
                let why = comment.unwrap_or_else(|| format!("Reprise de la version {version}"));
                rollback::publish(session, *version, author, why).await?
            };
            rollback::tell(&told, *json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn history(
    session: &Session,
    mut query: HistoryQuery,
    version: Option<i64>,
    json: bool,
) -> anyhow::Result<()> {
    if let Some(version) = version {
        let one = session.store.publication(version).await?;
        (query.layer, query.scope) = (Some(one.layer), Some(one.scope));
    }
    let list = session.store.publications(&query).await?;
    if json {
        return print(&Value::from_iter(list.iter().map(described)));
    }
    say(&table(&list, session.territory.timezone));
    Ok(())
}

async fn show(session: &Session, version: i64, limit: i64, json: bool) -> anyhow::Result<()> {
    let one = session.store.publication(version).await?;
    let mut changes = changes(session, &one, version - 1, version, limit).await?;
    if json {
        let mut told = described(&one);
        told["features"] = changes["features"].take();
        return print(&told);
    }
    say(&table(
        std::slice::from_ref(&one),
        session.territory.timezone,
    ));
    say(&listed(&changes));
    Ok(())
}

async fn diff(
    session: &Session,
    (from, to): (i64, i64),
    limit: i64,
    json: bool,
) -> anyhow::Result<()> {
    let mut one = session.store.publication(from).await?;
    let other = session.store.publication(to).await?;
    anyhow::ensure!(
        one.layer == other.layer,
        "version {from} is of {}, version {to} of {}: compare versions of one collection",
        one.layer,
        other.layer
    );
    if one.scope != other.scope {
        one.scope.clear();
    }
    let changes = changes(session, &one, from, to, limit).await?;
    if json {
        return print(&changes);
    }
    say(&listed(&changes));
    Ok(())
}

pub(super) fn layer<'a>(session: &'a Session, id: &str) -> anyhow::Result<&'a Arc<Layer>> {
    let found = session.catalogue.get(id);
    found.with_context(|| format!("there is no collection « {id} »"))
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

/// Features added, removed and changed, in a word.
pub(super) fn touched(counts: &Counts) -> String {
    format!("+{} -{} ~{}", counts.added, counts.removed, counts.changed)
}

fn table(list: &[Publication], zone: Tz) -> String {
    let rows = list.iter().map(|one| {
        let state = one.superseded_by.map_or_else(
            || "current".to_owned(),
            |next| format!("replaced by {next}"),
        );
        [
            one.version.to_string(),
            one.layer.to_string(),
            one.scope.clone(),
            one.at
                .with_timezone(&zone)
                .format("%Y-%m-%d %H:%M")
                .to_string(),
            one.author.clone(),
            touched(&one.counts),
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

pub(super) fn print(value: &Value) -> anyhow::Result<()> {
    say(&format!("{}\n", serde_json::to_string_pretty(value)?));
    Ok(())
}
