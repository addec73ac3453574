//! The demonstration's exercises of shared costs: the example that the program is shipped with, as a
//! draft, and the year before, sealed. Their amounts are made up and say so.

use chrono::{DateTime, Utc};

use crate::exercise::{Computed, Origin, keep, seal_kept};
use crate::store::Store;

const EXAMPLE: &str = include_str!("../../exercices/2026.toml");

/// Whose exercises they are.
const AUTHOR: &str = "démonstration";

/// Keeps both exercises, unless the database keeps some already.
///
/// # Errors
/// When the database refuses.
pub async fn keep_exercises(store: &Store, at: DateTime<Utc>) -> anyhow::Result<()> {
    if !store.kept_exercises().await?.is_empty() {
        return Ok(());
    }
    let last = last_year();
    let kept = one(store, "2025.toml", &last, at).await?;
    seal_kept(store, kept, AUTHOR, at).await?;
    one(store, "2026.toml", EXAMPLE, at).await?;
    Ok(())
}

async fn one(store: &Store, source: &str, text: &str, at: DateTime<Utc>) -> anyhow::Result<i32> {
    let exercise = costs::from_toml(text)?;
    // Kept as it is written, once it is known to be sound: what is computed has no studies.
    Computed::of(exercise.clone()).map_err(|findings| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{source}: {}", lines.join("; "))
    })?;
    let origin = Origin {
        source,
        bytes: text.as_bytes(),
        author: AUTHOR,
        at,
        demonstration: true,
    };
    keep(store, &exercise, origin).await
}

/// The example a year earlier: its dates, and some costs lower.
fn last_year() -> String {
    let mut text = EXAMPLE.to_owned();
    for (now, then) in [
        ("= 2026-", "= 2025-"),
        ("year = 2026", "year = 2025"),
        ("since = 2026", "since = 2025"),
        ("Exercice 2026", "Exercice 2025"),
        ("vintage = 2023", "vintage = 2022"),
        ("\"71200.00\"", "\"69400.00\""),
        ("\"548000.00\"", "\"531500.00\""),
        ("\"1276000.00\"", "\"1243000.00\""),
        ("\"27500.00\"", "\"24000.00\""),
        ("state = \"forecast\"", "state = \"final\""),
    ] {
        text = text.replace(now, then);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn last_year_is_a_good_exercise_of_its_own() {
        let read = costs::from_toml(&super::last_year()).expect("an exercise");
        assert_eq!(read.year, 2025);
        let (_, warnings) = crate::exercise::Computed::of(read).expect("a good one");
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}
