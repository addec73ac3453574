//! Why a file could not be read, in the words of whoever delivered it.

use exchange::Bound;

use crate::model::{Finding, Severity};
use crate::ogr::OgrError;

use super::foreign;
use crate::ingest::IngestError;

/// What is said of a file that could not be read.
///
/// # Errors
/// When the service is to blame, not the file.
pub fn of_file(error: OgrError, name: &str) -> Result<Finding, IngestError> {
    if !error.blames_the_file() {
        return Err(IngestError::Reader(error.to_string()));
    }
    let (rule, message, advice) = match error {
        OgrError::NotOurs { looks_like } => {
            let foreign = looks_like.as_deref().map(foreign::of);
            (
                "format",
                format!(
                    "{name} n’est d’aucun format lu ici{}.",
                    foreign
                        .as_ref()
                        .map(|foreign| format!(" ({})", foreign.name))
                        .unwrap_or_default()
                ),
                advice(foreign.and_then(|foreign| foreign.advice)),
            )
        }
        OgrError::Damaged { driver, words } => (
            "damaged",
            format!("{name} est abîmé : {driver} ne peut pas le lire ({words})."),
            "Exportez de nouveau le fichier et vérifiez que l’envoi est complet.".to_owned(),
        ),
        OgrError::NoLayer { layers } => (
            "layer",
            format!("{name} n’a pas cette couche."),
            format!("Ses couches : {}.", layers.join(", ")),
        ),
        OgrError::Beyond { bound, fid } => {
            let finding = beyond(name, bound);
            return Ok(match fid {
                Some(fid) => finding.of(fid.to_string()),
                None => finding,
            });
        }
        OgrError::Died { how } => (
            "damaged",
            format!(
                "La lecture de {name} a fait échouer le programme qui ouvre les fichiers ({how})."
            ),
            "Exportez de nouveau le fichier, si possible en GeoPackage.".to_owned(),
        ),
        OgrError::Unsound { what } => (
            "damaged",
            format!("La lecture de {name} a donné un résultat incohérent ({what})."),
            "Exportez de nouveau le fichier, si possible en GeoPackage.".to_owned(),
        ),
        other => (
            "damaged",
            format!("{name} ne peut pas être lu : {other}."),
            "Vérifiez le fichier.".to_owned(),
        ),
    };
    Ok(Finding::new(Severity::Error, rule, message).advising(advice))
}

/// Formats that are read, for whoever sent another one.
const FORMATS: &str = "Formats lus : Shapefile, GeoPackage, GeoJSON, FlatGeobuf, GML, KML, MapInfo \
                           (TAB, MIF), DXF, CSV, XLSX, ODS, EDIGEO, documents d’urbanisme CNIG.";

/// What to do about files of other formats: what helps with these, then what is read.
pub fn advice<'a>(about_these: impl IntoIterator<Item = &'a str>) -> String {
    let mut said: Vec<&str> = Vec::new();
    for words in about_these {
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.push(FORMATS);
    said.join(" ")
}

fn beyond(name: &str, bound: Bound) -> Finding {
    let what = match bound {
        Bound::Features => "il a trop d’objets",
        Bound::Vertices => "une géométrie a trop de sommets",
        Bound::Text => "un texte est trop long",
        Bound::Row => "un objet est trop grand",
        Bound::Memory => "sa lecture demande trop de mémoire",
        Bound::Time => "sa lecture prend trop de temps",
    };
    Finding::new(
        Severity::Error,
        "limit",
        format!("{name} dépasse une limite : {what}."),
    )
    .advising(
        "Divisez la livraison, ou demandez à l’administrateur de relever la limite ([ingest]).",
    )
}
