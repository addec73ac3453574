//! `geonantes costs statement|titles|report`: what communes and the council are handed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use costs::exercise::Insee;
use costs::{Cents, Issued};

use super::files;
use crate::cli::table::{aligned, say};
use crate::exercise::{self, Beside, Computed, Settlement, Statement, Title};

/// The exercises that a document compares with.
#[derive(Debug, clap::Args)]
pub struct Compared {
    /// The previous year's exercise, to compare with.
    #[arg(long, value_name = "EXERCISE")]
    previous: Option<PathBuf>,
    /// The year's forecast: to compare with, and for a final exercise what was called in.
    #[arg(long, value_name = "EXERCISE")]
    forecast: Option<PathBuf>,
}

/// Whose statement, and where to.
#[derive(Debug, clap::Args)]
pub struct StatementArguments {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The file to write: .pdf, .html or .json.
    #[arg(
        value_name = "TO",
        required_unless_present = "all",
        conflicts_with = "all",
        requires = "commune"
    )]
    to: Option<PathBuf>,
    /// INSEE code of the commune.
    #[arg(
        long,
        value_name = "INSEE",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    commune: Option<Insee>,
    /// A folder for the statements of every commune, as PDF and as HTML.
    #[arg(long, value_name = "FOLDER")]
    all: Option<PathBuf>,
    #[command(flatten)]
    beside: Compared,
    /// Writes over files that are there.
    #[arg(long)]
    force: bool,
}

/// Which year, and where to.
#[derive(Debug, clap::Args)]
pub struct ReportArguments {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The file to write: .pdf, .html or .json.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// The previous year's exercise, to compare with.
    #[arg(long, value_name = "EXERCISE")]
    previous: Option<PathBuf>,
    /// Writes over a file that is there.
    #[arg(long)]
    force: bool,
}

/// Which titles.
#[derive(Debug, clap::Args)]
pub struct TitlesArguments {
    /// The exercise whose titles are listed: TOML, JSON of the same structure, XLSX or ODS.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The final exercise: lists what it leaves once the titles of EXERCISE have been issued.
    #[arg(long = "final", value_name = "EXERCISE")]
    closed: Option<PathBuf>,
    /// The titles that were really issued: a CSV with the columns insee, service and amount.
    #[arg(long, value_name = "FILE", requires = "closed")]
    issued: Option<PathBuf>,
    /// One JSON document, amounts in cents.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV (RFC 4180), amounts in euros.
    #[arg(long)]
    csv: bool,
}

/// Writes statements. Exit code 1 when an exercise is not good.
///
/// # Errors
/// When a file cannot be read or written, or the exercise does not know the commune.
pub fn statement(asked: &StatementArguments) -> anyhow::Result<ExitCode> {
    let (Some(computed), Some(previous), Some(forecast)) = (
        files::compute(&asked.exercise)?,
        maybe(asked.beside.previous.as_deref())?,
        maybe(asked.beside.forecast.as_deref())?,
    ) else {
        return Ok(ExitCode::FAILURE);
    };
    let beside = Beside {
        previous: previous.as_ref(),
        forecast: forecast.as_ref(),
    };
    if let (Some(insee), Some(to)) = (asked.commune, &asked.to) {
        let made = exercise::statement(&computed, insee, beside)?;
        files::save(to, &written(&made, to)?, asked.force)?;
    }
    if let Some(folder) = &asked.all {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        let sums = costs::summary(&computed.checked, &computed.outcome)?;
        for row in &sums.communes {
            let made = exercise::statement(&computed, row.insee, beside)?;
            for ending in ["pdf", "html"] {
                let to = folder.join(format!("{}-{}.{ending}", made.year, row.insee));
                files::save(&to, &written(&made, &to)?, asked.force)?;
            }
        }
        say(&format!(
            "{} statements in {}\n",
            sums.communes.len(),
            folder.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the communication to the council. Exit code 1 when an exercise is not good.
///
/// # Errors
/// When a file cannot be read or written.
pub fn report(asked: &ReportArguments) -> anyhow::Result<ExitCode> {
    let (Some(computed), Some(previous)) = (
        files::compute(&asked.exercise)?,
        maybe(asked.previous.as_deref())?,
    ) else {
        return Ok(ExitCode::FAILURE);
    };
    let yearly = exercise::yearly(&computed, previous.as_ref())?;
    let bytes = match ending(&asked.to).as_deref() {
        Some("pdf") => exercise::yearly_pdf(&yearly)?,
        Some("html") => exercise::yearly_page(&yearly)?.into_bytes(),
        Some("json") => pretty(&yearly)?,
        _ => bail!(
            "{}: a report is a .pdf, .html or .json file",
            asked.to.display()
        ),
    };
    files::save(&asked.to, &bytes, asked.force)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists titles, or what the final exercise leaves. Exit code 1 when an exercise is not good.
///
/// # Errors
/// When a file cannot be read.
pub fn titles(asked: &TitlesArguments) -> anyhow::Result<ExitCode> {
    let (Some(computed), Some(closed)) = (
        files::compute(&asked.exercise)?,
        maybe(asked.closed.as_deref())?,
    ) else {
        return Ok(ExitCode::FAILURE);
    };
    let told = if let Some(closed) = closed {
        let issued = match &asked.issued {
            Some(file) => issued(file)?,
            None => exercise::issued(&computed),
        };
        let rows = exercise::settlements(&closed, &issued);
        match (asked.json, asked.csv) {
            (true, _) => String::from_utf8(pretty(&rows)?)?,
            (_, true) => exercise::settlements_csv(&rows)?,
            _ => settlements_table(&rows),
        }
    } else {
        let rows = exercise::titles(&computed);
        match (asked.json, asked.csv) {
            (true, _) => String::from_utf8(pretty(&rows)?)?,
            (_, true) => exercise::titles_csv(&rows)?,
            _ => titles_table(&rows),
        }
    };
    say(&told);
    Ok(ExitCode::SUCCESS)
}

/// An exercise that may be asked for: none when it is wrong, nothing inside when it is not asked for.
fn maybe(file: Option<&Path>) -> anyhow::Result<Option<Option<Computed>>> {
    match file {
        None => Ok(Some(None)),
        Some(file) => Ok(files::compute(file)?.map(Some)),
    }
}

fn written(statement: &Statement, to: &Path) -> anyhow::Result<Vec<u8>> {
    Ok(match ending(to).as_deref() {
        Some("pdf") => exercise::statement_pdf(statement)?,
        Some("html") => exercise::statement_page(statement)?.into_bytes(),
        Some("json") => pretty(statement)?,
        _ => bail!(
            "{}: a statement is a .pdf, .html or .json file",
            to.display()
        ),
    })
}

fn pretty(it: &impl serde::Serialize) -> anyhow::Result<Vec<u8>> {
    Ok(format!("{:#}\n", serde_json::to_value(it)?).into_bytes())
}

fn ending(file: &Path) -> Option<String> {
    let ending = file.extension()?.to_ascii_lowercase();
    Some(ending.to_string_lossy().into_owned())
}

/// The titles that a CSV lists: columns `insee`, `service` and `amount`, whatever else it has.
fn issued(file: &Path) -> anyhow::Result<Vec<Issued>> {
    #[derive(serde::Deserialize)]
    struct Row {
        insee: String,
        service: String,
        amount: String,
    }
    let mut reader = csv::Reader::from_path(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let mut issued = Vec::new();
    for (row, read) in reader.deserialize::<Row>().enumerate() {
        let place = || format!("{}, row {}", file.display(), row + 2);
        let read = read.with_context(place)?;
        let amount: costs::Exact = read
            .amount
            .parse()
            .map_err(anyhow::Error::msg)
            .with_context(place)?;
        issued.push(Issued {
            service: read.service,
            insee: read
                .insee
                .parse()
                .map_err(anyhow::Error::msg)
                .with_context(place)?,
            cents: Cents::of_euros(&amount.big()).with_context(place)?,
        });
    }
    Ok(issued)
}

fn titles_table(rows: &[Title]) -> String {
    let line = |row: &Title| {
        [
            row.due.to_string(),
            row.insee.to_string(),
            row.name.clone().unwrap_or_default(),
            row.service.clone(),
            format!("{}/{}", row.instalment, row.of),
            exercise::recovery_code(row.recovery).to_owned(),
            row.cents.to_string(),
        ]
    };
    let headings = [
        "due", "insee", "commune", "service", "part", "recovery", "amount",
    ];
    aligned(headings, rows.iter().map(line).collect())
}

fn settlements_table(rows: &[Settlement]) -> String {
    let line = |row: &Settlement| {
        [
            row.insee.to_string(),
            row.name.clone().unwrap_or_default(),
            row.service.clone(),
            row.share.to_string(),
            row.issued.to_string(),
            row.cents.to_string(),
        ]
    };
    let headings = ["insee", "commune", "service", "share", "issued", "left"];
    aligned(headings, rows.iter().map(line).collect())
}
