//! `geonantes usage`: reports of use.

mod report;

use std::process::ExitCode;

/// What to do with the ledger.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Sums of use over a period.
    Report(report::Arguments),
}

/// Runs the command.
///
/// # Errors
/// When the configuration or the database cannot be used.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Report(arguments) => report::run(arguments).await,
    }
}
