//! `--report FILE`: the report as a page that stands alone, as a GeoPackage of the faults, or as
//! JSON, by the file's extension.

use std::path::Path;

use anyhow::{Context as _, bail};
use chrono::Utc;

use super::super::session::Session;
use super::report;
use crate::encode::html::contributions::{self as html, Reported};
use crate::ingest::contributions::{places, write_faults};
use crate::model::OutcomeReport;
use crate::ogr::Ogr;

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
    let extension = path
        .extension()
        .map(|it| it.to_string_lossy().to_lowercase());
    let text = match extension.as_deref() {
        Some("html") => page(session, title, reports).await?,
        Some("json") => report::json(reports)?,
        Some("gpkg") => return package(session, path, reports).await,
        _ => bail!(
            "--report {}: a report is .html, .gpkg or .json",
            path.display()
        ),
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
