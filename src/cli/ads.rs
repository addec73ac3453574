//! `geonantes ads parse|deadline`: references and deadlines, for people and for programs.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::session::{Session, Use};
use crate::ads::deadline::{self, Deadline, Fault, File};
use crate::ads::reference::{self, Context, Outcome, Places};
use crate::catalogue::Territory;
use crate::config::Config;
use crate::demo::Sources;
use crate::model::{CommuneNames, Insee};

/// Largest file of events read: one has a few hundred bytes.
const MOST_BYTES: u64 = 1 << 20;

/// What to work out.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Reads a cadastral reference or the number of a file, however it is written. Exit code 3
    /// when it can be read in several ways.
    Parse {
        /// What an instructor types.
        text: String,
        /// INSEE code of the commune of references that name none.
        #[arg(long)]
        commune: Option<Insee>,
        /// One JSON document instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Computes the limit of a file from its events.
    Deadline {
        /// JSON `{"type": "PC", "events": [["2026-03-10", "deposit"], …]}`; `-` reads standard input.
        file: PathBuf,
        /// One JSON document instead of text.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Parse {
            text,
            commune,
            json,
        } => parse_reference(&text, commune.as_ref(), json).await,
        Command::Deadline { file, json } => deadline(&file, json),
    }
}

/// Exit code of a question that must be answered first.
const ASKED: u8 = 3;

/// Reads a reference. Names of communes are looked for only when they can change the outcome.
async fn parse_reference(
    text: &str,
    commune: Option<&Insee>,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let none = Places::default();
    let context = Context {
        commune,
        places: &none,
    };
    let (mut outcome, unnamed) = reference::read(text, &context);
    if unnamed {
        let places = places().await;
        let context = Context {
            commune,
            places: &places,
        };
        outcome = reference::parse(text, &context);
    }
    let (value, told, code) = match outcome {
        Outcome::Parcels(parcels) => {
            let lines: Vec<&str> = parcels.iter().map(|idu| idu.as_str()).collect();
            (json!({ "parcels": parcels }), lines.join("\n"), 0)
        }
        Outcome::File(number) => {
            let mut value = json!({ "file": number });
            if let Some(nature) = number.nature {
                value["nature"] = json!(nature);
            }
            (value, number.to_string(), 0)
        }
        Outcome::Candidates(list) => {
            let lines: Vec<&str> = list.iter().map(|one| one.label.as_str()).collect();
            (json!({ "candidates": list }), lines.join("\n"), ASKED)
        }
        Outcome::Wrong(fault) => {
            if !json {
                eprintln!("{fault}");
                return Ok(ExitCode::FAILURE);
            }
            (json!({ "error": fault }), String::new(), 1)
        }
    };
    if json {
        say(&format!("{value:#}\n"));
    } else {
        say(&format!("{told}\n"));
    }
    Ok(ExitCode::from(code))
}

/// The communes by name: from the published layer when a database is there to be joined, else
/// from the sources of the demonstration when they are; else none.
async fn places() -> Places {
    let mut places = Places::default();
    let mut found = Vec::new();
    match published().await {
        Ok(names) => found = names,
        Err(error) => tracing::debug!("no published communes: {error:#}"),
    }
    if found.is_empty() {
        match from_sources() {
            Ok(names) => found = names,
            Err(error) => tracing::debug!("no sources of communes: {error:#}"),
        }
    }
    for commune in &found {
        places.add(
            commune.insee.clone(),
            &commune.name,
            commune.aliases.iter().map(String::as_str),
            commune.postcodes.iter().map(String::as_str),
        );
    }
    places
}

/// A private cluster is joined, never made, for a name.
async fn published() -> anyhow::Result<Vec<CommuneNames>> {
    let config = Config::load()?;
    anyhow::ensure!(
        config.database.is_some() || config.home.join("pg").exists(),
        "there is no database yet"
    );
    let session = Session::open_as_is(Use::Join).await?;
    let names = session.store.commune_names(&session.catalogue).await;
    session.close().await?;
    Ok(names?)
}

fn from_sources() -> anyhow::Result<Vec<CommuneNames>> {
    let config = Config::load()?;
    let territory = Territory::read(&config.layers).map_err(anyhow::Error::msg)?;
    Ok(Sources::names(&config.sources, &territory)?)
}

fn deadline(path: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let computed = read(path)
        .and_then(|text| parse(&text))
        .and_then(|file| deadline::compute(&file));
    match computed {
        Ok(found) if json => say(&format!("{:#}\n", serde_json::to_value(&found)?)),
        Ok(found) => say(&told(&found)),
        Err(fault) => {
            if json {
                say(&format!("{:#}\n", json!({ "error": fault })));
            } else {
                eprintln!("{fault}");
            }
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a file, without the mark of byte order that some editors begin with.
fn read(path: &Path) -> Result<String, Fault> {
    let wrong = |message: String| Fault {
        part: path.display().to_string(),
        message,
    };
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        let file = std::fs::File::open(path);
        Box::new(file.map_err(|error| wrong(format!("ce fichier ne s’ouvre pas ({error})")))?)
    };
    reader
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| wrong(format!("ce fichier ne se lit pas ({error})")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(wrong(format!("ce fichier dépasse {MOST_BYTES} octets")));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong("ce fichier n’est pas du texte en UTF-8".to_owned()))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn parse(text: &str) -> Result<File, Fault> {
    let value: Value = serde_json::from_str(text).map_err(|error| Fault {
        part: format!("ligne {}, colonne {}", error.line(), error.column()),
        message: if text.trim().is_empty() {
            "le fichier est vide : {\"type\": …, \"events\": […]} est attendu".to_owned()
        } else if error.is_eof() {
            "le fichier s’arrête avant la fin du JSON".to_owned()
        } else {
            "ce n’est pas du JSON : vérifiez guillemets, virgules et crochets".to_owned()
        },
    })?;
    File::from_json(&value)
}

/// The deadline in sentences, as an instructor reads them.
fn told(found: &Deadline) -> String {
    let day = |day: chrono::NaiveDate| day.format("%d/%m/%Y");
    let mut text = match found.start {
        Some(start) => format!("Départ du délai : {}\n", day(start)),
        None => "Départ du délai : aucun, des pièces manquent\n".to_owned(),
    };
    text.push_str(&format!(
        "Date limite (indicative) : {}\n",
        day(found.limit)
    ));
    text.push_str(&format!("Sans décision : {}\n", found.silence.title()));
    for step in &found.reasoning {
        text.push_str(&format!("  {} : {}\n", step.article, step.text));
    }
    for warning in &found.warnings {
        text.push_str(&format!("  Attention : {warning}\n"));
    }
    text
}

/// Writes on standard output; a reader that left is no error.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
