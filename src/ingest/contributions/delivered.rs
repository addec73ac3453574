//! What a contribution published, as a GeoPackage: each collection as it was then.

use std::fs::File;

use super::work::Folder;
use crate::app::App;
use crate::catalogue::{Layer, Scope};
use crate::ingest::IngestError;
use crate::ingest::export::{Export, Format, Part};
use crate::model::ContributedVersion;
use crate::ogr::Ogr;

/// Whether versions of a layer are handed over with a contribution: what is restricted is read at
/// its collection alone, which judges each row; rows that merge are those of all communes.
fn handed_over(layer: &Layer) -> bool {
    !layer.is_restricted() && layer.scope != Scope::Fusion
}

/// The file, without a name any more, with the public fields of all that was published; none when
/// nothing of it is handed over.
///
/// # Errors
/// When the file cannot be written.
pub async fn delivered(
    app: &App,
    versions: &[ContributedVersion],
) -> Result<Option<File>, IngestError> {
    let of = |it: &ContributedVersion| (it.collection.clone(), it.scope.clone(), it.version);
    let mut parts = Part::gather(&app.catalogue, versions.iter().map(of));
    parts.retain(|part| handed_over(&part.layer));
    if parts.is_empty() {
        return Ok(None);
    }
    let failed = |cause| IngestError::Io {
        what: "the GeoPackage of what was published".to_owned(),
        cause,
    };
    let folder = Folder::new(&app.config.home).map_err(failed)?;
    let path = folder.path().join("depot.gpkg");
    let export = Export {
        store: &app.store,
        ogr: &Ogr::new(&app.config.file.ingest),
        format: Format::GeoPackage,
        crs: None,
        personal: false,
    };
    export.write(&parts, &path).await?;
    File::open(&path).map(Some).map_err(failed)
}
