//! `--report FILE`: the report as a page that stands alone, as a GeoPackage of the faults, or as
//! JSON, by the file's extension.

use std::fs::OpenOptions;
use std::path::Path;

use anyhow::{Context as _, bail};
use chrono::Utc;

use super::super::session::Session;
use super::report;
use crate::encode::html::contributions::{self as html, Reported};
use crate::ingest::contributions::{places, write_faults};
use crate::model::OutcomeReport;
use crate::ogr::Ogr;

/// Checks that a report can be written there, before anything is published.
///
/// # Errors
/// When the extension is of no such file, or nothing can be written there.
pub fn check(path: &Path) -> anyhow::Result<()> {
    form(path)?;
    let is_new = !path.exists();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.with_context(|| format!("{} cannot be written", path.display()))?;
    if is_new {
        std::fs::remove_file(path)
            .with_context(|| format!("{} cannot be replaced", path.display()))?;
    }
    Ok(())
}

/// What a report is written as.
enum Form {
    Page,
    Json,
    Package,
}

fn form(path: &Path) -> anyhow::Result<Form> {
    let extension = path
        .extension()
        .map(|it| it.to_string_lossy().to_lowercase());
    Ok(match extension.as_deref() {
        Some("html") => Form::Page,
        Some("json") => Form::Json,
        Some("gpkg") => Form::Package,
        _ => bail!(
            "--report {}: a report is .html, .gpkg or .json",
            path.display()
        ),
    })
}

/// Writes the report of a delivery; `title` says of what.
///
/// # Errors
/// When the extension is of no such file, or the file cannot be written.
pub async fn write(
    session: &Session,
    path: &Path,
    title: &str,
    reports: &[OutcomeReport],
) -> anyhow::Result<()> {
    let text = match form(path)? {
        Form::Page => page(session, title, reports).await?,
        Form::Json => report::json(reports)?,
        Form::Package => return package(session, path, reports).await,
    };
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

async fn page(session: &Session, title: &str, reports: &[OutcomeReport]) -> anyhow::Result<String> {
    let store = &session.store;
    let places = places(store, reports).await?;
    let from = Reported {
        catalogue: &session.catalogue,
        communes: &store.communes(&session.catalogue).await?,
        outcomes: reports,
        places: &places,
        zone: session.territory.timezone,
    };
    Ok(html::report(from, title, Utc::now())?)
}

async fn package(session: &Session, path: &Path, reports: &[OutcomeReport]) -> anyhow::Result<()> {
    if path.exists() {
        std::fs::remove_file(path)
            .with_context(|| format!("{} cannot be replaced", path.display()))?;
    }
    let ogr = Ogr::new(&session.config.file.ingest);
    write_faults(&ogr, path, session.store.srid(), reports)
        .await
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(())
}
