//! Files of formats that are not read: their name in French, and how their software saves another.

/// What a file is that `exchange::sniff` names, and what its sender may do about it.
pub struct Foreign {
    /// What it is called, without an article.
    pub name: &'static str,
    /// What its sender may do instead, as sentences.
    pub advice: Option<&'static str>,
}

/// The words for what `exchange::sniff` calls a file that is not read.
#[must_use]
pub fn of(what: &str) -> Foreign {
    let (name, advice) = match what {
        "DWG drawing" => (
            "dessin DWG",
            "Enregistrez le dessin en DXF (AutoCAD : « Enregistrer sous », DXF 2013 ou antérieur).",
        ),
        "binary DXF drawing" => (
            "dessin DXF binaire",
            "Enregistrez le dessin en DXF texte (ASCII).",
        ),
        "spreadsheet or document of Office 97" => (
            "classeur ou document d’Office 97",
            "Enregistrez le classeur en XLSX, ODS ou CSV.",
        ),
        "text document" => (
            "document de traitement de texte",
            "Copiez le tableau dans un tableur et enregistrez-le en XLSX, ODS ou CSV.",
        ),
        "PDF" => (
            "PDF",
            "Un PDF ne porte pas de données : demandez le fichier dont il a été tiré.",
        ),
        "image" => (
            "image",
            "Une image ne porte pas d’objets : demandez le plan vectoriel (DXF, GeoPackage…).",
        ),
        "TopoJSON" => (
            "TopoJSON",
            "Convertissez-le en GeoJSON (QGIS : « Exporter, Sauvegarder les entités sous »).",
        ),
        "JSON" => (
            "JSON sans géométries",
            "Envoyez du GeoJSON, ou le tableau en CSV ou en XLSX.",
        ),
        "web page" => (
            "page web",
            "Le lien a donné une page, pas un fichier : téléchargez les données elles-mêmes.",
        ),
        "virtual dataset, which names other files" => (
            "jeu de données virtuel, qui ne fait que nommer d’autres fichiers",
            "Envoyez les fichiers qu’il nomme.",
        ),
        "UTF-16 text" => ("texte en UTF-16", "Enregistrez le fichier en UTF-8."),
        "empty file" => (
            "fichier vide",
            "Exportez-le de nouveau et vérifiez que l’envoi est complet.",
        ),
        "metadata" => {
            return Foreign {
                name: "métadonnées",
                advice: None,
            };
        }
        "companion of another file" => (
            "partie d’un autre fichier",
            "Envoyez tous les fichiers qui vont ensemble, par exemple .shp, .shx, .dbf et .prj.",
        ),
        "XML" => (
            "XML qui n’est ni GML ni KML",
            "Envoyez du GML, du KML ou un GeoPackage.",
        ),
        "tar archive" => ("archive", "Refaites l’archive en ZIP."),
        _ => {
            return Foreign {
                name: "format inconnu",
                advice: None,
            };
        }
    };
    Foreign {
        name,
        advice: Some(advice),
    }
}
