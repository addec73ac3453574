//! Contributions in the description of the interface.

use serde_json::{Value as Json, json};

use super::ask::media;
use crate::access::writing;
use crate::model::Caller;

/// Paths of the contributions, for who may contribute.
pub(super) fn paths(caller: &Caller) -> Vec<(&'static str, Json)> {
    if writing::contributor(caller).is_err() {
        return Vec::new();
    }
    let id = json!({
        "name": "id", "in": "path", "required": true, "description": "Numéro du dépôt",
        "schema": {"type": "integer", "minimum": 1},
    });
    let of_one = |mut operations: Json| {
        operations["parameters"] = json!([id]);
        operations
    };
    vec![
        ("/contributions", json!({"get": list(), "post": send()})),
        (
            "/contributions/{id}",
            of_one(json!({
                "get": told("contribution", "Un dépôt : son état, ses constats, sa comparaison", 200),
                "post": answer(),
                "delete": told("contribution_withdraw", "Retirer un dépôt", 200),
            })),
        ),
        (
            "/contributions/{id}/publish",
            of_one(json!({"post": with_revision(told(
                "contribution_publish",
                "Publier ce qui a été comparé ; 409 si cela a changé entre-temps",
                202,
            ))})),
        ),
        (
            "/contributions/{id}/withdraw",
            of_one(json!({"post": told(
                "contribution_withdraw_post",
                "Retirer un dépôt, pour les programmes qui n’envoient pas DELETE",
                200,
            )})),
        ),
        (
            "/contributions/{id}/rollback",
            of_one(json!({"post": told(
                "contribution_rollback",
                "Reprendre la publication d’un dépôt : ce qu’elle remplaçait est publié de nouveau",
                200,
            )})),
        ),
        (
            "/contributions/{id}/rapport.json",
            of_one(json!({"get": report("json", media::JSON)})),
        ),
        (
            "/contributions/{id}/rapport.html",
            of_one(json!({"get": report("html", media::HTML)})),
        ),
        (
            "/contributions/{id}/rapport.gpkg",
            of_one(json!({"get": report("gpkg", media::GEOPACKAGE)})),
        ),
        (
            "/contributions/{id}/depot.gpkg",
            of_one(json!({"get": answered(
                "contribution_published",
                "Ce qu’un dépôt a publié, tel que publié alors, sans champ personnel : toutes ses \
                 collections, sauf celles à accès restreint et celles dont les objets fusionnent",
                200,
                media::GEOPACKAGE,
            )})),
        ),
    ]
}

fn problems(mut operation: Json) -> Json {
    let problem = json!({"$ref": "#/components/responses/problem"});
    for status in ["400", "401", "403", "404", "409", "429", "503"] {
        operation["responses"][status] = problem.clone();
    }
    operation
}

fn answered(id: &str, summary: &str, status: u16, kind: &str) -> Json {
    let schema = if kind == media::JSON {
        json!({"type": "object"})
    } else {
        json!({"type": "string"})
    };
    let mut operation = json!({"operationId": id, "summary": summary, "responses": {}});
    operation["responses"][status.to_string()] =
        json!({"description": summary, "content": {kind: {"schema": schema}}});
    problems(operation)
}

fn told(id: &str, summary: &str, status: u16) -> Json {
    answered(id, summary, status, media::JSON)
}

fn report(kind: &str, media: &str) -> Json {
    answered(
        &format!("contribution_report_{kind}"),
        "Le rapport d’un dépôt",
        200,
        media,
    )
}

fn list() -> Json {
    let mut operation = told(
        "contributions",
        "Les dépôts, du plus récent au plus ancien",
        200,
    );
    operation["parameters"] = json!([{
        "name": "avant", "in": "query", "required": false,
        "description": "Les dépôts d’un numéro inférieur à celui-ci",
        "schema": {"type": "integer"},
    }]);
    operation
}

/// What is said beside the files.
fn wishes() -> Json {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "to": text("Collection à alimenter"),
        "layer": text("Couche du fichier à lire"),
        "scope": text("Périmètre livré : code INSEE, feuille, idurba…"),
        "crs": text("Système de coordonnées : EPSG:3947"),
        "encoding": text("Encodage des textes"),
        "map": {
            "type": "array",
            "items": {"type": "string"},
            "description": "colonne=champ, une fois par colonne",
        },
        "mapping": text(
            "Lecture de la liste d’une autre application : openads, sitadel-pa, sitadel-pd, \
             sitadel-logements, sitadel-locaux, ou le texte d’une correspondance",
        ),
        "repair": {"type": "boolean", "description": "Réparer ce qui peut l’être"},
        "accept": {"type": "boolean", "description": "Accepter une comparaison inhabituelle"},
        "comment": text("Pourquoi"),
    })
}

fn send() -> Json {
    let mut operation = told("contribute", "Déposer les fichiers d’une livraison", 201);
    let mut properties = wishes();
    properties["fichier"] = json!({
        "type": "array", "items": {"type": "string", "format": "binary"},
    });
    operation["requestBody"] = json!({
        "required": true,
        "content": {"multipart/form-data": {
            "schema": {"type": "object", "required": ["fichier"], "properties": properties},
        }},
    });
    operation["responses"]["201"]["headers"] = json!({
        "Location": {"description": "Adresse du dépôt", "schema": {"type": "string"}},
    });
    for status in ["413", "507"] {
        operation["responses"][status] = json!({"$ref": "#/components/responses/problem"});
    }
    operation
}

fn answer() -> Json {
    let mut operation = told(
        "contribution_answer",
        "Répondre aux questions, et relire",
        202,
    );
    let mut properties = wishes();
    properties["revision"] = json!({"type": "integer"});
    let schema = json!({"type": "object", "properties": properties});
    operation["requestBody"] = json!({
        "content": {
            media::JSON: {"schema": schema},
            "application/x-www-form-urlencoded": {"schema": schema},
        },
    });
    operation
}

/// Who publishes says what it saw.
fn with_revision(mut operation: Json) -> Json {
    let schema = json!({"type": "object", "properties": {"revision": {"type": "integer"}}});
    operation["requestBody"] = json!({"content": {media::JSON: {"schema": schema}}});
    operation
}
