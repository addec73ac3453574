//! Parameters and operations, as several parts of the description of the interface write them.

use serde_json::{Value as Json, json};

/// A parameter of the query that may be left out.
pub(super) fn parameter(name: &str, description: &str, schema: Json) -> Json {
    json!({
        "name": name, "in": "query", "description": description, "required": false,
        "schema": schema,
    })
}

/// Such parameters whose values are texts: name and description.
pub(super) fn texts(list: &[(&str, &str)]) -> Vec<Json> {
    let one = |(name, description): &(&str, &str)| {
        parameter(name, description, json!({"type": "string"}))
    };
    list.iter().map(one).collect()
}

/// An operation that answers `schema` as media of that kind, or a problem.
pub(super) fn operation(
    id: &str,
    summary: &str,
    (kind, schema): (&str, Json),
    parameters: Vec<Json>,
) -> Json {
    let problem = json!({"$ref": "#/components/responses/problem"});
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": {kind: {"schema": schema}}},
            "400": problem, "401": problem, "403": problem, "429": problem, "503": problem,
        },
    })
}
