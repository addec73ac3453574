//! What is said of a delivery as a whole, in French.

use super::feature;
use crate::access::writing::may_feed;
use crate::catalogue::{Layer, Scope};
use crate::ingest::IngestError;
use crate::ingest::notes::Notes;
use crate::ingest::recognise::Delivered;
use crate::model::{Choice, Finding, LayerId, Question, ScopeOutcome, Severity, Writer};
use crate::store::{COMMUNES, GeometryFault, RowFault, Staged, StoreError, Stranger};

/// Part of a scope's features whose absence is suspicious.
const GONE: f64 = 0.4;

/// Notes what staging says of geometries.
pub(super) fn staged(staged: &Staged, titles: &[String], notes: &mut Notes) {
    for fault in &staged.faults {
        notes.push(geometry(fault, titles));
    }
    for ((kind, mended), total) in &staged.totals {
        let told = staged
            .faults
            .iter()
            .filter(|fault| fault.kind == *kind && fault.mended == *mended)
            .count();
        notes.beyond(severity(*mended), "geometry", total - told as i64);
    }
}

/// Notes rows that would change features of other communes.
pub(super) fn strangers(strangers: &[Stranger], titles: &[String], notes: &mut Notes) {
    for one in strangers {
        notes.note(Severity::Error, "reach", || {
            let title = titles.get(one.feed as usize).map_or("", String::as_str);
            let whose = match one.communes.as_deref().filter(|codes| !codes.is_empty()) {
                Some(codes) => format!("de la commune {}", codes.replace('|', ", ")),
                None => "d’aucune commune".to_owned(),
            };
            let key = one.key.as_deref();
            Finding::new(
                Severity::Error,
                "reach",
                format!(
                    "L’objet « {} » est déjà publié, {whose} : il est hors du périmètre où vous \
                     pouvez publier.",
                    key.unwrap_or_default()
                ),
            )
            .of(feature::row(title, one.feed, one.fid))
            .advising(
                "Vérifiez son identifiant : il appartient à une autre commune, qui seule peut le \
                 changer.",
            )
        });
    }
}

fn severity(mended: bool) -> Severity {
    if mended {
        Severity::Repair
    } else {
        Severity::Error
    }
}

fn geometry(fault: &RowFault, titles: &[String]) -> Finding {
    let (message, mendable) = match fault.kind {
        GeometryFault::Malformed => ("La géométrie ne peut pas être lue", false),
        GeometryFault::NotFinite => ("Une coordonnée n’est pas un nombre", false),
        GeometryFault::OpenRing => ("Un contour n’est pas fermé", true),
        GeometryFault::TooShort => ("Une ligne ou un contour a trop peu de sommets", true),
        GeometryFault::OutsideCrs => (
            "Une coordonnée est hors du domaine de son système de référence",
            false,
        ),
    };
    let message = if fault.mended {
        format!("{message} : corrigé.")
    } else {
        format!("{message}.")
    };
    let title = titles.get(fault.feed as usize).map_or("", String::as_str);
    let finding = Finding::new(severity(fault.mended), "geometry", message)
        .of(feature::row(title, fault.feed, fault.fid))
        .advising(match (fault.mended, mendable) {
            (true, _) => "",
            (false, true) => "--repair le corrigerait.",
            (false, false) => "Corrigez la géométrie, ou retirez l’objet.",
        });
    match fault.place {
        Some((x, y)) => finding.at(x, y),
        None => finding,
    }
}

/// What is said of personal fields that have no column.
pub(super) fn kept(fields: &[String]) -> String {
    format!(
        "Champs sans colonne, laissés comme ils sont publiés : {}.",
        fields.join(", ")
    )
}

/// What is said of rows that cannot be compared with what is published.
///
/// # Errors
/// When the database is to blame.
pub(super) fn incomparable(error: StoreError) -> Result<Finding, IngestError> {
    match error {
        StoreError::Twice { key, .. } => Ok(Finding::new(
            Severity::Error,
            "unique",
            format!("Deux objets de la livraison ont le même identifiant, « {key} »."),
        )
        .about("", Some(&key))
        .advising("Corrigez l’identifiant de l’un d’eux, ou retirez le doublon.")),
        StoreError::Taken {
            key, scope, holder, ..
        } => Ok(Finding::new(
            Severity::Error,
            "unique",
            format!(
                "L’objet « {key} » de {scope} est déjà publié par {holder}, que la livraison ne \
                 remplace pas."
            ),
        )
        .advising(format!("Corrigez l’identifiant, ou livrez aussi {holder}."))),
        error => Err(error.into()),
    }
}

/// What is suspicious about what happens to a scope; nothing when it is plausible. `few` features
/// may change as they like.
pub(super) fn suspicious(layer: &Layer, scope: &ScopeOutcome, few: i64) -> Option<String> {
    let counts = scope.counts;
    let before = counts.removed + counts.changed + counts.unchanged;
    if layer.id.as_str() == COMMUNES && before > 0 && counts.added > 0 {
        let added = counts.added;
        return Some(format!(
            "{} : le territoire, qui en a {before}, en aurait {added} de plus",
            layer.title
        ));
    }
    if before < few {
        return None;
    }
    let part = |count: i64| count as f64 / before as f64;
    let percent = |count: i64| (part(count) * 100.0).round();
    let place = match layer.scope {
        Scope::Territoire | Scope::Fusion => layer.title.clone(),
        _ => format!("{} ({})", layer.title, scope.scope),
    };
    if part(counts.removed) > GONE {
        let (removed, percent) = (counts.removed, percent(counts.removed));
        return Some(format!(
            "{place} : {removed} objets sur {before} disparaîtraient ({percent} %)"
        ));
    }
    None
}

/// Scopes named in a question.
const NAMED: usize = 10;

/// Asks whether a suspicious comparison is meant.
pub(super) fn accept(odd: &[String]) -> Question {
    let mut text = odd
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ; ");
    if odd.len() > NAMED {
        text.push_str(&format!(" ; et {} autres", odd.len() - NAMED));
    }
    Question {
        option: "accept".to_owned(),
        text: format!("{text}. Est-ce voulu ?"),
        choices: vec![Choice {
            value: "true".to_owned(),
            label: "Oui, publier ainsi".to_owned(),
        }],
    }
}

/// Asks to compare again, since another delivery came between.
pub(super) fn again(layer: &LayerId, scope: &str) -> Question {
    Question {
        option: "again".to_owned(),
        text: format!(
            "Une autre livraison a été publiée entre-temps ({layer}, {scope}) : comparez à nouveau."
        ),
        choices: Vec::new(),
    }
}

/// A delivery without any row for a collection.
pub(super) fn nothing(layer: &Layer) -> Finding {
    Finding::new(
        Severity::Error,
        "empty",
        format!(
            "La livraison ne contient aucun objet pour « {} ».",
            layer.title
        ),
    )
    .advising("Vérifiez la couche lue (--layer) et le fichier ; --scope vide un périmètre exprès.")
}

/// A delivery in which nothing feeds a collection: what it holds, and what it could feed.
pub(super) fn feeds_nothing(given: &Delivered<'_>, writer: &Writer) -> Finding {
    const SHOWN: usize = 10;
    let files = &given.files;
    let mut names: Vec<String> = files
        .iter()
        .take(SHOWN)
        .map(|file| format!("{} ({} octets)", file.name, file.size))
        .collect();
    if files.len() > SHOWN {
        names.push(format!("et {} autres fichiers", files.len() - SHOWN));
    }
    let found = match names.is_empty() {
        true => "aucun fichier".to_owned(),
        false => names.join(", "),
    };
    let layers = given.catalogue.layers().iter();
    let fed: Vec<&str> = layers
        .filter(|layer| may_feed(writer, layer))
        .map(|layer| layer.id.as_str())
        .collect();
    Finding::new(
        Severity::Error,
        "empty",
        format!("Rien dans la livraison n’alimente une collection. Elle contient : {found}."),
    )
    .advising(format!(
        "Vérifiez que les fichiers contiennent des objets, puis dites à quelle collection ils sont \
         destinés (--to), parmi : {}.",
        fed.join(", ")
    ))
}
