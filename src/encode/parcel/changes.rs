//! The rules of another day, and what changed between two.

use serde_json::Value as Json;

use super::lines::{rule, servitude, zone};
use super::words::day;
use super::{Line, Part, list, text};

/// Of which day the rules are; none for those of today.
pub(super) fn frozen(rules: &Json, changes: &Json) -> Option<String> {
    let date = text(rules, "date").map(day);
    if let Some(file) = text(rules, "dossier") {
        let article = text(rules, "article").unwrap_or("");
        return Some(match date {
            Some(date) => format!(
                "Règles telles que publiées le {date}, jour dont la règle s’applique au dossier \
                 {file} (article {article} du code de l’urbanisme)."
            ),
            None => format!(
                "Règles d’aujourd’hui\u{a0}: le dossier {file} n’est pas décidé, et aucun certificat \
                 d’urbanisme ne fige les siennes (article {article} du code de l’urbanisme)."
            ),
        });
    }
    let date = date?;
    Some(match text(changes, "de").map(day) {
        Some(from) => format!(
            "Règles telles que publiées le {date}, et ce qui a changé depuis le {from}. Cadastre, \
             bâtiments, adresses et dossiers sont ceux d’aujourd’hui."
        ),
        None => format!(
            "Règles telles que publiées le {date}. Cadastre, bâtiments, adresses et dossiers sont \
             ceux d’aujourd’hui."
        ),
    })
}

/// What changed between two days; no part when a single one is told.
pub(super) fn part(sheet: &Json) -> Option<Part> {
    let changes = &sheet["changements"];
    let (from, to) = (text(changes, "de")?, text(changes, "a")?);
    let mut lines = Vec::new();
    let mut unknown = Vec::new();
    for (name, title, tell) in [
        ("zonage", "zones", zone as fn(&Json) -> Line),
        ("prescriptions", "prescriptions", rule),
        ("informations", "informations", rule),
        ("servitudes", "servitudes", servitude),
    ] {
        let layer = &changes[name];
        if layer.is_null() {
            unknown.push(title);
            continue;
        }
        for (member, word) in [("ajoutes", "Nouveau"), ("retires", "Supprimé")] {
            lines.extend(list(&layer[member]).iter().map(|one| {
                let line = tell(one);
                Line {
                    head: format!("{word}\u{a0}: {}", line.head),
                    ..line
                }
            }));
        }
        lines.extend(
            list(&layer["modifies"])
                .iter()
                .map(|one| changed(one, tell)),
        );
    }
    let period = format!("Du {} au {}", day(from), day(to));
    let lead = match (lines.is_empty(), unknown.is_empty()) {
        (true, true) => format!("{period}, rien n’a changé dans les règles de ce terrain."),
        (_, true) => format!("{period}."),
        (_, false) => format!(
            "{period}. Sans comparaison possible, faute de publication à l’une des deux dates\u{a0}: {}.",
            unknown.join(", ")
        ),
    };
    Some(Part {
        id: "changements",
        title: "Ce qui a changé",
        lead: Some(lead),
        silent: false,
        lines,
        thin: Vec::new(),
    })
}

fn changed(change: &Json, tell: fn(&Json) -> Line) -> Line {
    let (was, is) = (tell(&change["avant"]), tell(&change["apres"]));
    let fields: Vec<&str> = list(&change["champs"])
        .iter()
        .filter_map(Json::as_str)
        .collect();
    let arrow = |was: Option<String>, is: Option<String>| match (was, is) {
        (Some(was), Some(is)) if was != is => Some(format!("{was} → {is}")),
        (was, is) => is.or(was),
    };
    Line {
        head: format!("Modifié\u{a0}: {}", is.head),
        notes: vec![format!("Diffère par\u{a0}: {}", fields.join(", "))],
        measure: arrow(was.measure, is.measure),
        share: arrow(was.share, is.share),
        links: is.links,
        ..Line::default()
    }
}
