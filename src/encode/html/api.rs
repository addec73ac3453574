//! The documentation of the interface, from its OpenAPI description.

use askama::Template as _;
use serde_json::Value as Json;

use super::{Html, Page, Published, Section, Site, extent};

#[derive(askama::Template)]
#[template(path = "api.html")]
struct Api<'a> {
    page: Page<'a>,
    version: &'a str,
    service: Vec<Operation<'a>>,
    collections: Vec<Collection<'a>>,
    shared: Vec<Parameter<'a>>,
    example: Option<Example<'a>>,
}

/// What the examples of addresses name.
struct Example<'a> {
    id: &'a str,
    bbox: Option<String>,
    /// Code of the legal projection.
    crs: Option<&'a str>,
}

/// A collection and its operations.
struct Collection<'a> {
    id: &'a str,
    title: &'a str,
    operations: Vec<Operation<'a>>,
}

/// One `GET`.
struct Operation<'a> {
    path: &'a str,
    summary: &'a str,
    kinds: Vec<&'a str>,
    /// Names of the parameters described once for all.
    shared: Vec<&'a str>,
    /// Parameters of its own.
    own: Vec<Parameter<'a>>,
}

struct Parameter<'a> {
    name: &'a str,
    place: &'static str,
    kind: String,
    description: &'a str,
    values: Vec<String>,
}

/// Documentation for people who write programs.
///
/// `example` is a layer to show addresses with.
pub fn api<'a>(site: Site<'a>, example: Option<Published<'a>>, document: &'a Json) -> Html {
    let mut service = Vec::new();
    let mut collections: Vec<Collection<'a>> = Vec::new();
    for (path, item) in entries(&document["paths"]) {
        let operation = operation(path, &item["get"]);
        let Some(rest) = path.strip_prefix("/collections/") else {
            service.push(operation);
            continue;
        };
        let id = rest.split('/').next().unwrap_or(rest);
        match collections.iter_mut().find(|group| group.id == id) {
            Some(group) => group.operations.push(operation),
            None => collections.push(Collection {
                id,
                title: operation.summary.split(" : ").next().unwrap_or(id),
                operations: vec![operation],
            }),
        }
    }
    let shared = entries(&document["components"]["parameters"]).map(|(_, it)| parameter(it));
    Api {
        page: Page::new(site, "API", Section::Api).json(
            "/api?f=json",
            "application/vnd.oai.openapi+json;version=3.0",
        ),
        version: text(&document["info"]["version"]),
        example: example.map(|published| Example {
            id: published.layer.id.as_str(),
            bbox: published.extent.map(|extent| extent::bbox(extent, 2)),
            crs: projected(document),
        }),
        shared: shared.collect(),
        service,
        collections,
    }
    .render()
}

fn entries(value: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let object = value.as_object().into_iter().flatten();
    object.map(|(name, value)| (name.as_str(), value))
}

/// The first system served that is neither in degrees nor of web maps.
fn projected(document: &Json) -> Option<&str> {
    let parameter = &document["components"]["parameters"]["crs"];
    let systems = parameter["schema"]["enum"].as_array()?.iter();
    let codes = systems.filter_map(|uri| uri.as_str()?.rsplit_once("/EPSG/0/"));
    codes
        .map(|(_, code)| code)
        .find(|code| !matches!(*code, "4326" | "3857"))
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or("")
}

fn operation<'a>(path: &'a str, it: &'a Json) -> Operation<'a> {
    let parameters = it["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let reference = |parameter: &'a Json| {
        let pointer = parameter["$ref"].as_str()?;
        pointer.rsplit('/').next()
    };
    let own = parameters.iter().filter(|it| reference(it).is_none());
    Operation {
        path,
        summary: text(&it["summary"]),
        kinds: entries(&it["responses"]["200"]["content"])
            .map(|(kind, _)| kind)
            .collect(),
        shared: parameters.iter().filter_map(reference).collect(),
        own: own.map(parameter).collect(),
    }
}

fn parameter(it: &Json) -> Parameter<'_> {
    let schema = &it["schema"];
    let kind = match (text(&schema["type"]), text(&schema["format"])) {
        ("string", "date") => "date",
        ("string", "date-time") => "date et heure",
        ("string", "uri") => "adresse",
        ("string", _) => "texte",
        ("integer", _) => "entier",
        ("number", _) => "nombre",
        ("boolean", _) => "vrai ou faux",
        ("array", _) => "liste",
        (other, _) => other,
    };
    let bound = |name: &str| schema[name].as_i64();
    let kind = match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!("{kind}, de {least} à {most}"),
        _ => kind.to_owned(),
    };
    let values = schema["enum"].as_array().map_or(&[][..], Vec::as_slice);
    Parameter {
        name: text(&it["name"]),
        place: if it["in"] == "path" {
            "chemin"
        } else {
            "requête"
        },
        kind,
        description: text(&it["description"]),
        values: values
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect(),
    }
}
