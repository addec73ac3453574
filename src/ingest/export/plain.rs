//! Formats that this program writes itself, as it does for the features that it serves.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use serde_json::json;

use super::{Export, Format, IngestError, Pages, Part, unwritten, written};
use crate::catalogue::View;
use crate::encode::csv::Csv;
use crate::encode::flatgeobuf::Whole;
use crate::encode::geojson::GeoJson;
use crate::model::{Crs, Feature, Srid};

/// Writes one collection; how many features it has.
pub(super) async fn write(
    export: &Export<'_>,
    part: &Part,
    srid: Srid,
    path: &Path,
) -> Result<u64, IngestError> {
    let (crs, read) = written(srid);
    let view = export.view(part);
    let kinds = view.kinds();
    let failed = unwritten(path);
    let mut text = Text::create(export.format, &view, crs, path).map_err(&failed)?;
    let mut pages = Pages::new(export, part, read, None);
    let mut count = 0;
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            text.feature(&row.feature(&kinds)?).map_err(&failed)?;
            count += 1;
        }
    }
    text.finish(&view, crs).map_err(failed)?;
    Ok(count)
}

/// A file being written.
enum Text {
    GeoJson(Lines, GeoJson),
    Csv(Lines, Csv),
    FlatGeobuf(Box<Whole>),
}

/// Bytes on their way to the disk.
struct Lines {
    out: BufWriter<File>,
    bytes: Vec<u8>,
    any: bool,
}

impl Lines {
    fn begin(path: &Path, head: &[u8]) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
        out.write_all(head)?;
        Ok(Self {
            out,
            bytes: Vec::new(),
            any: false,
        })
    }

    fn push(&mut self) -> io::Result<()> {
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        self.any = true;
        Ok(())
    }
}

impl Text {
    fn create(format: Format, view: &View, crs: Crs, path: &Path) -> io::Result<Self> {
        Ok(match format {
            Format::FlatGeobuf => Self::FlatGeobuf(Box::new(Whole::create(path, view, crs, 0)?)),
            Format::Csv => {
                let csv = Csv::new(view, crs);
                Self::Csv(Lines::begin(path, csv.header())?, csv)
            }
            Format::GeoJson | Format::GeoPackage | Format::Shapefiles => {
                let head = json!({
                    "type": "FeatureCollection", "name": view.id, "title": view.title,
                    "licence": view.licence, "attribution": view.attribution,
                });
                let head = head.to_string();
                let head = format!("{},\"features\":[\n", head.trim_end_matches('}'));
                let lines = Lines::begin(path, head.as_bytes())?;
                Self::GeoJson(lines, GeoJson::new(view.visible(), crs))
            }
        })
    }

    fn feature(&mut self, feature: &Feature<'_>) -> io::Result<()> {
        match self {
            Self::FlatGeobuf(whole) => whole.feature(feature),
            Self::Csv(lines, csv) => {
                csv.feature(&mut lines.bytes, feature);
                lines.push()
            }
            Self::GeoJson(lines, json) => {
                if lines.any {
                    lines.bytes.extend_from_slice(b",\n");
                }
                json.feature(&mut lines.bytes, feature);
                lines.push()
            }
        }
    }

    fn finish(self, view: &View, crs: Crs) -> io::Result<()> {
        match self {
            Self::FlatGeobuf(whole) => whole.finish(view, &view.title, crs),
            Self::Csv(mut lines, _) => lines.out.flush(),
            Self::GeoJson(mut lines, _) => {
                lines.out.write_all(b"\n]}\n")?;
                lines.out.flush()
            }
        }
    }
}
