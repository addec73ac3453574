//! Exercises in the database: kept, found again, sealed.

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use costs::exercise::{Exercise, State};

use super::{Computed, Sealing, opened, seal, sha256};
use crate::model::{KeptExercise, NewExercise, SealMark};
use crate::store::Store;

/// Where an exercise comes from, and who brings it.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The name of its file.
    pub source: &'a str,
    /// What stands in the file.
    pub bytes: &'a [u8],
    /// Who loads it.
    pub author: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether its amounts are a demonstration's.
    pub demonstration: bool,
}

/// Keeps an exercise that has been checked; its number. One without a state is a forecast.
///
/// # Errors
/// When the database refuses.
pub async fn keep(store: &Store, exercise: &Exercise, origin: Origin<'_>) -> anyhow::Result<i32> {
    let document = serde_json::to_string(exercise)?;
    let title = match &exercise.title {
        Some(title) => title.clone(),
        None => format!("Exercice {}", exercise.year),
    };
    let new = NewExercise {
        year: exercise.year,
        state: match exercise.state {
            Some(State::Final) => "final",
            Some(State::Forecast) | None => "forecast",
        },
        title: &title,
        document: &document,
        source: origin.source,
        source_sha256: &sha256(origin.bytes),
        demonstration: origin.demonstration,
    };
    Ok(store.keep_exercise(&new, origin.author, origin.at).await?)
}

/// Seals a kept exercise; its mark.
///
/// # Errors
/// When there is none of that number, it is sealed already, or this program refuses it.
pub async fn seal_kept(
    store: &Store,
    id: i32,
    author: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<SealMark> {
    let document = store.exercise_document(id).await?;
    let document = document.with_context(|| format!("no exercise has the number {id}"))?;
    let source = store.exercise_source(id).await?.unwrap_or_default();
    let exercise = costs::from_json(&document)?;
    let sealed = seal(&Sealing {
        exercise: &exercise,
        ledger: None,
        source: (&source.0, &source.1),
        author,
        at,
    });
    let sealed = sealed.map_err(|findings| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the exercise {id} cannot be sealed: {}", lines.join("; "))
    })?;
    let mark = SealMark {
        at,
        author: author.to_owned(),
        sha256: sealed["sha256"].as_str().unwrap_or_default().to_owned(),
    };
    if !store.keep_seal(id, &mark, &sealed.to_string()).await? {
        bail!("the exercise {id} is sealed already: a correction is another exercise");
    }
    Ok(mark)
}

/// A kept exercise, computed: as it was sealed, or as it was loaded.
///
/// # Errors
/// When there is none of that number, or this program refuses it.
pub async fn computed(store: &Store, kept: &KeptExercise) -> anyhow::Result<Computed> {
    if kept.sealed.is_some() {
        let document = store.seal_document(kept.id).await?;
        return opened(&document.context("the seal is gone")?);
    }
    let document = store.exercise_document(kept.id).await?;
    let exercise = costs::from_json(&document.context("the exercise is gone")?)?;
    match Computed::of(exercise) {
        Ok((computed, _)) => Ok(computed),
        Err(findings) => {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            bail!("the exercise {} is refused: {}", kept.id, lines.join("; "))
        }
    }
}
