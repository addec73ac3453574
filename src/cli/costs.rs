//! `geonantes costs compute|explain`: exercises in files, without a database.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use costs::{Checked, Finding, Outcome, Payer};

use super::table::{aligned, say};

/// What to do with an exercise.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Computes what each service costs and who pays how much.
    Compute {
        /// The exercise: TOML, or JSON of the same structure.
        #[arg(value_name = "EXERCISE")]
        exercise: PathBuf,
        /// One JSON document, amounts in cents, instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Tells the lines, weights, days, rules and rounding that made an amount.
    Explain {
        /// The exercise: TOML, or JSON of the same structure.
        #[arg(value_name = "EXERCISE")]
        exercise: PathBuf,
        /// INSEE code of the commune that pays, or `metropolis`.
        #[arg(long, value_name = "INSEE", value_parser = payer)]
        commune: Payer,
        /// The service, by its identifier in the exercise.
        #[arg(long, value_name = "SERVICE")]
        service: String,
        /// One JSON document, amounts in cents, instead of French text.
        #[arg(long)]
        json: bool,
    },
}

fn payer(text: &str) -> Result<Payer, String> {
    match text {
        "metropolis" => Ok(Payer::Metropolis),
        insee => insee.parse().map(Payer::Commune),
    }
}

/// Runs the command. Exit code 1, with every error at its table, row and cell on standard error,
/// when the exercise is not good.
///
/// # Errors
/// When the file cannot be read.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Compute { exercise, json } => with(exercise, |_, outcome| match json {
            true => Ok(format!("{:#}\n", serde_json::to_value(outcome)?)),
            false => Ok(table(outcome)),
        }),
        Command::Explain {
            exercise,
            commune,
            service,
            json,
        } => with(exercise, |checked, _| {
            let chain = costs::explain(checked, service, *commune)?.with_context(|| {
                format!("the exercise has no service « {service} » of which this is a member")
            })?;
            match json {
                true => Ok(format!("{:#}\n", serde_json::to_value(chain)?)),
                false => Ok(chain.to_string()),
            }
        }),
    }
}

/// Reads, checks and computes an exercise, and prints what `show` makes of it.
fn with(
    file: &Path,
    show: impl FnOnce(&Checked, &Outcome) -> anyhow::Result<String>,
) -> anyhow::Result<ExitCode> {
    let refused = |findings: &[Finding]| {
        for finding in findings {
            eprintln!("{}: {finding}", file.display());
        }
        Ok(ExitCode::FAILURE)
    };
    let exercise = match read(file)? {
        Ok(exercise) => exercise,
        Err(finding) => return refused(&[finding]),
    };
    let (checked, mut warnings) = match costs::check(exercise) {
        Ok(good) => good,
        Err(findings) => return refused(&findings),
    };
    let (outcome, odd) = match costs::compute(&checked) {
        Ok(computed) => computed,
        Err(finding) => return refused(&[finding]),
    };
    warnings.extend(odd);
    for warning in warnings {
        eprintln!("{}: warning: {warning}", file.display());
    }
    say(&show(&checked, &outcome)?);
    Ok(ExitCode::SUCCESS)
}

/// The exercise of a file, by the file's ending.
fn read(file: &Path) -> anyhow::Result<Result<costs::exercise::Exercise, Finding>> {
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    let text = || {
        std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
    };
    match ending.to_str() {
        Some("toml") => Ok(costs::from_toml(&text()?)),
        Some("json") => Ok(costs::from_json(&text()?)),
        _ => bail!("{}: an exercise is a .toml or a .json file", file.display()),
    }
}

/// A line a service, and the sum.
fn table(outcome: &Outcome) -> String {
    let mut rows: Vec<[String; 7]> = Vec::new();
    for service in &outcome.services {
        let shares = service.shares.iter().map(|share| share.by_nature.total());
        let amounts = [
            service.cost.total(),
            shares.fold(costs::Cents::ZERO, |sum, share| sum + share),
            service.metropolis_total(|part| part.own_use),
            service.metropolis_total(|part| part.solidarity),
            service.metropolis_total(|part| part.public_use),
            service.metropolis_total(|part| part.rest),
        ];
        let [cost, communes, own_use, solidarity, public_use, rest] =
            amounts.map(|amount| amount.to_string());
        let id = service.id.clone();
        rows.push([id, cost, communes, own_use, solidarity, public_use, rest]);
    }
    let headings = [
        "service",
        "cost",
        "communes",
        "own use",
        "solidarity",
        "public use",
        "metropolis's rest",
    ];
    aligned(headings, rows)
}
