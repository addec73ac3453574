//! Exercises of shared costs in the description of the interface.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, texts};

/// Their paths; what needs finance rights says so.
pub(super) fn paths() -> Vec<(&'static str, Json)> {
    let (exercise, commune) = (
        held("exercise", "Une année (2026), ou 2026-forecast, 2026-final"),
        held(
            "commune",
            "Code INSEE, avec .pdf, .xlsx, .json ou .csv pour un fichier",
        ),
    );
    let matrix = json!({"type": "object", "externalDocs": {"url": "/couts/schema.json"}});
    let json = |id: &str, summary: &str, schema: Json, parameters: Vec<Json>| json!({"get": operation(id, summary, (media::JSON, schema), parameters)});
    let mut slid = texts(&SLIDERS);
    slid.insert(0, exercise.clone());
    let mut simulation = json(
        "costs_simulation",
        "Simuler une clé, des taux ou des communes membres (droit « finance »)",
        json!({}),
        slid,
    );
    simulation["post"] = operation(
        "costs_variants",
        "Simuler des variantes écrites comme pour « geonantes costs simulate » (droit « finance »)",
        (media::JSON, json!({})),
        vec![exercise.clone()],
    );
    simulation["post"]["requestBody"] =
        json!({"required": true, "content": {media::JSON: {"schema": {"type": "object"}}}});
    vec![
        (
            "/couts",
            json(
                "costs",
                "Les exercices des services communs",
                json!({}),
                vec![],
            ),
        ),
        (
            "/couts/{exercise}",
            json(
                "costs_exercise",
                "Ce que coûte chaque service et qui en paie combien, en centimes",
                matrix,
                vec![exercise.clone()],
            ),
        ),
        (
            "/couts/{exercise}/{commune}",
            json(
                "costs_statement",
                "L’état de refacturation d’une commune (droit « finance »)",
                json!({}),
                vec![exercise, commune],
            ),
        ),
        ("/couts/{exercise}/simulation", simulation),
    ]
}

const SLIDERS: [(&str, &str); 7] = [
    ("service", "Le service"),
    ("cle", "population, equal, usage, mixed ou free"),
    ("part", "Clé mixte : part de la population, de 0 à 1"),
    ("usage_propre", "Usage propre de la métropole, de 0 à 1"),
    ("solidarite", "Solidarité de la métropole, de 0 à 1"),
    ("structure", "Charges de structure : 0.095"),
    (
        "membres",
        "Codes INSEE des communes membres, séparés par des virgules",
    ),
];

fn held(name: &str, description: &str) -> Json {
    json!({
        "name": name, "in": "path", "required": true, "description": description,
        "schema": {"type": "string"},
    })
}
