//! `geonantes db`.

use super::session::{Session, Use};
use crate::store::MigrationState;

/// What to do with the database.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum Command {
    /// Runs the migrations that are missing.
    Migrate,
    /// Says where the database stands.
    Status,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used.
pub async fn run(command: Command) -> anyhow::Result<()> {
    let session = Session::open_as_is(Use::Join).await?;
    let done = act(&session, command).await;
    session.close().await?;
    done
}

async fn act(session: &Session, command: Command) -> anyhow::Result<()> {
    if matches!(command, Command::Migrate) {
        session.store.migrate().await?;
    }
    match session.store.migration_state().await? {
        MigrationState::Current => println!("migrations: current"),
        MigrationState::Behind { missing } => println!("migrations: {missing} missing"),
        MigrationState::Ahead => println!("migrations: ahead of this program"),
    }
    if let Some(socket) = session.socket() {
        println!("psql -h {} -U geonantes geonantes", socket.display());
    }
    Ok(())
}
