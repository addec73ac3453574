//! The paths of the register of documents.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, texts};

/// The paths, as the description of the interface has them.
pub(super) fn paths() -> Vec<(&'static str, Json)> {
    let file = json!({"type": "string", "format": "binary"});
    let id = json!({
        "name": "id", "in": "path", "required": true, "description": "Numéro du document",
        "schema": {"type": "integer"},
    });
    let read = |id: &str, summary: &str, answer: (&str, Json), parameters: Vec<Json>| json!({"get": operation(id, summary, answer, parameters)});
    let mut list = read(
        "documents",
        "Les documents des groupes de travail et de la conférence des maires que la clé permet de lire",
        (media::JSON, json!({"type": "object"})),
        texts(&[("groupe", "Un seul groupe")]),
    );
    let publish = "Publier un document (droit « finance » ou « administrator » de la métropole)";
    list["post"] = operation(
        "document_publish",
        publish,
        (media::JSON, json!({})),
        vec![],
    );
    let created = list["post"]["responses"]["200"].take();
    if let Some(responses) = list["post"]["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("201".to_owned(), created);
    }
    list["post"]["requestBody"] = json!({"required": true, "content": {"multipart/form-data": {"schema": {
        "type": "object",
        "required": ["fichier", "titre", "groupe", "date", "pour"],
        "properties": {
            "fichier": file,
            "titre": {"type": "string", "maxLength": 200},
            "groupe": {"type": "string", "maxLength": 200},
            "date": {"type": "string", "format": "date"},
            "pour": {"type": "string", "description": "tous, communes, ou des codes INSEE séparés par des virgules"},
        },
    }}}});
    let withdraw = operation(
        "document_withdraw",
        "Retirer un document : son fichier est effacé",
        (media::JSON, json!({})),
        vec![id.clone()],
    );
    vec![
        ("/documents", list),
        (
            "/documents.atom",
            read(
                "documents_feed",
                "Les mêmes, et les états de refacturation des exercices scellés, en Atom",
                ("application/atom+xml", json!({"type": "string"})),
                vec![],
            ),
        ),
        ("/documents/{id}", json!({"delete": withdraw})),
        (
            "/documents/{id}/fichier",
            read(
                "document_file",
                "Le fichier d’un document",
                ("application/octet-stream", file),
                vec![id],
            ),
        ),
    ]
}
