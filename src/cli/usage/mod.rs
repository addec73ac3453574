//! `geonantes usage`: reports of use, the frozen measures of a year, erasures.

mod erase;
mod freeze;
mod journal;
mod report;
mod verify;

use std::process::ExitCode;

/// What to do with the ledger.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Sums of use over a period.
    Report(report::Arguments),
    /// Measures a year once and for all, for the cost model.
    Freeze(freeze::Arguments),
    /// Takes a key out of the ledger; the sums stay.
    Erase(erase::Arguments),
    /// Whether the aggregates equal the detail and no segment of a journal is outstanding.
    Verify(verify::Arguments),
    /// What is recorded on this machine and not yet in the ledger.
    #[command(subcommand)]
    Journal(journal::Command),
}

/// Runs the command.
///
/// # Errors
/// When the configuration or the database cannot be used, or the command is refused.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Report(arguments) => report::run(arguments).await,
        Command::Freeze(arguments) => freeze::run(arguments).await,
        Command::Erase(arguments) => erase::run(arguments).await,
        Command::Verify(arguments) => verify::run(arguments).await,
        Command::Journal(command) => journal::run(command).await,
    }
}
