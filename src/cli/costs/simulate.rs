//! `geonantes costs simulate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use costs::simulate::{Variants, plot, simulate, variants_from_json, variants_from_toml};

use super::{files, show};
use crate::cli::table::say;

/// An exercise, and what to change in it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The variants: TOML, or JSON of the same structure.
    #[arg(value_name = "VARIANTS")]
    variants: PathBuf,
    /// One JSON document, amounts in cents, instead of tables.
    #[arg(long)]
    json: bool,
    /// Draws who gains and who loses, as an SVG picture.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Draws over a picture that is there.
    #[arg(long, requires = "plot")]
    force: bool,
}

/// Runs the command. Exit code 1 when the exercise or a variant is not good.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(asked: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(variants) = read(&asked.variants)? else {
        return Ok(ExitCode::FAILURE);
    };
    let Some(computed) = files::compute(&asked.exercise)? else {
        return Ok(ExitCode::FAILURE);
    };
    let simulation = match simulate(&computed.checked, &variants) {
        Ok(simulation) => simulation,
        Err(findings) => {
            files::tell(&asked.variants, &findings);
            return Ok(ExitCode::FAILURE);
        }
    };
    if let Some(file) = &asked.plot {
        files::save(file, plot(&simulation).as_bytes(), asked.force)?;
    }
    say(&match asked.json {
        true => format!("{:#}\n", serde_json::to_value(&simulation)?),
        false => show::simulated(&simulation),
    });
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> anyhow::Result<Option<Variants>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    let read = match ending.to_str() {
        Some("toml") => variants_from_toml(&text),
        Some("json") => variants_from_json(&text),
        _ => bail!("{}: variants are a .toml or a .json file", file.display()),
    };
    Ok(match read {
        Ok(variants) => Some(variants),
        Err(finding) => {
            files::tell(file, &[finding]);
            None
        }
    })
}
