//! `geonantes costs population`: inhabitants from the published communes, or from a *fiche DGF*.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use costs::exercise::{PopulationBase, PopulationKind};

use super::{fiche, files};
use crate::cli::session::{Session, Use};
use crate::cli::table::{aligned, say};
use crate::exercise::{How, Inhabitants, Populations, Settled, settle};
use crate::model::CommunePopulation;

/// Where the figures come from, and where they go.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The exercise: TOML, JSON of the same structure, XLSX or ODS of the same tables.
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,
    /// The exercise to write with the figures: .toml, .json, .xlsx or .ods.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// A list of communes and their inhabitants (CSV, XLSX, ODS), such as a fiche DGF, instead of the
    /// published communes.
    #[arg(long, value_name = "FILE")]
    fiche: Option<PathBuf>,
    /// Which columns of it are which: a file in the form of mappings/fiche-dgf.toml.
    #[arg(long, value_name = "FILE", requires = "fiche")]
    mapping: Option<PathBuf>,
    /// Census year of the figures, where their source does not say it.
    #[arg(long, value_name = "YEAR")]
    vintage: Option<i32>,
    /// Who published the figures, where their source does not say it.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Replaces figures for which the exercise names a source of their own, too.
    #[arg(long)]
    replace: bool,
    /// Writes over a file that is there.
    #[arg(long)]
    force: bool,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Writes an exercise with other figures. Exit code 1 when the exercise is not good.
///
/// # Errors
/// When a file cannot be read or written, or the database cannot be used.
pub async fn run(asked: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(mut loaded) = files::read(&asked.exercise)? else {
        return Ok(ExitCode::FAILURE);
    };
    let given = match &asked.fiche {
        Some(file) => {
            let read = fiche::read(file, asked.mapping.as_deref(), loaded.exercise.year)?;
            let vintage = asked.vintage.or(read.vintage);
            Populations {
                base: PopulationBase {
                    base: read.base,
                    vintage: vintage
                        .context("the file says no census year: give it by --vintage")?,
                    source: told(asked.source.as_ref(), read.source)
                        .context("the mapping names no source: give it by --source")?,
                },
                rows: read.rows,
            }
        }
        None => published(asked).await?,
    };
    let settled = settle(&mut loaded.exercise, &given, asked.replace);
    files::save(
        &asked.to,
        &files::written(&loaded.exercise, &asked.to)?,
        asked.force,
    )?;
    say(&match asked.json {
        true => format!(
            "{:#}\n",
            serde_json::json!({ "population": given.base, "communes": settled })
        ),
        false => table(&settled),
    });
    Ok(ExitCode::SUCCESS)
}

fn told(asked: Option<&String>, read: Option<String>) -> Option<String> {
    asked.cloned().or(read)
}

/// The figures of the published layer of communes.
async fn published(asked: &Arguments) -> anyhow::Result<Populations> {
    let session = Session::open(Use::Join).await?;
    let rows = session.store.commune_populations(&session.catalogue).await;
    session.close().await?;
    let rows = rows?;
    let first = rows
        .first()
        .context("no commune with its inhabitants is published")?;
    // Most often all are of one vintage and source; another's row says its own.
    let (vintage, source) = (first.vintage.clone(), first.source.clone());
    let year = asked
        .vintage
        .or_else(|| vintage.as_deref().and_then(year_in));
    let row = |it: &CommunePopulation| {
        let same = it.vintage == vintage && it.source == source;
        let own = [&it.source, &it.vintage].map(|part| part.clone().unwrap_or_default());
        let found = Inhabitants {
            population: it.population,
            name: Some(it.name.clone()),
            source: (!same).then(|| own.join(" ").trim().to_owned()),
        };
        let insee = it.insee.as_str().parse().map_err(anyhow::Error::msg)?;
        Ok((insee, found))
    };
    Ok(Populations {
        base: PopulationBase {
            base: PopulationKind::Municipale,
            vintage: year.context("the layer says no census year: give it by --vintage")?,
            source: told(asked.source.as_ref(), source.clone())
                .context("the layer names no source: give it by --source")?,
        },
        rows: rows
            .iter()
            .map(row)
            .collect::<anyhow::Result<BTreeMap<_, _>>>()?,
    })
}

/// The first year of four digits in a text such as « RP 2023, en vigueur en 2026 ».
fn year_in(text: &str) -> Option<i32> {
    let mut numbers = text.split(|sign: char| !sign.is_ascii_digit());
    numbers.find(|digits| digits.len() == 4)?.parse().ok()
}

fn table(settled: &[Settled]) -> String {
    let figure = |of: Option<u64>| of.map_or_else(String::new, |it| it.to_string());
    let line = |it: &Settled| {
        let how = match it.how {
            How::Taken if it.before == it.after => "the same",
            How::Taken => "taken",
            How::Kept => "kept: it has a source of its own",
            How::Missing => "NOT in the source",
        };
        [
            it.insee.to_string(),
            it.name.clone().unwrap_or_default(),
            figure(it.before),
            figure(it.after),
            how.to_owned(),
        ]
    };
    let headings = ["insee", "commune", "before", "after", ""];
    aligned(headings, settled.iter().map(line).collect())
}
