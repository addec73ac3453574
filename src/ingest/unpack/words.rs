//! What is wrong with archives, in French.

use std::fmt::Display;
use std::path::Path;

use crate::ingest::recognise::Found;
use crate::model::{Finding, Severity};

use super::names::NameFault;

/// Stable name of the rule of what is said here.
const RULE: &str = "archive";

fn refused(message: String, advice: &str) -> Finding {
    Finding::new(Severity::Error, RULE, message).advising(advice)
}

/// A name that cannot be used.
pub(super) fn name(name: &str, fault: NameFault) -> Finding {
    let name: String = name.chars().take(120).collect();
    match fault {
        NameFault::Outside => refused(
            format!("l’archive contient « {name} », qui sort de l’archive"),
            "Refaites l’archive sans chemin absolu ni « .. ».",
        ),
        NameFault::Odd => refused(
            format!("le nom de fichier « {name} » est inutilisable"),
            "Renommez le fichier.",
        ),
        NameFault::Long => refused(
            format!("le nom de fichier « {name}… » est trop long"),
            "Raccourcissez les noms de dossiers et de fichiers.",
        ),
    }
}

/// A link, a device, a pipe.
pub(super) fn link(name: &str) -> Finding {
    refused(
        format!("« {name} » est un lien ou un fichier spécial"),
        "Livrez les fichiers eux-mêmes, sans lien.",
    )
}

/// An entry that needs a password.
pub(super) fn encrypted(name: &str) -> Finding {
    refused(
        format!("« {name} » est protégé par un mot de passe"),
        "Refaites l’archive sans mot de passe.",
    )
}

/// Two files of one name.
pub(super) fn twice(name: &str) -> Finding {
    refused(
        format!("deux fichiers portent le même nom, majuscules mises à part : « {name} »"),
        "Renommez ou retirez l’un des deux.",
    )
}

/// An archive within an archive within an archive.
pub(super) fn nested(name: &str) -> Finding {
    refused(
        format!("« {name} » est une archive dans une archive, elle-même dans une archive"),
        "Décompressez les archives intérieures avant de livrer.",
    )
}

/// More bytes than a delivery may have.
pub(super) fn too_large(name: &str, most: u64) -> Finding {
    let most = most >> 20;
    refused(
        format!("la livraison dépasse {most} Mo, à partir de « {name} »"),
        "Livrez en plusieurs fois.",
    )
}

/// More files than a delivery may have.
pub(super) fn too_many(most: usize) -> Finding {
    refused(
        format!("la livraison compte plus de {most} fichiers"),
        "Livrez en plusieurs fois.",
    )
}

/// An archive that grows beyond reason.
pub(super) fn bomb(name: &str) -> Finding {
    refused(
        format!("« {name} » se décompresse hors de toute proportion : l’archive est refusée"),
        "Livrez les données sans compression, ou vérifiez d’où vient l’archive.",
    )
}

/// An archive that cannot be read to its end.
pub(super) fn damaged(name: &str, why: &dyn Display) -> Finding {
    let why = why.to_string();
    if why.contains("EOCD") || why.contains("unexpected end") || why.contains("failed to fill") {
        return refused(
            format!("« {name} » est endommagé : la fin de l’archive manque"),
            "L’envoi a été interrompu, ou l’archive mal faite : refaites-la et livrez-la entière.",
        );
    }
    if why.contains("headers without end") {
        return refused(
            format!("« {name} » est endommagé : la liste de ses fichiers n’a pas de fin"),
            "Refaites l’archive.",
        );
    }
    refused(
        format!("« {name} » est endommagé : la décompression échoue ({why})"),
        "Refaites l’archive, ou reprenez le transfert du fichier.",
    )
}

/// An archive of a form that is not opened.
pub(super) fn unread(name: &str, form: &str) -> Finding {
    refused(
        format!("« {name} » est une archive {form}, que nous n’ouvrons pas"),
        "Livrez un .zip, un .tar.gz ou un .tar.bz2.",
    )
}

/// What keeps a plain file from being whole.
pub(super) fn unfinished(found: &Found) -> Option<Finding> {
    let journal = Path::new(&found.name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gpkg-wal"));
    (journal && found.size > 0).then(|| {
        refused(
            format!(
                "« {} » : le GeoPackage est ouvert dans un autre programme, qui n’y a pas encore tout écrit",
                found.name
            ),
            "Fermez le projet (QGIS) qui l’utilise, puis livrez-le de nouveau.",
        )
    })
}

/// Files that were left aside.
pub(super) fn ignored(names: &[String]) -> Option<Finding> {
    const SHOWN: usize = 5;
    if names.is_empty() {
        return None;
    }
    let mut list: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    if names.len() > SHOWN {
        list.push("…");
    }
    let message = format!(
        "fichiers laissés de côté, que le système ajoute aux dossiers : {}",
        list.join(", ")
    );
    Some(Finding::new(Severity::Warning, "ignored", message).advising("Rien à faire."))
}
