//! `geonantes usage report`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;

use crate::cli::session::{Session, Use};
use crate::encode::report::{self, Names};
use crate::model::{Booked, By, Period, UsageQuery};

/// What to report.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// First day (YYYY-MM-DD), in the territory's time zone.
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
    /// Last day, included.
    #[arg(long, value_name = "DATE")]
    to: NaiveDate,
    /// Whose use: a commune's INSEE code, `metropolis` or `public` [default: everybody's].
    #[arg(long, value_name = "INSEE|metropolis|public")]
    commune: Option<Booked>,
    /// What each line stands for: layer, day, month, operation, client, key, service or commune.
    #[arg(long, value_name = "WHAT")]
    by: By,
    /// What each line is told apart by once more (not keys).
    #[arg(long, value_name = "WHAT")]
    split: Option<By>,
    /// How to write it.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// File to write [default: the standard output].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Aligned columns and a total.
    Table,
    /// RFC 4180.
    Csv,
    /// One JSON document.
    Json,
    /// A spreadsheet.
    Xlsx,
}

/// Runs the command.
///
/// # Errors
/// When the period is none, the database cannot be used or the file cannot be written.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let query = UsageQuery {
        period: Period::new(arguments.from, arguments.to).map_err(anyhow::Error::msg)?,
        accounts: arguments.commune.clone().map(|account| vec![account]),
        by: arguments.by,
        split: arguments.split,
    };
    let query = query.checked().map_err(anyhow::Error::msg)?;
    let format = if arguments.json {
        Format::Json
    } else {
        arguments.format
    };
    let to_terminal = arguments.output.is_none() && std::io::stdout().is_terminal();
    if format == Format::Xlsx && to_terminal {
        bail!("a spreadsheet is no text for a terminal: name a file with --output FILE");
    }
    let session = Session::open(Use::Join).await?;
    let written = document(&session, &query, format).await;
    session.close().await?;
    let document = written?;
    match &arguments.output {
        None => {
            // A reader that left (`| head`) is no error.
            let _ = std::io::stdout().write_all(&document);
        }
        Some(path) => std::fs::write(path, &document)
            .with_context(|| format!("{} cannot be written", path.display()))?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn document(
    session: &Session,
    query: &UsageQuery,
    format: Format,
) -> anyhow::Result<Vec<u8>> {
    let lines = session.store.usage(query).await?;
    Ok(match format {
        Format::Table => report::table(&lines, query).into_bytes(),
        Format::Csv => report::csv(&lines, query)?,
        Format::Json => report::json(&lines).into_bytes(),
        Format::Xlsx => {
            let communes = session.store.communes(&session.catalogue).await?;
            let names = Names {
                catalogue: &session.catalogue,
                territory: &session.territory,
                communes: &communes,
            };
            let title = match query.accounts.as_deref() {
                Some([one]) => format!("Usage – {}", names.of(one.as_str(), By::Commune)),
                _ => format!("Usage – {}", session.territory.title),
            };
            report::sheet(&lines, query, &title, names)?
        }
    })
}
