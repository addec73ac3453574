//! `geonantes usage journal`: what is recorded on this machine and not yet in the ledger.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::session::{Session, Use};
use crate::config::Config;
use crate::usage::{self, Inspection, Journal, Shipped, Shipper};

/// What to do with the journal.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Lists the segments; needs no database.
    Inspect(Arguments),
    /// Ships what runs that have ended left, or copies of segments; a running instance ships its
    /// own. Shipping anything twice adds nothing.
    Ship(Arguments),
    /// Checks every checksum; fails when one does not agree. Needs no database.
    Verify(Arguments),
}

/// Options.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Copies of segments, or folders of them [default: the journal under GEONANTES_HOME].
    paths: Vec<PathBuf>,
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When the journal cannot be read, or the database does not take it.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Inspect(arguments) => {
            let found = inspect(&arguments)?;
            print(&found, arguments.json)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify(arguments) => {
            let found = inspect(&arguments)?;
            print(&found, arguments.json)?;
            for file in &found.unreadable {
                eprintln!("{}: {}", file.path.display(), file.reason);
            }
            for segment in found.segments.iter().filter(|segment| segment.damaged > 0) {
                eprintln!(
                    "{}: {} records are damaged; shipping leaves them out",
                    segment.path.display(),
                    segment.damaged
                );
            }
            Ok(if found.is_sound() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Command::Ship(arguments) => ship(&arguments).await,
    }
}

fn inspect(arguments: &Arguments) -> anyhow::Result<Inspection> {
    Ok(if arguments.paths.is_empty() {
        usage::inspect(&Config::load()?.home)?
    } else {
        usage::inspect_copies(&arguments.paths)?
    })
}

fn print(found: &Inspection, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(found)?);
        return Ok(());
    }
    for segment in &found.segments {
        println!(
            "{} {}{} records {} (whole {}, aborted {}, in doubt {}), holes {}, damaged {}, torn {}",
            segment.segment,
            if segment.live { "live" } else { "left" },
            if segment.folded { ", folded" } else { "" },
            segment.records,
            segment.whole,
            segment.aborted,
            segment.in_doubt,
            segment.holes,
            segment.damaged,
            segment.torn,
        );
    }
    if found.segments.is_empty() {
        println!("nothing waits here");
    }
    Ok(())
}

async fn ship(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let shipped = all(&session, &arguments.paths).await;
    session.close().await?;
    let shipped = shipped?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&shipped)?);
    } else {
        println!(
            "{} responses shipped, {} segments done, {} responses left",
            shipped.events, shipped.segments, shipped.left
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn all(session: &Session, paths: &[PathBuf]) -> anyhow::Result<Shipped> {
    let timezone = session.territory.timezone.to_string();
    let shipper = Shipper {
        store: &session.store,
        timezone: &timezone,
    };
    let mut shipped = Shipped::default();
    if paths.is_empty() {
        for waiting in Journal::left(&session.config.home) {
            shipped += shipper.left(&waiting).await?;
        }
        return Ok(shipped);
    }
    for (segment, reading) in usage::copies(paths)? {
        shipped += shipper.segment(&segment, reading, true, usize::MAX).await?;
    }
    Ok(shipped)
}
