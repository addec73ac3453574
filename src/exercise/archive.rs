//! The archival package of a sealed exercise: a ZIP of its files and of a `manifest.xml` that names and
//! sums them, an *ArchiveTransfer* of SEDA 2.2 (NF Z44-022), for the electronic archiving service.

use std::io::{Cursor, Write as _};

use anyhow::{Context as _, ensure};
use askama::Template as _;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{
    Beside, Computed, matrix, opened, sha256, statement, statement_pdf, titles, titles_csv, verify,
    yearly, yearly_pdf,
};

/// Who transfers to whom, as their archives know them.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// The service that transfers: its identifier.
    pub transferring: &'a str,
    /// The archives.
    pub archival: &'a str,
    /// The agreement that they transfer under.
    pub agreement: Option<&'a str>,
}

/// A file of the package.
struct Kept {
    name: String,
    kind: &'static str,
    title: String,
    bytes: Vec<u8>,
    sha256: String,
}

#[derive(askama::Template)]
#[template(path = "costs/manifest.xml")]
struct Manifest<'a> {
    title: &'a str,
    at: &'a str,
    identifier: String,
    parties: Parties<'a>,
    files: &'a [Kept],
    year: i32,
    sealed_at: &'a str,
    sealed_by: &'a str,
    sum: &'a str,
}

/// The package of a sealed exercise: the sealed document, the matrix, the titles, the report to the
/// council, a statement for each commune. The same document makes the same bytes.
///
/// # Errors
/// When the document is no sealed exercise, or is not as it was sealed.
pub fn archive(text: &str, parties: Parties<'_>) -> anyhow::Result<Vec<u8>> {
    let verdict = verify(text)?;
    ensure!(
        verdict.is_good(),
        "the document is not as it was sealed: « geonantes costs verify » tells what has changed"
    );
    let document: Value = serde_json::from_str(text)?;
    let computed = opened(text)?;
    let exercise = computed.exercise();
    let files = files(text, &computed)?;
    let title = match &exercise.title {
        Some(title) => title.clone(),
        None => format!("Exercice {} des services communs", exercise.year),
    };
    let word = |name: &str| document["sealed"][name].as_str().unwrap_or_default();
    let manifest = Manifest {
        title: &title,
        at: word("at"),
        identifier: format!("geonantes-couts-{}-{}", exercise.year, &verdict.sum[..12]),
        parties,
        files: &files,
        year: exercise.year,
        sealed_at: word("at"),
        sealed_by: word("by"),
        sum: &verdict.sum,
    };
    let manifest = manifest
        .render()
        .context("the manifest cannot be written")?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("manifest.xml", options)?;
    zip.write_all(manifest.as_bytes())?;
    for file in &files {
        zip.start_file(format!("content/{}", file.name), options)?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn files(text: &str, computed: &Computed) -> anyhow::Result<Vec<Kept>> {
    let year = computed.exercise().year;
    let mut files = Vec::new();
    let mut keep = |name: String, kind, title: String, bytes: Vec<u8>| {
        let sha256 = sha256(&bytes);
        files.push(Kept {
            name,
            kind,
            title,
            bytes,
            sha256,
        });
    };
    keep(
        format!("exercice-{year}.json"),
        "application/json",
        "Exercice scellé : données, calcul et somme".to_owned(),
        text.as_bytes().to_vec(),
    );
    keep(
        format!("matrice-{year}.csv"),
        "text/csv",
        "Parts des communes et de la métropole, par service".to_owned(),
        matrix::matrix_csv(computed)?.into_bytes(),
    );
    keep(
        format!("titres-{year}.csv"),
        "text/csv",
        "Titres et leur calendrier".to_owned(),
        titles_csv(&titles(computed))?.into_bytes(),
    );
    keep(
        format!("rapport-{year}.pdf"),
        "application/pdf",
        "Communication au conseil métropolitain".to_owned(),
        yearly_pdf(&yearly(computed, None)?)?,
    );
    for commune in &computed.exercise().communes {
        let made = statement(computed, commune.insee, Beside::default())?;
        keep(
            format!("etat-{year}-{}.pdf", commune.insee),
            "application/pdf",
            made.heading(),
            statement_pdf(&made)?,
        );
    }
    Ok(files)
}
