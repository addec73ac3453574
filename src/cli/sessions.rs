//! `geonantes sessions end`.

use std::process::ExitCode;

use super::session::{Session, Use};
use crate::members::session::end_all;

/// What to do with browser sessions.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Ends every browser session, on every instance within a second: their seals are replaced.
    End,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = match command {
        Command::End => end_all(&session.store).await,
    };
    session.close().await?;
    done?;
    eprintln!("Every browser session has ended; whoever was signed in signs in again.");
    Ok(ExitCode::SUCCESS)
}
