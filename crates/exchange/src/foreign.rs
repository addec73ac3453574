//! What is known of files that are not read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of file that is known, and is not opened as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Foreign {
    /// Nothing at all.
    Empty,
    /// Zip that is no format of its own.
    Zip,
    /// Gzip.
    Gzip,
    /// Bzip2.
    Bzip2,
    /// Tar.
    Tar,
    /// 7z.
    SevenZip,
    /// RAR.
    Rar,
    /// Xz.
    Xz,
    /// AutoCAD's drawing.
    Dwg,
    /// DXF in binary.
    BinaryDxf,
    /// Excel or Word before 2007.
    Office97,
    /// Text document of Word or OpenDocument.
    TextDocument,
    /// PDF.
    Pdf,
    /// Picture.
    Image,
    /// TopoJSON.
    TopoJson,
    /// JSON of ArcGIS.
    EsriJson,
    /// JSON of Overpass, which reads OpenStreetMap.
    Overpass,
    /// JSON without features.
    Json,
    /// HTML.
    WebPage,
    /// Virtual dataset, which names other files.
    Virtual,
    /// Text in UTF-16.
    Utf16,
    /// Metadata (ISO 19139).
    Metadata,
    /// Part of another file.
    Companion,
    /// XML of another kind.
    Xml,
    /// GPX: tracks and waypoints.
    Gpx,
    /// SQLite or SpatiaLite that is no GeoPackage.
    Sqlite,
    /// Parquet, GeoParquet.
    Parquet,
    /// Part of an ESRI File Geodatabase.
    FileGeodatabase,
    /// Access, or ESRI Personal Geodatabase.
    Access,
}

impl Foreign {
    /// What it is, in English.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty file",
            Self::Zip => "zip archive",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Tar => "tar archive",
            Self::SevenZip => "7z archive",
            Self::Rar => "rar archive",
            Self::Xz => "xz archive",
            Self::Dwg => "DWG drawing",
            Self::BinaryDxf => "binary DXF drawing",
            Self::Office97 => "spreadsheet or document of Office 97",
            Self::TextDocument => "text document",
            Self::Pdf => "PDF",
            Self::Image => "image",
            Self::TopoJson => "TopoJSON",
            Self::EsriJson => "JSON of ArcGIS",
            Self::Overpass => "JSON of Overpass",
            Self::Json => "JSON",
            Self::WebPage => "web page",
            Self::Virtual => "virtual dataset, which names other files",
            Self::Utf16 => "UTF-16 text",
            Self::Metadata => "metadata",
            Self::Companion => "companion of another file",
            Self::Xml => "XML",
            Self::Gpx => "GPX",
            Self::Sqlite => "SQLite database",
            Self::Parquet => "Parquet",
            Self::FileGeodatabase => "file geodatabase",
            Self::Access => "Access database",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
