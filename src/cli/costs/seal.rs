//! `geonantes costs freeze` and `verify`: exercises sealed in files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::Utc;
use serde_json::json;

use super::files;
use crate::cli::table::say;
use crate::exercise::{Parties, Sealing, seal, sha256, verify};

/// What to seal.
#[derive(Debug, clap::Args)]
pub struct Freeze {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The file to write: inputs, results, the ledger's units, the program's version, their sum.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// A year frozen by `geonantes usage freeze --json`: the units of keys that leave them empty.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Who seals, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
}

/// What to verify.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The sealed exercise.
    #[arg(value_name = "SEALED")]
    sealed: PathBuf,
    /// One JSON document instead of a text.
    #[arg(long)]
    json: bool,
}

/// Seals an exercise; a sealed one is never written over. Exit code 1 when the exercise is not good.
///
/// # Errors
/// When a file cannot be read or written.
pub fn freeze(asked: &Freeze) -> anyhow::Result<ExitCode> {
    let Some(loaded) = files::read(&asked.exercise)? else {
        return Ok(ExitCode::FAILURE);
    };
    let ledger = match &asked.ledger {
        None => None,
        Some(file) => match costs::ledger_from_json(&text(file)?) {
            Ok(ledger) => Some(ledger),
            Err(finding) => {
                files::tell(file, &[finding]);
                return Ok(ExitCode::FAILURE);
            }
        },
    };
    let name = asked
        .exercise
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let bytes = std::fs::read(&asked.exercise)?;
    let sealed = seal(&Sealing {
        exercise: &loaded.exercise,
        ledger: ledger.as_ref(),
        source: (&name, &sha256(&bytes)),
        author: &asked.author,
        at: Utc::now(),
    });
    match sealed {
        Ok(document) => {
            files::save(&asked.to, format!("{document:#}\n").as_bytes(), false)?;
            let sum = document["sha256"].as_str().unwrap_or_default();
            say(&format!("{} sealed\nsha256 {sum}\n", loaded.exercise.year));
            Ok(ExitCode::SUCCESS)
        }
        Err(findings) => {
            let located: Vec<_> = findings.into_iter().map(|it| loaded.locate(it)).collect();
            files::tell(&asked.exercise, &located);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Recomputes a sealed exercise. Exit code 1 when something in it has changed, or is computed
/// otherwise.
///
/// # Errors
/// When the file cannot be read or is no sealed exercise.
pub fn check(asked: &Verify) -> anyhow::Result<ExitCode> {
    let file = asked.sealed.display();
    let verdict = verify(&text(&asked.sealed)?).with_context(|| file.to_string())?;
    let intact = verdict.stated == verdict.sum;
    let sealed = &verdict.sealed;
    if asked.json {
        say(&format!(
            "{:#}\n",
            json!({ "year": verdict.year, "sealed": sealed, "intact": intact,
                "sha256": verdict.sum, "differences": verdict.differences })
        ));
    } else {
        let word = |name: &str| sealed[name].as_str().unwrap_or("?").to_owned();
        let mut told = format!(
            "{} sealed {} by {}, version {}\nsha256 {}\n",
            verdict.year,
            word("at"),
            word("by"),
            word("program"),
            verdict.sum
        );
        if !intact {
            told += &format!(
                "it was sealed with {}: somebody CHANGED it\n",
                verdict.stated
            );
        }
        for difference in &verdict.differences {
            told += &format!("{difference}\n");
        }
        told += match verdict.is_good() {
            true => "unchanged, and computed to the same cents\n",
            false => "not as it was sealed\n",
        };
        say(&told);
    }
    Ok(match verdict.is_good() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn text(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// What to archive.
#[derive(Debug, clap::Args)]
pub struct Archive {
    /// The sealed exercise, as `costs freeze` writes it.
    #[arg(value_name = "SEALED")]
    sealed: PathBuf,
    /// The package to write, a .zip.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Identifier of the service that transfers, as the archives know it.
    #[arg(long, value_name = "ID")]
    from: String,
    /// Identifier of the archives.
    #[arg(long = "archives", value_name = "ID")]
    archival: String,
    /// The agreement that it is transferred under.
    #[arg(long, value_name = "ID")]
    agreement: Option<String>,
}

/// Writes the archival package of a sealed exercise.
///
/// # Errors
/// When the document is not as it was sealed, or a file cannot be read or written.
pub fn archive(asked: &Archive) -> anyhow::Result<ExitCode> {
    let parties = Parties {
        transferring: &asked.from,
        archival: &asked.archival,
        agreement: asked.agreement.as_deref(),
    };
    let bytes = crate::exercise::archive(&text(&asked.sealed)?, parties)
        .with_context(|| asked.sealed.display().to_string())?;
    files::save(&asked.to, &bytes, false)?;
    Ok(ExitCode::SUCCESS)
}
