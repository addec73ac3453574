//! Titles, figures and sources.

use serde_json::Value as Json;

use super::{Fact, Source, list, text};
use crate::encode::html::french::{self, FAST};
use crate::model::FormerParcel;

/// `AB 123`, or with the number of an absorbed commune `045 AB 12`.
pub fn reference(idu: &str) -> String {
    let part = |from, to| idu.get(from..to).unwrap_or("");
    let plain = |text: &str| match text.trim_start_matches('0') {
        "" => text.to_owned(),
        trimmed => trimmed.to_owned(),
    };
    let prefix = match part(5, 8) {
        "000" => String::new(),
        prefix => format!("{prefix}{FAST}"),
    };
    let section = part(8, 10);
    // Numbered sections keep their zero: « 05 ».
    let section = match section.as_bytes() {
        [b'0', letter] if letter.is_ascii_alphabetic() => plain(section),
        _ => section.to_owned(),
    };
    format!("{prefix}{section}{FAST}{}", plain(part(10, 14)))
}

/// References with commas between them.
pub fn listed(keys: &[&str]) -> String {
    let references: Vec<String> = keys.iter().map(|key| reference(key)).collect();
    references.join(", ")
}

/// `La parcelle AB 12 n’est plus au cadastre depuis le 12/03/2026 : son terrain est aujourd’hui
/// celui de AB 45 (44109000AB0045, 60 %)…`
pub fn became(former: &FormerParcel) -> String {
    let since = former.until.map_or_else(String::new, |at| {
        format!(" depuis le {}", french::day(at.date_naive()))
    });
    let pieces: Vec<String> = former
        .parcels
        .iter()
        .map(|piece| {
            let share = (piece.area / former.area * 100.0).round().clamp(1.0, 100.0);
            format!("{} ({}, {share}{FAST}%)", reference(&piece.idu), piece.idu)
        })
        .collect();
    let now = match pieces.is_empty() {
        true => "aucune parcelle ne couvre plus son terrain".to_owned(),
        false => format!("son terrain est aujourd’hui celui de {}", pieces.join(", ")),
    };
    format!(
        "La parcelle {} ({}) n’est plus au cadastre publié{since}\u{a0}: {now}.",
        reference(&former.idu),
        former.idu
    )
}

pub(super) fn title(keys: &[&str], together: bool) -> String {
    match keys {
        [key] => format!("Parcelle {}", reference(key)),
        _ if together => format!("Unité foncière {}", listed(keys)),
        _ => format!("Parcelles {}", listed(keys)),
    }
}

pub(super) fn facts(sheet: &Json, keys: &[&str]) -> Vec<Fact> {
    let mut facts = vec![Fact {
        name: if keys.len() > 1 {
            "Identifiants"
        } else {
            "Identifiant"
        },
        text: keys.join(", "),
    }];
    let mut add = |name, text: Option<String>| {
        if let Some(text) = text {
            facts.push(Fact { name, text });
        }
    };
    let whole = sheet["contenance"].as_i64();
    add(
        "Contenance",
        whole.map(|area| format!("{}{FAST}m²", french::count(area))),
    );
    add("Surface mesurée", square(&sheet["surface"]));
    let former: Vec<String> = list(&sheet["anciennes_references"])
        .iter()
        .map(|one| {
            let idu = text(one, "idu").unwrap_or("");
            let until = text(one, "jusqu_au");
            let until = until.map_or_else(String::new, |date| format!(", jusqu’au {}", day(date)));
            let area = square(&one["surface"]).unwrap_or_default();
            format!("{} ({idu}{until}, {area})", reference(idu))
        })
        .collect();
    add(
        if former.len() > 1 {
            "Anciennes références"
        } else {
            "Ancienne référence"
        },
        (!former.is_empty()).then(|| few(&former)),
    );
    let commune = &sheet["commune"];
    let named = |member: &str| text(&commune[member], "nom").map(str::to_owned);
    add("Pôle de proximité", named("pole"));
    add("Bassin de vie", named("bassin_de_vie"));
    if keys.len() > 1 && sheet["contigues"] == false {
        add(
            "Situation",
            Some("ces parcelles ne se touchent pas toutes".to_owned()),
        );
    }
    let addresses: Vec<&str> = list(&sheet["adresses"])
        .iter()
        .filter_map(|address| text(address, "libelle"))
        .collect();
    add(
        if addresses.len() > 1 {
            "Adresses"
        } else {
            "Adresse"
        },
        (!addresses.is_empty()).then(|| few(&addresses)),
    );
    facts
}

/// The first of a list, and how many others.
fn few<T: AsRef<str>>(all: &[T]) -> String {
    let shown: Vec<&str> = all.iter().take(4).map(T::as_ref).collect();
    match all.len() - shown.len() {
        0 => shown.join("\u{a0}; "),
        more => format!("{}\u{a0}; et {more} autres", shown.join("\u{a0}; ")),
    }
}

/// `1 250,5 m²`.
pub(super) fn square(area: &Json) -> Option<String> {
    area.as_f64().map(|area| french::real(area, Some("m²")))
}

/// `37,5 %`; what is not nothing never reads as nothing.
pub(super) fn percent(share: &Json) -> Option<String> {
    let percent = share.as_f64()? * 100.0;
    let text = french::real((percent * 100.0).round() / 100.0, None);
    Some(if percent <= 0.0 {
        format!("moins de 0,01{FAST}%")
    } else {
        format!("{text}{FAST}%")
    })
}

/// `05/04/2019`, or the text when it is no date.
pub(super) fn day(date: &str) -> String {
    date.parse().map_or_else(|_| date.to_owned(), french::day)
}

pub(super) fn source(source: &Json) -> Source {
    let said = |name: &str| text(source, name).unwrap_or("").to_owned();
    let read = source["etat"] == "lue";
    let state = match text(source, "etat") {
        Some("lue") => {
            let version = source["version"].as_i64().unwrap_or(0);
            match text(source, "publiee_le").and_then(|at| at.get(..10)) {
                Some(date) => format!("version{FAST}{version} publiée le {}", day(date)),
                None => format!("version{FAST}{version}"),
            }
        }
        Some("non publiee") => match text(source, "lue_au") {
            Some(_) => "non publiée à cette date".to_owned(),
            None => "non publiée".to_owned(),
        },
        Some("reservee") => format!("réservée\u{a0}: {}", said("raison")),
        Some("absente") => format!("absente\u{a0}: {}", said("raison")),
        _ => format!("indisponible\u{a0}: {}", said("raison")),
    };
    Source {
        title: match said("titre") {
            title if title.is_empty() => said("couche"),
            title => title,
        },
        origin: said("source"),
        vintage: said("millesime"),
        state,
        read,
        demonstration: source["demonstration"] == true,
    }
}
