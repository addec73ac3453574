//! Exercises in files: TOML, JSON, XLSX, ODS.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, bail};
use costs::exercise::Exercise;
use costs::sheets::Places;
use costs::{Checked, Finding};

use crate::encode::sheets::Format;
use crate::exercise::Computed;

/// An exercise that was read, and where findings about it are.
pub struct Loaded {
    /// What the file says.
    pub exercise: Exercise,
    /// Where its tables stand in a spreadsheet; nothing of a text.
    places: Places,
}

impl Loaded {
    /// A finding about the exercise, where it is in the file.
    pub fn locate(&self, finding: Finding) -> Finding {
        self.places.locate(finding)
    }
}

/// Reads an exercise, by its file's ending. None when it is wrong, which standard error then tells.
///
/// # Errors
/// When the file cannot be read.
pub fn read(file: &Path) -> anyhow::Result<Option<Loaded>> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    if let Some(format) = Format::of(file) {
        let sheets = format
            .read(&bytes)
            .with_context(|| file.display().to_string())?;
        return Ok(match costs::sheets::from_sheets(&sheets) {
            Ok(read) => Some(Loaded {
                exercise: read.exercise,
                places: read.places,
            }),
            Err(findings) => refused(file, &findings),
        });
    }
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    let text = || {
        String::from_utf8(bytes).with_context(|| format!("{} is no text in UTF-8", file.display()))
    };
    let read = match ending.to_str() {
        Some("toml") => costs::from_toml(&text()?),
        Some("json") => costs::from_json(&text()?),
        _ => bail!(
            "{}: an exercise is a .toml, .json, .xlsx or .ods file",
            file.display()
        ),
    };
    Ok(match read {
        Ok(exercise) => Some(Loaded {
            exercise,
            places: Places::default(),
        }),
        Err(finding) => refused(file, &[finding]),
    })
}

/// Reads, checks and computes an exercise. None when it is wrong; warnings and errors are told on
/// standard error.
///
/// # Errors
/// When the file cannot be read.
pub fn compute(file: &Path) -> anyhow::Result<Option<Computed>> {
    let Some(loaded) = read(file)? else {
        return Ok(None);
    };
    let locate = |finding: Finding| loaded.places.locate(finding);
    let (computed, warnings) = match Computed::of(loaded.exercise) {
        Ok(good) => good,
        Err(findings) => {
            let findings: Vec<Finding> = findings.into_iter().map(locate).collect();
            return Ok(refused(file, &findings));
        }
    };
    for warning in warnings.into_iter().map(locate) {
        eprintln!("{}: warning: {warning}", file.display());
    }
    Ok(Some(computed))
}

/// Tells what is wrong on standard error.
pub fn tell(file: &Path, findings: &[Finding]) {
    for finding in findings {
        eprintln!("{}: {finding}", file.display());
    }
}

fn refused<T>(file: &Path, findings: &[Finding]) -> Option<T> {
    tell(file, findings);
    None
}

/// The bytes of an exercise in the format of a file's name.
///
/// # Errors
/// When the name says no format, or the format cannot hold the exercise.
pub fn written(exercise: &Exercise, file: &Path) -> anyhow::Result<Vec<u8>> {
    if let Some(format) = Format::of(file) {
        return Ok(format.write(&costs::sheets::to_sheets(exercise)?)?);
    }
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    Ok(match ending.to_str() {
        Some("toml") => toml::to_string_pretty(exercise)?.into_bytes(),
        Some("json") => format!("{:#}\n", serde_json::to_value(exercise)?).into_bytes(),
        _ => bail!(
            "{}: an exercise is written as .toml, .json, .xlsx or .ods",
            file.display()
        ),
    })
}

/// The bytes of the results' workbook.
///
/// # Errors
/// When the file's name is not an .xlsx's, whose formulas these are.
pub fn workbook(checked: &Checked, file: &Path) -> anyhow::Result<Vec<u8>> {
    match Format::of(file) {
        Some(Format::Xlsx) => Ok(Format::Xlsx.write(&costs::workbook(checked)?)?),
        _ => bail!("{}: the workbook is an .xlsx file", file.display()),
    }
}

/// Writes a new file; one that is there is kept, unless told otherwise.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn save(file: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).truncate(force);
    if force {
        options.create(true);
    } else {
        options.create_new(true);
    }
    let mut opened = options.open(file).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow::anyhow!(
            "{} is there already: give another name, or --force to write over it",
            file.display()
        ),
        _ => anyhow::Error::new(error).context(format!("{} cannot be written", file.display())),
    })?;
    opened
        .write_all(bytes)
        .with_context(|| format!("{} cannot be written", file.display()))
}
