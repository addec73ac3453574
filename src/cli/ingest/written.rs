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
    let known = ["html", "json", "gpkg"];
    if !extension(path).is_some_and(|own| known.contains(&&*own)) {
        bail!(
            "--report {}: a report is .html, .gpkg or .json",
            path.display()
        );
    }
    let is_new = !path.exists();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.with_context(|| format!("{} cannot be written", path.display()))?;
    if is_new {
        std::fs::remove_file(path)
            .with_context(|| format!("{} cannot be replaced", path.display()))?;
    }
    Ok(())
}

fn extension(path: &Path) -> Option<String> {
    let extension = path.extension()?;
    Some(extension.to_string_lossy().to_lowercase())
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
    let text = match extension(path).as_deref() {
        Some("html") => page(session, title, reports).await?,
        Some("json") => report::json(reports)?,
        Some("gpkg") => return package(session, path, reports).await,
        _ => return check(path),
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
