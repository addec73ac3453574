//! What each layer says, line by line.

use serde_json::Value as Json;

use super::words::{day, percent, reference, square};
use super::{Line, Part, list, notes, text};
use crate::encode::html::french::{self, FAST};

/// The parts of a sheet, in the order of an instructor's questions.
pub(super) fn parts(sheet: &Json, keys: &[&str]) -> Vec<Part> {
    let mut parts = Vec::new();
    if keys.len() > 1 {
        let each = list(&sheet["parcelles"]).iter().map(parcel).collect();
        parts.push(part(
            "parcelles",
            "Parcelles de l’ensemble",
            Some(each),
            Vec::new(),
            "",
        ));
    }
    parts.push(zoning(sheet));
    parts.extend(notes::part(sheet));
    for (id, title, none, line) in [
        (
            "prescriptions",
            "Prescriptions",
            "Aucune prescription.",
            rule as fn(&Json) -> Line,
        ),
        (
            "informations",
            "Informations et périmètres",
            "Aucune information.",
            rule,
        ),
        (
            "servitudes",
            "Servitudes d’utilité publique",
            "Aucune servitude.",
            servitude,
        ),
    ] {
        let lines = told(&sheet[id], "croisements", line);
        let thin = told(&sheet[id], "infimes", line).unwrap_or_default();
        parts.push(part(id, title, lines, thin, none));
    }
    let files = &sheet["dossiers"];
    parts.push(part(
        "dossiers",
        "Dossiers d’urbanisme sur le terrain",
        told(files, "sur", file),
        Vec::new(),
        "Aucun dossier.",
    ));
    parts.push(part(
        "dossiers-voisins",
        "Dossiers d’urbanisme sur les terrains voisins",
        told(files, "adjacents", file),
        Vec::new(),
        "Aucun dossier.",
    ));
    parts.push(buildings(&sheet["batiments"]));
    let addresses = sheet["adresses"].as_array();
    parts.push(part(
        "adresses",
        "Adresses",
        addresses.map(|all| all.iter().map(address).collect()),
        Vec::new(),
        "Aucune adresse ne désigne ce terrain.",
    ));
    let neighbours = sheet["voisines"].as_array();
    parts.push(part(
        "voisines",
        "Parcelles voisines",
        neighbours.map(|all| all.iter().map(neighbour).collect()),
        Vec::new(),
        "Aucune parcelle ne touche ce terrain.",
    ));
    parts
}

/// The lines of a member of a layer's part; none when the layer says nothing.
fn told(layer: &Json, member: &str, line: fn(&Json) -> Line) -> Option<Vec<Line>> {
    Some(layer[member].as_array()?.iter().map(line).collect())
}

pub(super) fn part(
    id: &'static str,
    title: &'static str,
    lines: Option<Vec<Line>>,
    thin: Vec<Line>,
    none: &str,
) -> Part {
    let silent = lines.is_none();
    let lines = lines.unwrap_or_default();
    let lead = if silent {
        Some("Cette couche n’a pas été lue\u{a0}: voir l’état des sources.".to_owned())
    } else {
        lines.is_empty().then(|| none.to_owned())
    };
    Part {
        id,
        title,
        lead,
        silent,
        lines,
        thin,
    }
}

fn parcel(parcel: &Json) -> Line {
    let idu = text(parcel, "idu").unwrap_or("");
    let stated = parcel["contenance"].as_i64();
    let stated = stated.map(|area| format!("contenance {}{FAST}m²", french::count(area)));
    Line {
        head: reference(idu),
        notes: [Some(idu.to_owned()), stated]
            .into_iter()
            .flatten()
            .collect(),
        measure: square(&parcel["surface"]),
        parcel: Some(idu.to_owned()),
        ..Line::default()
    }
}

fn zoning(sheet: &Json) -> Part {
    let zoning = &sheet["zonage"];
    let lines = told(zoning, "zones", zone);
    let thin = told(zoning, "infimes", zone).unwrap_or_default();
    let mut part = part("zonage", "Zonage", lines, thin, "Aucune zone.");
    let outside = zoning["hors_zone"].as_f64().unwrap_or(0.0);
    if outside >= 0.1 && !part.lines.is_empty() {
        part.lines.push(Line {
            head: "Hors zone".to_owned(),
            measure: square(&zoning["hors_zone"]),
            ..Line::default()
        });
    }
    part
}

pub(super) fn zone(zone: &Json) -> Line {
    let mut line = Line {
        head: text(zone, "libelle").unwrap_or("?").to_owned(),
        ..measured(zone)
    };
    line.notes.extend(joined(
        zone,
        &["libelong", "typezone_libelle", "formdomi_libelle"],
    ));
    line.notes.extend(document(zone));
    line.links.extend(written(zone, "Règlement écrit"));
    line
}

/// A prescription or an information.
pub(super) fn rule(rule: &Json) -> Line {
    let kind = text(rule, "typepsc_libelle").or_else(|| text(rule, "typeinf_libelle"));
    let label = text(rule, "libelle").unwrap_or("");
    let head = match kind {
        Some(kind) if !kind.eq_ignore_ascii_case(label) => format!("{kind} – {label}"),
        _ => label.to_owned(),
    };
    let mut line = Line {
        head,
        ..measured(rule)
    };
    line.notes.extend(joined(rule, &["txt", "nature"]));
    line.notes.extend(document(rule));
    line.links.extend(written(rule, "Pièce écrite"));
    line
}

pub(super) fn servitude(servitude: &Json) -> Line {
    let category = text(servitude, "suptype").unwrap_or("").to_uppercase();
    let kind = text(servitude, "suptype_libelle").or_else(|| text(servitude, "nomsuplitt"));
    let mut line = Line {
        head: match kind {
            Some(kind) => format!("{category} – {kind}"),
            None => category,
        },
        ..measured(servitude)
    };
    line.notes
        .extend(joined(servitude, &["nomsup", "nomass", "typeass"]));
    let act = text(servitude, "nomacte").or_else(|| text(servitude, "typeacte"));
    if let Some(act) = act {
        let date = text(servitude, "datedecis").map(|date| format!(" du {}", day(date)));
        line.notes
            .push(format!("Acte\u{a0}: {act}{}", date.unwrap_or_default()));
    }
    if let Some(manager) = text(servitude, "nomgest") {
        line.notes.push(format!("Gestionnaire\u{a0}: {manager}"));
    }
    let addresses: Vec<&str> = text(servitude, "urlacte")
        .map(|all| all.split('|').map(str::trim).collect())
        .unwrap_or_default();
    if addresses.is_empty() {
        line.links
            .extend(text(servitude, "fichier").map(|name| (name.to_owned(), None)));
    }
    for address in addresses {
        line.links.push(("Acte".to_owned(), web(address)));
    }
    line
}

fn file(file: &Json) -> Line {
    let number = text(file, "numero").unwrap_or("?");
    let mut line = Line {
        head: number.to_owned(),
        ..Line::default()
    };
    line.notes
        .extend(joined(file, &["type_libelle", "nature_travaux"]));
    let dated = [
        ("date_depot", "déposé le"),
        ("date_decision", "décision du"),
        ("date_doc", "chantier ouvert le"),
        ("date_daact", "achevé le"),
    ];
    let mut steps: Vec<String> = Vec::new();
    for (field, word) in dated {
        let Some(date) = text(file, field) else {
            continue;
        };
        let mut step = format!("{word} {}", day(date));
        if field == "date_decision"
            && let Some(decision) = text(file, "decision_libelle")
        {
            step = format!("{} du {}", decision.to_lowercase(), day(date));
        }
        steps.push(step);
    }
    if !steps.is_empty() {
        line.notes.push(steps.join(", "));
    }
    let parcels: Vec<String> = text(file, "parcelles")
        .map(|all| all.split('|').map(|key| reference(key.trim())).collect())
        .unwrap_or_default();
    if !parcels.is_empty() {
        line.notes
            .push(format!("Terrain\u{a0}: {}", parcels.join(", ")));
    }
    if file["origine"] == "position" {
        line.notes
            .push("d’après sa position\u{a0}: il ne cite pas la parcelle".to_owned());
    }
    line.measure = text(file, "etat_libelle").map(str::to_owned);
    line.personal = text(file, "demandeur").map(|name| format!("Demandeur\u{a0}: {name}"));
    line
}

fn buildings(buildings: &Json) -> Part {
    let lines = told(buildings, "liste", building);
    let thin = told(buildings, "infimes", building).unwrap_or_default();
    let mut part = part("batiments", "Bâtiments", lines, thin, "Aucun bâtiment.");
    if !part.lines.is_empty() {
        let count = french::counted(part.lines.len() as i64, "bâtiment", "bâtiments");
        let built = square(&buildings["emprise"]).unwrap_or_default();
        let share = percent(&buildings["part"]).unwrap_or_default();
        part.lead = Some(format!(
            "{count}, emprise au sol {built}, soit {share} du terrain."
        ));
    }
    part
}

fn building(building: &Json) -> Line {
    let name = text(building, "nom").map(|name| format!(" – {name}"));
    let kind = text(building, "type_libelle").unwrap_or("Bâtiment");
    Line {
        head: format!("{kind}{}", name.unwrap_or_default()),
        ..measured(building)
    }
}

fn address(address: &Json) -> Line {
    let origin = match text(address, "origine") {
        Some("parcelle") => "désigne la parcelle",
        _ => "d’après sa position",
    };
    Line {
        head: text(address, "libelle").unwrap_or("?").to_owned(),
        notes: vec![origin.to_owned()],
        ..Line::default()
    }
}

fn neighbour(neighbour: &Json) -> Line {
    let idu = text(neighbour, "idu").unwrap_or("");
    let metres = |member: &str| neighbour[member].as_f64().unwrap_or(0.0);
    let mut notes = vec![idu.to_owned()];
    if let Some(area) = neighbour["contenance"].as_i64() {
        notes.push(format!("contenance {}{FAST}m²", french::count(area)));
    }
    if metres("ecart") > 0.0 {
        let gap = french::real(metres("ecart"), Some("m"));
        notes.push(format!(
            "à {gap} au plan, de part et d’autre d’un raccord de feuilles"
        ));
    }
    Line {
        head: reference(idu),
        notes: vec![notes.join(", ")],
        measure: Some(if neighbour["coin"] == true {
            "par un coin".to_owned()
        } else {
            format!("{} de limite", french::real(metres("limite"), Some("m")))
        }),
        parcel: Some(idu.to_owned()),
        ..Line::default()
    }
}

/// What is in common, as a line without a name yet.
fn measured(found: &Json) -> Line {
    let metres = found["longueur"].as_f64();
    let length = metres.map(|metres| {
        let edge = if found["en_limite"] == true {
            " en limite"
        } else {
            ""
        };
        format!("{}{edge}", french::real(metres, Some("m")))
    });
    let present = (found["present"] == true).then(|| "présent".to_owned());
    Line {
        measure: square(&found["surface"]).or(length).or(present),
        share: percent(&found["part"]),
        ..Line::default()
    }
}

/// The fields that say something, each once.
fn joined(object: &Json, fields: &[&str]) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for field in fields {
        if let Some(text) = text(object, field)
            && !said.contains(&text)
        {
            said.push(text);
        }
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// The planning document, and since when it holds.
fn document(object: &Json) -> Option<String> {
    let id = text(object, "idurba")?;
    Some(match text(object, "datvalid") {
        Some(date) => format!("Document {id}, validé le {}", day(date)),
        None => format!("Document {id}"),
    })
}

/// The piece that holds the rule: a link where its address is known, else its file's name.
fn written(object: &Json, name: &str) -> Option<(String, Option<String>)> {
    let file = text(object, "nomfic").map(str::to_owned);
    match text(object, "urlfic").and_then(web) {
        Some(address) => Some((name.to_owned(), Some(address))),
        None => file.map(|file| (format!("{name}\u{a0}: {file}"), None)),
    }
}

/// An address that a page may lead to.
fn web(address: &str) -> Option<String> {
    let heads = ["https://", "http://", "/pieces/"];
    let plain = !address.contains(char::is_whitespace);
    (plain && heads.iter().any(|head| address.starts_with(head))).then(|| address.to_owned())
}
