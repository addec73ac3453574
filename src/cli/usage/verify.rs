//! `geonantes usage verify`: is the ledger whole?

use std::process::ExitCode;

use crate::cli::session::{Session, Use};
use crate::usage::{self, Verified};

/// Options.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
}

/// Compares aggregates and detail, and looks for segments that are not shipped: 0 when the ledger
/// is whole, else 1 with the hours, days and segments.
///
/// # Errors
/// When the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let timezone = session.territory.timezone.to_string();
    let verified = usage::verify(&session.store, &session.config.home, &timezone).await;
    session.close().await?;
    let verified = verified?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&verified)?);
    } else if verified.is_whole() {
        println!("the aggregates equal the detail, and no segment is outstanding");
    }
    explain(&verified);
    Ok(if verified.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn explain(verified: &Verified) {
    for one in &verified.differences {
        eprintln!(
            "{} {}: the aggregates count {} responses where the detail has {} ({} rows differ)",
            one.kind, one.at, one.aggregated, one.detailed, one.rows
        );
    }
    for one in &verified.outstanding {
        let place = if one.here {
            "it lies under this GEONANTES_HOME: start the program there, or run « geonantes usage \
             journal ship »"
        } else {
            "start its instance again, or run « geonantes usage journal ship » with its \
             GEONANTES_HOME"
        };
        eprintln!(
            "segment {} of instance {} is outstanding ({} of {} records shipped): {place}",
            one.segment, one.instance, one.shipped, one.written
        );
    }
}
