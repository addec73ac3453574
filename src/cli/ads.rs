//! `geonantes ads deadline`: what the rooms of land use say, for people and for programs.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::ads::deadline::{self, Deadline, Fault, File};

/// Largest file of events read: one has a few hundred bytes.
const MOST_BYTES: u64 = 1 << 20;

/// What to work out.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
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
        Command::Deadline { file, json } => deadline(&file, json),
    }
}

fn deadline(path: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let text = read(path)?;
    let computed = parse(&text).and_then(|file| deadline::compute(&file));
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

fn read(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| format!("{name} cannot be opened"))?)
    };
    let mut text = String::new();
    reader
        .take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .with_context(|| format!("{name} cannot be read as text"))?;
    anyhow::ensure!(
        text.len() as u64 <= MOST_BYTES,
        "{name} is larger than {MOST_BYTES} bytes"
    );
    Ok(text)
}

fn parse(text: &str) -> Result<File, Fault> {
    let value: Value = serde_json::from_str(text).map_err(|error| Fault {
        part: format!("ligne {}, colonne {}", error.line(), error.column()),
        message: format!("ce n’est pas du JSON : {error}"),
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
