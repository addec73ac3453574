//! What a contribution published, as a GeoPackage: each collection as it was then.

use std::fs::File;

use super::work::Folder;
use crate::app::App;
use crate::catalogue::Catalogue;
use crate::ingest::IngestError;
use crate::ingest::export::{Export, Format, Part};
use crate::model::ContributedVersion;
use crate::ogr::Ogr;

/// Whether [`delivered`] hands over any of these versions.
pub fn is_handed_over(catalogue: &Catalogue, versions: &[ContributedVersion]) -> bool {
    let layer = |it: &ContributedVersion| catalogue.get(&it.collection);
    let mut layers = versions.iter().filter_map(layer);
    layers.any(|layer| layer.is_handed_over())
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
    parts.retain(|part| part.layer.is_handed_over());
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
