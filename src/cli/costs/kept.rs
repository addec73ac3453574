//! `geonantes costs load|list|seal|audit`: exercises that the database keeps.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::Utc;
use serde_json::json;

use super::files;
use crate::cli::session::{Session, Use};
use crate::cli::table::{aligned, say};
use crate::exercise::{self, Origin};
use crate::model::KeptExercise;

/// What to keep.
#[derive(Debug, clap::Args)]
pub struct Load {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// A year frozen by `geonantes usage freeze --json`: the units of keys that leave them empty.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Who loads, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
}

/// How to list.
#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// What to seal.
#[derive(Debug, clap::Args)]
pub struct Seal {
    /// The exercise's number, as `costs list` tells.
    #[arg(value_name = "NUMBER")]
    id: i32,
    /// Who seals, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
}

/// What to audit.
#[derive(Debug, clap::Args)]
pub struct Audit {
    /// The exercise's number, as `costs list` tells.
    #[arg(value_name = "NUMBER")]
    id: i32,
    /// Who asks, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
}

/// Keeps an exercise. Exit code 1 when it is not good.
///
/// # Errors
/// When the file cannot be read or the database cannot be used.
pub async fn load(asked: &Load) -> anyhow::Result<ExitCode> {
    let Some(loaded) = files::read(&asked.exercise)? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut good = loaded.exercise;
    if let Some(file) = &asked.ledger {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let ledger = costs::ledger_from_json(&text).with_context(|| file.display().to_string())?;
        good = match costs::measured(good, &ledger) {
            Ok(measured) => measured,
            Err(findings) => {
                files::tell(file, &findings);
                return Ok(ExitCode::FAILURE);
            }
        };
    }
    if let Err(findings) = exercise::Computed::of(good.clone()) {
        files::tell(&asked.exercise, &findings);
        return Ok(ExitCode::FAILURE);
    }
    let name = asked.exercise.file_name().unwrap_or_default();
    let bytes = std::fs::read(&asked.exercise)?;
    let session = Session::open(Use::Join).await?;
    let origin = Origin {
        source: &name.to_string_lossy(),
        bytes: &bytes,
        author: &asked.author,
        at: Utc::now(),
        demonstration: false,
    };
    let kept = exercise::keep(&session.store, &good, origin).await;
    session.close().await?;
    say(&format!("kept as the exercise {}\n", kept?));
    Ok(ExitCode::SUCCESS)
}

/// Lists the exercises.
///
/// # Errors
/// When the database cannot be used.
pub async fn list(asked: &List) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let kept = session.store.kept_exercises().await;
    session.close().await?;
    let kept = kept?;
    let line = |it: &KeptExercise| {
        [
            it.id.to_string(),
            it.year.to_string(),
            it.state.clone(),
            it.loaded.at.format("%Y-%m-%d").to_string(),
            it.loaded.author.clone(),
            it.sealed.as_ref().map_or_else(String::new, |mark| {
                format!("{} {}", mark.at.format("%Y-%m-%d"), mark.author)
            }),
            it.title.clone(),
        ]
    };
    let headings = ["number", "year", "state", "loaded", "by", "sealed", "title"];
    say(&match asked.json {
        true => format!("{:#}\n", serde_json::to_value(&kept)?),
        false => aligned(headings, kept.iter().map(line).collect()),
    });
    Ok(ExitCode::SUCCESS)
}

/// Seals an exercise.
///
/// # Errors
/// When there is none of that number, it is sealed already, or the database cannot be used.
pub async fn seal(asked: &Seal) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let sealed = exercise::seal_kept(&session.store, asked.id, &asked.author, Utc::now()).await;
    session.close().await?;
    say(&format!("sealed, sha256 {}\n", sealed?.sha256));
    Ok(ExitCode::SUCCESS)
}

/// Tells an exercise's trail and verifies its seal. Exit code 1 when the seal does not hold.
///
/// # Errors
/// When there is none of that number, or the database cannot be used.
pub async fn audit(asked: &Audit) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let told = trail(&session, asked).await;
    session.close().await?;
    let (text, good) = told?;
    say(&text);
    Ok(match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn trail(session: &Session, asked: &Audit) -> anyhow::Result<(String, bool)> {
    let store = &session.store;
    let mut verdict = json!(null);
    let mut good = true;
    if let Some(document) = store.seal_document(asked.id).await? {
        let found = exercise::verify(&document)?;
        good = found.is_good();
        let word = if good { "holds" } else { "broken" };
        let act = ("verified", Some(word));
        store
            .note_act(asked.id, act, &asked.author, Utc::now())
            .await?;
        verdict = json!({ "seal": word, "sha256": found.sum, "differences": found.differences });
    }
    let acts = store.acts(asked.id).await?;
    anyhow::ensure!(!acts.is_empty(), "no exercise has the number {}", asked.id);
    let document = json!({ "exercise": asked.id, "verdict": verdict, "acts": acts });
    Ok((format!("{document:#}\n"), good))
}
