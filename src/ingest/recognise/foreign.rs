//! Files of formats that are not read: their name in French, and how their software saves another.

/// What a file is called, and what its sender may do about it.
pub struct Foreign {
    /// What it is called, without an article.
    pub name: &'static str,
    /// What its sender may do instead, as sentences.
    pub advice: Option<&'static str>,
}

/// The words for a kind of file that is not read.
#[must_use]
pub fn of(what: exchange::Foreign) -> Foreign {
    use exchange::Foreign as Kind;
    let (name, advice) = match what {
        Kind::Dwg => (
            "dessin DWG",
            "Enregistrez le dessin en DXF (AutoCAD : « Enregistrer sous », DXF 2013 ou antérieur).",
        ),
        Kind::BinaryDxf => (
            "dessin DXF binaire",
            "Enregistrez le dessin en DXF texte (ASCII).",
        ),
        Kind::Office97 => (
            "classeur ou document d’Office 97",
            "Enregistrez le classeur en XLSX, ODS ou CSV.",
        ),
        Kind::TextDocument => (
            "document de traitement de texte",
            "Copiez le tableau dans un tableur et enregistrez-le en XLSX, ODS ou CSV.",
        ),
        Kind::Pdf => (
            "PDF",
            "Un PDF ne porte pas de données : demandez le fichier dont il a été tiré.",
        ),
        Kind::Image => (
            "image",
            "Une image ne porte pas d’objets : demandez le plan vectoriel (DXF, GeoPackage…).",
        ),
        Kind::TopoJson => (
            "TopoJSON",
            "Convertissez-le en GeoJSON (QGIS : « Exporter, Sauvegarder les entités sous »).",
        ),
        Kind::EsriJson => (
            "JSON d’ArcGIS",
            "Demandez-le au service en GeoJSON (« f=geojson »), ou convertissez-le dans QGIS.",
        ),
        Kind::Overpass => (
            "JSON d’Overpass (OpenStreetMap)",
            "Exportez la requête en GeoJSON (Overpass Turbo : « Exporter »).",
        ),
        Kind::Json => (
            "JSON sans géométries",
            "Envoyez du GeoJSON, ou le tableau en CSV ou en XLSX.",
        ),
        Kind::WebPage => (
            "page web",
            "Le lien a donné une page, pas un fichier : téléchargez les données elles-mêmes.",
        ),
        Kind::Virtual => (
            "jeu de données virtuel, qui ne fait que nommer d’autres fichiers",
            "Envoyez les fichiers qu’il nomme.",
        ),
        Kind::Utf16 => ("texte en UTF-16", "Enregistrez le fichier en UTF-8."),
        Kind::Empty => (
            "fichier vide",
            "Exportez-le de nouveau et vérifiez que l’envoi est complet.",
        ),
        Kind::Metadata => {
            return Foreign {
                name: "métadonnées",
                advice: None,
            };
        }
        Kind::Companion => (
            "partie d’un autre fichier",
            "Envoyez tous les fichiers qui vont ensemble, par exemple .shp, .shx, .dbf et .prj.",
        ),
        Kind::Xml => (
            "XML qui n’est ni GML ni KML",
            "Envoyez du GML, du KML ou un GeoPackage.",
        ),
        Kind::Gpx => (
            "relevé GPX",
            "Ouvrez-le dans QGIS et exportez ses points ou ses tracés en GeoPackage.",
        ),
        Kind::Sqlite => (
            "base SQLite ou SpatiaLite",
            "Exportez la table en GeoPackage (QGIS : « Exporter, Sauvegarder les entités sous »).",
        ),
        Kind::Parquet => ("GeoParquet", "Exportez-le en GeoPackage ou en FlatGeobuf."),
        Kind::FileGeodatabase => (
            "géodatabase ESRI",
            "Exportez la classe d’entités en GeoPackage ou en Shapefile.",
        ),
        Kind::Access => (
            "base Access",
            "Exportez la table en GeoPackage, en CSV ou en XLSX.",
        ),
        Kind::Zip
        | Kind::Gzip
        | Kind::Bzip2
        | Kind::Tar
        | Kind::SevenZip
        | Kind::Rar
        | Kind::Xz => ("archive", "Refaites l’archive en ZIP."),
    };
    Foreign {
        name,
        advice: Some(advice),
    }
}
