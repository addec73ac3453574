//! Notes on zones in the description of the interface, for who instructs.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, texts};

/// Paths of the notes.
pub(super) fn paths() -> [(&'static str, Json); 3] {
    let object = || (media::JSON, json!({"type": "object"}));
    let list = operation(
        "notes",
        "Notes du réseau des instructeurs sur les zones du plan",
        object(),
        texts(&[("zone", "Libellé d’une zone, ou type de zone")]),
    );
    let sent = |id: &str, summary: &str, parameters: Vec<Json>, fields: &[&str]| {
        let properties: serde_json::Map<String, Json> = fields
            .iter()
            .map(|name| {
                let kind = if *name == "revision" {
                    "integer"
                } else {
                    "string"
                };
                ((*name).to_owned(), json!({"type": kind}))
            })
            .collect();
        let schema = json!({"schema": {"type": "object", "properties": properties}});
        let mut sent = operation(id, summary, object(), parameters);
        sent["requestBody"] = json!({
            "content": {media::JSON: schema, "application/x-www-form-urlencoded": schema},
        });
        for status in ["404", "409"] {
            sent["responses"][status] = json!({"$ref": "#/components/responses/problem"});
        }
        sent
    };
    let number = || {
        json!({
            "name": "number", "in": "path", "required": true, "schema": {"type": "integer"},
            "description": "Numéro de la note",
        })
    };
    let mut add = sent(
        "note_add",
        "Écrit une note",
        Vec::new(),
        &["zone", "article", "texte"],
    );
    let made = add["responses"]["200"].take();
    add["responses"] = json!({
        "201": made, "400": add["responses"]["400"], "401": add["responses"]["401"],
        "403": add["responses"]["403"],
    });
    let revised = ["revision", "zone", "article", "texte"];
    let one = operation(
        "note",
        "Les rédactions d’une note, la dernière d’abord",
        object(),
        vec![number()],
    );
    let correct = sent("note_correct", "Corrige une note", vec![number()], &revised);
    let withdraw = sent(
        "note_withdraw",
        "Retire une note",
        vec![number()],
        &["revision"],
    );
    [
        ("/notes", json!({"get": list, "post": add})),
        ("/notes/{number}", json!({"get": one, "post": correct})),
        ("/notes/{number}/retrait", json!({"post": withdraw})),
    ]
}
