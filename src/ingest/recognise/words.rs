//! Why a file could not be read, in the words of whoever delivered it.

use exchange::{Bound, Lack};

use crate::model::{Finding, Severity};
use crate::ogr::OgrError;

use super::{foreign, malformed};
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
            let foreign = looks_like.map(foreign::of);
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
            format!(
                "{name} est abîmé ou incomplet : il ne peut pas être lu comme {driver}{}.",
                detail(&words)
            ),
            AGAIN.to_owned(),
        ),
        OgrError::Malformed {
            line,
            column,
            feature,
            words,
        } => return Ok(malformed::of(name, (line, column), feature, &words)),
        OgrError::Incomplete { lack } => {
            let (message, advice) = incomplete(name, &lack);
            ("damaged", message, advice)
        }
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

const AGAIN: &str = "Exportez de nouveau le fichier et vérifiez que l’envoi est complet.";

/// GDAL's words, for whoever looks after the program that exported the file: without the places
/// of its source and of our folders.
fn detail(words: &str) -> String {
    let known = |part: &str| -> Option<String> {
        let part = part.trim().trim_end_matches('.');
        let (_, part) = part
            .split_once(".cpp, ")
            .and_then(|(_, rest)| rest.split_once(": "))
            .unwrap_or(("", part));
        let words = part.split(' ').map(|word| match word.contains('/') {
            true => word.rsplit('/').next().unwrap_or_default(),
            false => word,
        });
        let part = words.collect::<Vec<_>>().join(" ");
        (!part.is_empty() && !part.contains("not recognized as")).then_some(part)
    };
    let mut parts: Vec<String> = words.split(';').filter_map(known).collect();
    parts.dedup();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" (message technique : {})", parts.join(" ; ")),
    }
}

/// What is said of a file that is not whole.
fn incomplete(name: &str, lack: &Lack) -> (String, String) {
    let end = "L’export ou l’envoi a été interrompu : exportez de nouveau le fichier et livrez-le entier.";
    match lack {
        Lack::End => (
            format!("{name} est incomplet : la fin du fichier manque."),
            end.to_owned(),
        ),
        Lack::Bytes {
            part,
            stated,
            found,
        } => {
            let file = match name.to_lowercase().ends_with(&format!(".{part}")) {
                true => "il".to_owned(),
                false => format!("son .{part}"),
            };
            (
                format!("{name} est incomplet : {file} annonce {stated} octets et n’en a que {found}."),
                end.to_owned(),
            )
        }
        Lack::Part { extension } => {
            let (what, together) = match extension.as_str() {
                "dbf" => ("les valeurs des objets", ".shp, .shx, .dbf et .prj"),
                "shx" => ("l’index des géométries", ".shp, .shx, .dbf et .prj"),
                "mid" => ("les valeurs des objets", ".mif et .mid"),
                "dat" => ("les valeurs des objets", ".tab, .dat, .map et .id"),
                "map" => ("les géométries", ".tab, .dat, .map et .id"),
                _ => ("l’index des objets", ".tab, .dat, .map et .id"),
            };
            (
                format!("{name} est incomplet : le fichier .{extension} ({what}) manque à côté de lui."),
                format!("Livrez ensemble {together}, par exemple dans un .zip."),
            )
        }
        Lack::Rows { shapes, values } => (
            format!(
                "{name} est incohérent : {shapes} géométries pour {values} lignes d’attributs. \
                 L’un de ses fichiers est coupé ou vient d’un autre export."
            ),
            "Exportez de nouveau la couche et livrez ensemble tous ses fichiers.".to_owned(),
        ),
        Lack::Features { stated, found } => (
            format!("{name} est incomplet : il annonce {stated} objets et n’en a que {found}."),
            end.to_owned(),
        ),
        Lack::Quote { line } => (
            format!(
                "{name} : un guillemet ouvert à la ligne {line} n’est pas fermé où la valeur finit ; \
                 la suite du fichier ne peut pas être lue."
            ),
            "Fermez le guillemet (ou doublez-le s’il fait partie du texte), ou exportez de nouveau."
                .to_owned(),
        ),
    }
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
        Bound::Columns => "il a trop de colonnes ou de couches",
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
