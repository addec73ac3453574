//! Drafts that an instructor goes on writing from a parcel's sheet: the certificate of information
//! (*CUa*) and the note, as OpenDocument.

use askama::Template as _;
use chrono::NaiveDate;
use serde_json::Value as Json;

use super::html::{Html, french};

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// A certificate of information (code de l’urbanisme, L410-1 a).
    Certificate,
    /// A note of what bears on the ground.
    Note,
}

#[derive(askama::Template)]
#[template(path = "odt/draft.xml")]
struct Document {
    certificate: bool,
    day: String,
    portal: String,
    commune: String,
    stated: String,
    area: String,
    parcels: Vec<[String; 3]>,
    addresses: String,
    parts: Vec<Part>,
    sources: Vec<[String; 3]>,
    demonstration: bool,
}

struct Part {
    title: &'static str,
    hint: &'static str,
    none: String,
    rows: Vec<[String; 3]>,
    source: String,
}

/// Informations that are pre-emption, by their CNIG type.
const PREEMPTION: [&str; 2] = ["04", "05"];

/// The `content.xml` of a draft, from a sheet's document.
///
/// # Errors
/// When the template cannot be filled.
pub fn content(sheet: &Json, draft: Draft, portal: &str, day: NaiveDate) -> Html {
    let informations = &sheet["informations"]["croisements"];
    let is = |row: &Json, kinds: &[&str]| {
        let kind = row["typeinf"].as_str().unwrap_or("");
        kinds.contains(&kind)
    };
    let some = |wanted: &dyn Fn(&Json) -> bool| -> Json {
        let all = informations.as_array().into_iter().flatten();
        Json::Array(all.filter(|row| wanted(row)).cloned().collect())
    };
    let preemption = some(&|row| is(row, &PREEMPTION));
    let others = some(&|row| !is(row, &PREEMPTION));
    let absent = informations.is_null();
    let part = |title, hint, rows: &Json, layer: &str, unread: bool| Part {
        title,
        hint,
        rows: list(rows).iter().map(row).collect(),
        none: if unread || rows.is_null() {
            "La donnée n’a pas pu être lue : à vérifier.".to_owned()
        } else {
            "Néant d’après les données publiées.".to_owned()
        },
        source: source(sheet, layer),
    };
    let zones = &sheet["zonage"]["zones"];
    let mut parts = vec![
        part(
            "Zones du plan local d’urbanisme",
            "",
            zones,
            "plum-zonage",
            false,
        ),
        part(
            "Prescriptions",
            "",
            &sheet["prescriptions"]["croisements"],
            "plum-prescriptions",
            false,
        ),
        part(
            "Servitudes d’utilité publique",
            "Les actes et leurs annexes prévalent sur cette liste.",
            &sheet["servitudes"]["croisements"],
            "servitudes",
            false,
        ),
        part(
            "Droit de préemption",
            "Bénéficiaire du droit et déclaration préalable à l’aliénation : [à compléter].",
            &preemption,
            "plum-informations",
            absent,
        ),
        part(
            "Autres informations",
            "Zones d’aménagement, sursis à statuer, bruit, archéologie, secteurs de taxe…",
            &others,
            "plum-informations",
            absent,
        ),
    ];
    if draft == Draft::Note {
        let files = &sheet["dossiers"]["sur"];
        parts.push(part(
            "Dossiers d’urbanisme sur le terrain",
            "",
            files,
            "dossiers-ads",
            false,
        ));
    }
    let commune = text(&sheet["commune"], "nom");
    Document {
        certificate: draft == Draft::Certificate,
        day: french::day(day),
        portal: portal.to_owned(),
        commune: if commune.is_empty() {
            "[commune]".to_owned()
        } else {
            commune
        },
        stated: metres(&sheet["contenance"]),
        area: metres(&sheet["surface"]),
        parcels: list(&sheet["parcelles"])
            .iter()
            .map(|it| {
                [
                    text(it, "idu"),
                    metres(&it["contenance"]),
                    metres(&it["surface"]),
                ]
            })
            .collect(),
        addresses: list(&sheet["adresses"])
            .iter()
            .take(10)
            .map(|it| text(it, "libelle"))
            .collect::<Vec<_>>()
            .join(" ; "),
        parts,
        sources: list(&sheet["sources"]).iter().map(origin).collect(),
        demonstration: list(&sheet["sources"])
            .iter()
            .any(|it| it["demonstration"] == true),
    }
    .render()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A member as people read it; empty when there is none.
fn text(object: &Json, name: &str) -> String {
    match &object[name] {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn metres(value: &Json) -> String {
    let number = value.as_f64();
    number.map_or_else(|| "–".to_owned(), |area| french::real(area, Some("m²")))
}

/// What bears on the ground: what it is, how much of it, and where it is written.
fn row(it: &Json) -> [String; 3] {
    let first = |names: &[&str]| {
        let found = names.iter().map(|name| text(it, name));
        found
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    let name = first(&["libelle", "nomsup", "numero"]);
    let more = first(&[
        "libelong",
        "typepsc_libelle",
        "typeinf_libelle",
        "suptype_libelle",
        "type_libelle",
        "typezone_libelle",
    ]);
    let mut what = match (name.is_empty(), more.is_empty()) {
        (false, false) if name != more => format!("{name} – {more}"),
        (true, _) => more,
        _ => name,
    };
    for extra in ["suptype", "nature_travaux", "decision_libelle", "nomacte"] {
        let told = text(it, extra);
        if !told.is_empty() {
            what.push_str(if extra == "suptype" { " (" } else { ", " });
            what.push_str(&told);
            what.push_str(if extra == "suptype" { ")" } else { "" });
        }
    }
    let extent = match (it["surface"].as_f64(), it["longueur"].as_f64()) {
        (Some(area), _) => {
            let part = it["part"].as_f64().unwrap_or(0.0) * 100.0;
            format!(
                "{} ({}\u{a0}%)",
                french::real(area, Some("m²")),
                french::rounded(part, 1)
            )
        }
        (None, Some(length)) => french::real(length, Some("m")),
        (None, None) if it["present"] == true => "présence".to_owned(),
        _ => String::new(),
    };
    [
        what,
        extent,
        first(&["nomfic", "fichier", "date_decision", "date_depot"]),
    ]
}

fn origin(it: &Json) -> [String; 3] {
    let title = format!("{}, {}", text(it, "titre"), text(it, "source"));
    let version = match text(it, "version") {
        version if version.is_empty() => text(it, "etat"),
        version => format!("{}, version {version}", text(it, "etat")),
    };
    [title, text(it, "millesime"), version]
}

/// A layer among the sources, in a line.
fn source(sheet: &Json, layer: &str) -> String {
    let found = list(&sheet["sources"])
        .iter()
        .find(|it| it["couche"] == layer);
    found.map_or_else(String::new, |it| {
        let [title, vintage, version] = origin(it);
        [title, vintage, version].join(" ; ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_draft_says_what_bears_on_the_ground_with_its_source_and_escapes_it() {
        let sheet = json!({
            "parcelles": [{"idu": "44109000AB0001", "contenance": 400, "surface": 401.5}],
            "commune": {"nom": "Nantes"}, "contenance": 400, "surface": 401.5, "adresses": [],
            "zonage": {"zones": [{"libelle": "UMa <b>", "typezone_libelle": "Zone urbaine",
                "surface": 401.5, "part": 1.0, "nomfic": "reglement.pdf"}]},
            "prescriptions": null, "servitudes": {"croisements": []},
            "informations": {"croisements": [{"typeinf": "04", "libelle": "DPU"}, {"typeinf": "14", "libelle": "Bruit"}]},
            "sources": [{"couche": "plum-zonage", "titre": "Zonage", "source": "Métropole",
                "millesime": "2019", "version": 3, "etat": "lue"}],
        });
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day");
        let text = content(&sheet, Draft::Certificate, "Géonantes", day).expect("written");
        for words in [
            "30/11/2026",
            "401,5\u{a0}m² (100,0\u{a0}%)",
            "version 3",
            "L410-1",
            "n’a pas pu être lue",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(
            !text.contains("<b>") && text.find("DPU") < text.find("Bruit"),
            "{text}"
        );
        let note = content(&sheet, Draft::Note, "Géonantes", day).expect("written");
        assert!(!note.contains("Le maire certifie") && note.contains("Dossiers d’urbanisme"));
        let bytes = crate::encode::odt::package(&note).expect("a package");
        assert_eq!(&bytes[30..38], b"mimetype");
    }
}
