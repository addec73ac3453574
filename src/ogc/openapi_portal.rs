//! The files of use and of the networks' directory in the description of the interface.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, texts};
use crate::access;
use crate::encode::report::SHEET_MEDIA;
use crate::model::Caller;

/// Paths of the files that members read, for members.
pub(super) fn paths(caller: &Caller) -> Vec<(&'static str, Json)> {
    if access::member(caller).is_err() {
        return Vec::new();
    }
    let mut files = Vec::new();
    if access::instructor(caller).is_ok() {
        let all = "Dossiers d’urbanisme à suivre : échéances, pièces, caducités, anomalies";
        let list = "Les dossiers, en tableau";
        files.push((
            "/dossiers",
            json!({"get": file("files", all, media::JSON, &FILES)}),
        ));
        files.push((
            "/dossiers.csv",
            json!({"get": file("files_csv", list, media::CSV, &FILES)}),
        ));
        files.extend(super::openapi_notes::paths());
    }
    files.extend([
        (
            "/usage.json",
            json!({"get": file("usage", "L’usage : demandes, objets, octets", media::JSON, &USAGE)}),
        ),
        (
            "/usage.csv",
            json!({"get": file("usage_csv", "L’usage, en tableau", media::CSV, &USAGE)}),
        ),
        (
            "/usage.xlsx",
            json!({"get": file("usage_xlsx", "L’usage, en classeur", SHEET_MEDIA, &USAGE)}),
        ),
        (
            "/reseaux.json",
            json!({"get": file("networks", "Les réseaux et leurs référents", media::JSON, &NETWORKS)}),
        ),
        (
            "/reseaux.csv",
            json!({"get": file(
                "networks_csv",
                "Les référents des réseaux, en tableau",
                media::CSV,
                &NETWORKS,
            )}),
        ),
    ]);
    files
}

/// Parameters of the files, and what they mean.
const FILES: [(&str, &str); 7] = [
    ("commune", "Code INSEE, parmi les vôtres"),
    ("type", "CUa, CUb, DP, PCMI, PC, PA, PD ou AT"),
    (
        "etat",
        "depose, incomplet, en_instruction, prolonge, suspendu, decide…",
    ),
    ("decision", "accord, refus, non_opposition…"),
    ("echeance", "retard, 7, 15 ou pieces"),
    ("annee", "Année du dépôt, et des statistiques"),
    ("page", "Page de la liste, à partir de 1"),
];

/// Parameters of use, and what they mean.
const USAGE: [(&str, &str); 4] = [
    ("from", "Premier jour, AAAA-MM-JJ"),
    ("to", "Dernier jour, compris"),
    ("commune", "Code INSEE, metropolis ou public"),
    (
        "by",
        "Ce que dit une ligne : layer, day, operation, client, key…",
    ),
];

/// Parameters of the directory.
const NETWORKS: [(&str, &str); 2] = [("reseau", "Un réseau"), ("commune", "Code INSEE")];

fn file(id: &str, summary: &str, kind: &str, parameters: &[(&str, &str)]) -> Json {
    let schema = match kind {
        media::JSON => json!({}),
        _ => json!({"type": "string"}),
    };
    operation(id, summary, (kind, schema), texts(parameters))
}
