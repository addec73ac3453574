//! `geonantes costs`: exercises in files, and those that the database keeps.

mod documents;
mod fiche;
mod files;
mod kept;
mod population;
mod seal;
mod show;
mod simulate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use costs::Payer;

use self::show::Compared;
use super::table::say;
use crate::exercise::Computed;

/// What to do with an exercise.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Computes what each service costs and who pays how much.
    Compute {
        /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
        #[arg(value_name = "EXERCISE")]
        exercise: PathBuf,
        /// The previous year's exercise, to compare with.
        #[arg(long, value_name = "EXERCISE")]
        previous: Option<PathBuf>,
        /// The year's forecast, to compare with.
        #[arg(long, value_name = "EXERCISE")]
        forecast: Option<PathBuf>,
        /// One JSON document, amounts in cents, instead of tables.
        #[arg(long)]
        json: bool,
    },
    /// Computes variants of an exercise side by side: keys, members, rates, populations.
    Simulate(simulate::Arguments),
    /// Seals an exercise in a file: inputs, results, measured units, the program's version, their sum.
    Freeze(seal::Freeze),
    /// Recomputes a sealed exercise, and tells what is not as it was.
    Verify(seal::Verify),
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
    /// Writes communes' statements (états de refacturation): PDF, HTML or JSON.
    Statement(documents::StatementArguments),
    /// Lists the titles to issue and when, or what a final exercise puts right.
    Titles(documents::TitlesArguments),
    /// Writes the year of the services for the council: members, staff, costs, effects.
    Report(documents::ReportArguments),
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
    /// Writes the archival package of a sealed exercise: its files and a manifest of SEDA 2.2, in a ZIP.
    Archive(seal::Archive),
    /// Keeps an exercise in the database, where the portal shows it.
    Load(kept::Load),
    /// Lists the exercises that the database keeps.
    List(kept::List),
    /// Seals a kept exercise: its matrix is public from then on, and nothing of it changes any more.
    Seal(kept::Seal),
    /// Tells who did what with a kept exercise, and whether its seal still holds.
    Audit(kept::Audit),
    /// Puts inhabitants into an exercise: the published communes', or those of a fiche DGF.
    Population(population::Arguments),
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
/// When a file cannot be read or written, or the database cannot be used.
pub async fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Compute {
            exercise,
            previous,
            forecast,
            json,
        } => compute(exercise, [previous.as_deref(), forecast.as_deref()], *json),
        Command::Simulate(asked) => simulate::run(asked),
        Command::Freeze(asked) => seal::freeze(asked),
        Command::Verify(asked) => seal::check(asked),
        Command::Archive(asked) => seal::archive(asked),
        Command::Load(asked) => kept::load(asked).await,
        Command::List(asked) => kept::list(asked).await,
        Command::Seal(asked) => kept::seal(asked).await,
        Command::Audit(asked) => kept::audit(asked).await,
        Command::Population(asked) => population::run(asked).await,
        Command::Statement(asked) => documents::statement(asked),
        Command::Titles(asked) => documents::titles(asked),
        Command::Report(asked) => documents::report(asked),
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

/// Prints what an exercise comes to, beside the previous year's and the forecast when they are given.
fn compute(exercise: &Path, others: [Option<&Path>; 2], json: bool) -> anyhow::Result<ExitCode> {
    let mut compared = Vec::new();
    for (role, file) in ["previous", "forecast"].into_iter().zip(others) {
        let Some(file) = file else { continue };
        let Some(with) = files::compute(file)? else {
            return Ok(ExitCode::FAILURE);
        };
        compared.push(Compared { role, with });
    }
    with(exercise, |computed| match json {
        true => show::document(computed, &compared),
        false => show::tables(computed, &compared),
    })
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
