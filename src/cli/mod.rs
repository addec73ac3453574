//! The command line: one file a command.

mod adhesions;
mod ads;
mod costs;
mod db;
mod demo;
mod documents;
mod ingest;
mod keys;
mod layers;
mod networks;
mod serve;
mod session;
mod sessions;
mod table;
mod usage;
mod welcome;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Géonantes: the geodata server that a metropolis and its communes share.
#[derive(Debug, Parser)]
#[command(name = "geonantes", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the portal until Ctrl-C or SIGTERM.
    Serve(serve::Arguments),
    /// Loads the demonstration territory if need be, and serves it.
    Demo(demo::Arguments),
    /// Looks after the database.
    #[command(subcommand)]
    Db(db::Command),
    /// Looks after the directory of the animation networks.
    #[command(subcommand)]
    Networks(networks::Command),
    /// Reads the catalogue, and makes its tables.
    #[command(subcommand)]
    Layers(layers::Command),
    /// Reads, checks, compares and publishes a commune's files.
    Ingest(Box<ingest::Arguments>),
    /// Reads references of parcels and files, and computes deadlines.
    #[command(subcommand)]
    Ads(ads::Command),
    /// Reads the ledger of use.
    #[command(subcommand)]
    Usage(usage::Command),
    /// Shares the cost of services among communes.
    #[command(subcommand)]
    Costs(costs::Command),
    /// Publishes, lists and withdraws documents of working groups and of the mayors' conference.
    #[command(subcommand)]
    Documents(documents::Command),
    /// Gives keys out, lists and revokes them.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Notes which communes adhere to which services communs.
    #[command(subcommand)]
    Adhesions(adhesions::Command),
    /// Looks after browser sessions.
    #[command(subcommand)]
    Sessions(sessions::Command),
}

/// Runs the program: 0 done, 1 refused or failed with a message, 2 wrong usage.
pub fn main() -> ExitCode {
    // clap answers --help and wrong usage itself, with 0 and 2.
    let arguments = Arguments::parse();
    log();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("geonantes: the system refuses threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(run(arguments.command));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("geonantes: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::run(arguments).await?,
        Command::Demo(arguments) => demo::run(arguments).await?,
        Command::Db(command) => db::run(command).await?,
        Command::Networks(command) => return networks::run(command).await,
        Command::Layers(command) => return layers::run(command).await,
        Command::Keys(command) => return keys::run(command).await,
        Command::Adhesions(command) => return adhesions::run(command).await,
        Command::Ads(command) => return ads::run(command).await,
        Command::Ingest(arguments) => return ingest::run(*arguments).await,
        Command::Sessions(command) => return sessions::run(command).await,
        Command::Usage(command) => return usage::run(command).await,
        Command::Costs(command) => return costs::run(&command).await,
        Command::Documents(command) => return documents::run(&command).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// `RUST_LOG` chooses what is logged; `GEONANTES_LOG=json` writes it for machines.
fn log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sqlx::query=error"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::env::var("GEONANTES_LOG").is_ok_and(|format| format == "json") {
        builder.json().init();
    } else {
        builder.with_target(false).init();
    }
}
