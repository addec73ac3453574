//! `geonantes ingest show VERSION --export FILE`: a version as a file, whole or not at all.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::super::session::Session;
use super::super::table::say;
use super::history;
use crate::ingest::crs;
use crate::ingest::export::{Draft, Export, Format, Part};
use crate::model::Srid;
use crate::ogr::Ogr;
use crate::store::Publication;

/// What is written, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Writes the version's features to a file: .gpkg, .geojson, .fgb, .csv or .zip (Shapefile).
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Another collection as of that version; the whole of it, unless --scope.
    #[arg(long, value_name = "COLLECTION", requires = "export")]
    collection: Option<String>,
    /// That scope of the collection.
    #[arg(long, value_name = "KEY", requires = "collection")]
    scope: Option<String>,
    /// All that was published together with the version, collection by collection.
    #[arg(long, requires = "export", conflicts_with = "collection")]
    delivery: bool,
    /// The system of the coordinates; the territory's when left out (GeoJSON: degrees).
    #[arg(long, value_name = "EPSG:n", value_parser = crs::parse, requires = "export")]
    crs: Option<Srid>,
    /// With personal fields.
    #[arg(long, requires = "export")]
    personal: bool,
    /// Replaces a file that is there.
    #[arg(long, requires = "export")]
    force: bool,
}

/// Writes the file.
///
/// # Errors
/// When the file is there already, the format cannot hold what is asked for, or there is no such
/// version; nothing is left behind then.
pub async fn run(
    session: &Session,
    version: i64,
    file: &Path,
    options: &Options,
    json: bool,
) -> anyhow::Result<()> {
    let format =
        Format::of(file).map_err(|words| anyhow::anyhow!("{}: {words}", file.display()))?;
    let there = || format!("{} is there already: --force replaces it", file.display());
    if file.exists() && !options.force {
        bail!(there());
    }
    let parts = parts(session, version, options).await?;
    let cannot = || format!("{} cannot be written", file.display());
    let draft = Draft::of(file).with_context(cannot)?;
    let ogr = Ogr::new(&session.config.file.ingest);
    let export = Export {
        store: &session.store,
        ogr: &ogr,
        format,
        crs: options.crs,
        personal: options.personal,
    };
    let written = tokio::select! {
        written = export.write(&parts, draft.path()) => written?,
        () = super::told_to_stop() => bail!("interrupted: {} is not written", file.display()),
    };
    match draft.keep(options.force) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(there()),
        kept => kept.with_context(cannot)?,
    }
    let collections: Vec<String> = parts.iter().map(|it| it.layer.id.to_string()).collect();
    if json {
        return history::print(&json!({
            "file": file, "version": version, "collections": collections, "features": written,
        }));
    }
    say(&format!(
        "{}: {written} features of {}, version {version}\n",
        file.display(),
        collections.join(", ")
    ));
    if format == Format::Shapefiles {
        eprintln!("Shapefile: names are cut to 10 characters, texts to 254 bytes.");
    }
    Ok(())
}

/// What is asked for, collection by collection.
async fn parts(session: &Session, version: i64, options: &Options) -> anyhow::Result<Vec<Part>> {
    let one = session.store.publication(version).await?;
    if let Some(id) = &options.collection {
        return Ok(vec![Part {
            layer: history::layer(session, id)?.clone(),
            states: vec![(options.scope.clone(), version)],
        }]);
    }
    let together = match options.delivery {
        true => session.store.together(one, false).await?,
        false => vec![one],
    };
    let of = |it: Publication| (it.layer.to_string(), it.scope, it.version);
    Ok(Part::gather(
        &session.catalogue,
        together.into_iter().map(of),
    ))
}
