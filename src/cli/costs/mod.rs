//! `geonantes costs`: exercises in files, without a database.

mod files;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use costs::{Outcome, Payer};

use self::files::Computed;
use super::table::{aligned, say};

/// What to do with an exercise.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Computes what each service costs and who pays how much.
    Compute {
        /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
        #[arg(value_name = "EXERCISE")]
        exercise: PathBuf,
        /// One JSON document, amounts in cents, instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Tells the lines, weights, days, rules and rounding that made an amount.
    Explain {
        /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
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
    /// Writes the results as a workbook whose formulas compute the same shares.
    Workbook {
        /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
        #[arg(value_name = "EXERCISE")]
        exercise: PathBuf,
        /// The file to write, an .xlsx.
        #[arg(value_name = "TO")]
        to: PathBuf,
        /// Writes over a file that is there.
        #[arg(long)]
        force: bool,
    },
    /// Writes an exercise in another form: TOML, JSON, XLSX or ODS, by the files' endings.
    Convert {
        /// The exercise.
        #[arg(value_name = "FROM")]
        from: PathBuf,
        /// The file to write.
        #[arg(value_name = "TO")]
        to: PathBuf,
        /// Writes over a file that is there.
        #[arg(long)]
        force: bool,
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
/// When a file cannot be read or written.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Compute { exercise, json } => with(exercise, |computed| match json {
            true => Ok(format!("{:#}\n", serde_json::to_value(&computed.outcome)?)),
            false => Ok(table(&computed.outcome)),
        }),
        Command::Explain {
            exercise,
            commune,
            service,
            json,
        } => with(exercise, |computed| {
            let chain = costs::explain(&computed.checked, service, *commune)?;
            let chain = chain.with_context(|| {
                format!("the exercise has no service « {service} » of which this is a member")
            })?;
            match json {
                true => Ok(format!("{:#}\n", serde_json::to_value(chain)?)),
                false => Ok(chain.to_string()),
            }
        }),
        Command::Workbook {
            exercise,
            to,
            force,
        } => {
            let Some(computed) = files::compute(exercise)? else {
                return Ok(ExitCode::FAILURE);
            };
            files::save(to, &files::workbook(&computed.checked, to)?, *force)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Convert { from, to, force } => {
            let Some(loaded) = files::read(from)? else {
                return Ok(ExitCode::FAILURE);
            };
            files::save(to, &files::written(&loaded.exercise, to)?, *force)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Reads, checks and computes an exercise, and prints what `show` makes of it.
fn with(
    file: &Path,
    show: impl FnOnce(&Computed) -> anyhow::Result<String>,
) -> anyhow::Result<ExitCode> {
    let Some(computed) = files::compute(file)? else {
        return Ok(ExitCode::FAILURE);
    };
    say(&show(&computed)?);
    Ok(ExitCode::SUCCESS)
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
