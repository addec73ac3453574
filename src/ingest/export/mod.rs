//! Any version as a file: of a scope, of a whole collection, or of all that was published together.

mod draft;
mod plain;
mod tables;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use draft::Draft;

use super::IngestError;
use crate::catalogue::{Catalogue, Layer, View};
use crate::ingest::crs::WGS84;
use crate::model::{Crs, MERCATOR, Reading, Rows, Srid};
use crate::ogr::Ogr;
use crate::store::{AsOf, PastRows, Row, Store};

/// Rows read at once.
const BATCH: i64 = 1_000;

/// A format of files, chosen by the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.gpkg`: several collections, numbers of features and French titles.
    GeoPackage,
    /// `.zip`: Shapefiles, with what dBase cuts off.
    Shapefiles,
    /// `.geojson`: in degrees, as RFC 7946 has it.
    GeoJson,
    /// `.fgb`: indexed.
    FlatGeobuf,
    /// `.csv`: geometries as WKT.
    Csv,
}

impl Format {
    /// The format that a file's extension names.
    ///
    /// # Errors
    /// What there is.
    pub fn of(path: &Path) -> Result<Self, String> {
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("");
        match extension.to_lowercase().as_str() {
            "gpkg" => Ok(Self::GeoPackage),
            "zip" => Ok(Self::Shapefiles),
            "geojson" | "json" => Ok(Self::GeoJson),
            "fgb" => Ok(Self::FlatGeobuf),
            "csv" => Ok(Self::Csv),
            _ => Err(
                "a version is written as .gpkg, .geojson, .fgb, .csv, or .zip (Shapefile)"
                    .to_owned(),
            ),
        }
    }

    fn takes_several(self) -> bool {
        matches!(self, Self::GeoPackage | Self::Shapefiles)
    }
}

/// States of one collection that make one layer of the file.
#[derive(Clone)]
pub struct Part {
    /// The collection.
    pub layer: Arc<Layer>,
    /// Scopes, each as of a version; no scope is the whole collection.
    pub states: Vec<(Option<String>, i64)>,
}

impl Part {
    /// Publications (collection, scope, version) by collection, in the order of the catalogue.
    /// What the catalogue no longer has is left out.
    pub fn gather(
        catalogue: &Catalogue,
        publications: impl IntoIterator<Item = (String, String, i64)>,
    ) -> Vec<Self> {
        let mut all: Vec<_> = publications.into_iter().collect();
        all.sort();
        let part = |layer: &Arc<Layer>| {
            let own = all.iter().filter(|(id, ..)| id == layer.id.as_str());
            let states: Vec<_> = own
                .map(|(_, scope, version)| (Some(scope.clone()), *version))
                .collect();
            (!states.is_empty()).then(|| Self {
                layer: layer.clone(),
                states,
            })
        };
        catalogue.layers().iter().filter_map(part).collect()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.layer.id, self.states)
    }
}

/// How versions are written.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// Where they are read.
    pub store: &'a Store,
    /// Writes what GDAL writes.
    pub ogr: &'a Ogr,
    /// What they become.
    pub format: Format,
    /// The system of the coordinates; that of the storage when absent.
    pub crs: Option<Srid>,
    /// Whether with personal fields.
    pub personal: bool,
}

impl Export<'_> {
    /// Writes a new file; how many features it has.
    ///
    /// # Errors
    /// [`IngestError::Usage`] for what the format cannot hold; when the database does not answer,
    /// or the disk refuses.
    pub async fn write(&self, parts: &[Part], path: &Path) -> Result<u64, IngestError> {
        let srid = self.system().await?;
        if self.format.takes_several() {
            return tables::write(self, parts, srid, path).await;
        }
        let [part] = parts else {
            let names: Vec<String> = parts.iter().map(|it| it.layer.id.to_string()).collect();
            return Err(IngestError::Usage(format!(
                "one file of this format holds one collection, and these are {}: write .gpkg or \
                 .zip, or choose one with --collection",
                names.join(", ")
            )));
        };
        plain::write(self, part, srid, path).await
    }

    /// The system of the coordinates, if the format can hold it.
    async fn system(&self) -> Result<Srid, IngestError> {
        let usage = |words: String| Err(IngestError::Usage(words));
        let srid = self.crs.unwrap_or(match self.format {
            Format::GeoJson => WGS84,
            _ => self.store.srid(),
        });
        if self.format == Format::GeoJson && srid != WGS84 {
            return usage(format!(
                "GeoJSON is in longitudes and latitudes (RFC 7946): write .gpkg or .fgb for \
                 EPSG:{}",
                srid.0
            ));
        }
        match self.store.is_projected(srid).await? {
            None => usage(format!("EPSG:{} is no system that PostGIS knows", srid.0)),
            Some(false) if srid != WGS84 && !self.format.takes_several() => usage(format!(
                "degrees are written as EPSG:4326 in this format; write .gpkg for EPSG:{}",
                srid.0
            )),
            Some(_) => Ok(srid),
        }
    }

    /// The collection as it is written: with personal fields or without.
    fn view(&self, part: &Part) -> View {
        let reading = Reading {
            personal: self.personal.then_some(Rows::All),
            ..Reading::default()
        };
        View::new(part.layer.clone(), reading)
    }
}

/// Reads the rows of a part, batch after batch.
struct Pages<'a> {
    store: &'a Store,
    part: &'a Part,
    srid: Srid,
    personal: bool,
    dimension: Option<i32>,
    /// The state that is read, and the row after which.
    place: usize,
    after: i64,
}

impl<'a> Pages<'a> {
    fn new(export: &Export<'a>, part: &'a Part, srid: Srid, dimension: Option<i32>) -> Self {
        Self {
            store: export.store,
            part,
            srid,
            personal: export.personal,
            dimension,
            place: 0,
            after: 0,
        }
    }

    /// The next rows; none after the last.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, IngestError> {
        while let Some((scope, version)) = self.part.states.get(self.place) {
            let wanted = PastRows {
                layer: &self.part.layer,
                at: AsOf {
                    version: *version,
                    scope: scope.as_deref(),
                },
                personal: self.personal,
                srid: self.srid,
                dimension: self.dimension,
            };
            let rows = self.store.rows_as_of(wanted, self.after, BATCH).await?;
            if let Some(last) = rows.last() {
                self.after = last.fid()?;
                return Ok(Some(rows));
            }
            self.place += 1;
            self.after = 0;
        }
        Ok(None)
    }
}

/// A system as the writers of text know it, and the one in which they want the coordinates.
fn written(srid: Srid) -> (Crs, Srid) {
    match srid {
        WGS84 => (Crs::Crs84, MERCATOR),
        srid => (Crs::Projected(srid), srid),
    }
}

fn unwritten(path: &Path) -> impl Fn(std::io::Error) -> IngestError {
    let what = format!("{} cannot be written", path.display());
    move |cause| IngestError::Io {
        what: what.clone(),
        cause,
    }
}
