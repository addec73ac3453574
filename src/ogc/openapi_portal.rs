//! The files of use and of the networks' directory in the description of the interface.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, texts};
use crate::access;
use crate::model::Caller;

/// Paths of the files that members read, for members.
pub(super) fn paths(caller: &Caller) -> Vec<(&'static str, Json)> {
    if access::member(caller).is_err() {
        return Vec::new();
    }
    vec![
        (
            "/usage.json",
            json!({"get": file("usage", "L’usage : demandes, objets, octets", media::JSON, &USAGE)}),
        ),
        (
            "/usage.csv",
            json!({"get": file("usage_csv", "L’usage, en tableau", media::CSV, &USAGE)}),
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
    ]
}

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
