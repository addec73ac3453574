//! Look-ups of land use in the description of the interface.

use serde_json::{Value as Json, json};

use super::ask::media;
use super::openapi_parts::{operation, parameter, texts};
use crate::catalogue::View;

/// Paths of the look-ups whose layer the caller sees, each with its operations.
pub(super) fn paths(views: &[View]) -> Vec<(&'static str, Json)> {
    let seen = |id: &str| views.iter().any(|view| view.id.as_str() == id);
    let mut paths = Vec::new();
    if seen("parcelles") {
        paths.push(("/ads/parcelles", parcels()));
        paths.push(("/ads/parcelles/{idu}", sheet()));
        for (path, id, title) in DRAFTS {
            paths.push((path, draft(id, title)));
        }
    }
    if seen("adresses") {
        paths.push(("/ads/adresses/search", addresses()));
        paths.push(("/ads/adresses/reverse", nearest()));
    }
    paths
}

fn object() -> (&'static str, Json) {
    (media::JSON, json!({"type": "object"}))
}

fn degrees() -> [Json; 2] {
    let axis = |name: &str, title: &str, most: i32| {
        parameter(
            name,
            title,
            json!({"type": "number", "minimum": -most, "maximum": most}),
        )
    };
    [
        axis("lon", "Longitude, en degrés", 180),
        axis("lat", "Latitude, en degrés", 90),
    ]
}

fn parcels() -> Json {
    let mut parameters = texts(&[
        (
            "q",
            "Ce que tape un instructeur : références, numéro de dossier, adresse",
        ),
        (
            "idu",
            "Identifiant de parcelle, ou plusieurs séparés par des virgules",
        ),
        ("code_insee", "Code INSEE de la commune"),
        ("code_dep", "Code du département, avec code_com"),
        ("code_com", "Code de la commune dans le département"),
        ("com_abs", "Code de la commune absorbée, ou 000"),
        ("code_arr", "Code de l’arrondissement, ou 000"),
        ("section", "Section, deux caractères"),
        ("numero", "Numéro de parcelle, quatre chiffres"),
        (
            "geom",
            "Géométrie GeoJSON en EPSG:4326 que les parcelles rencontrent",
        ),
        ("source_ign", "PCI ou BDP, pour les outils d’API Carto"),
    ]);
    parameters.extend(degrees());
    parameters.push(parameter(
        "_limit",
        "Nombre de parcelles de la réponse",
        json!({"type": "integer", "minimum": 1, "maximum": 1000}),
    ));
    parameters.push(parameter(
        "_start",
        "Nombre de parcelles passées",
        json!({"type": "integer", "minimum": 0}),
    ));
    let get = operation(
        "ads_parcelles",
        "Parcelles, avec les paramètres et les champs d’API Carto cadastre",
        object(),
        parameters,
    );
    let mut post = operation(
        "ads_parcelles_post",
        "Parcelles, les mêmes paramètres dans le corps",
        object(),
        Vec::new(),
    );
    post["requestBody"] = json!({
        "content": {
            media::JSON: {"schema": {"type": "object"}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
        },
    });
    json!({"get": get, "post": post})
}

/// Documents to go on writing, made of a sheet.
const DRAFTS: [(&str, &str, &str); 2] = [
    (
        "/ads/parcelles/{idu}/cu.odt",
        "ads_cu",
        "Projet de certificat d’urbanisme d’information (OpenDocument)",
    ),
    (
        "/ads/parcelles/{idu}/note.odt",
        "ads_note",
        "Note de renseignements d’urbanisme (OpenDocument)",
    ),
];

fn draft(id: &str, title: &str) -> Json {
    let media = crate::encode::odt::MEDIA;
    let content = (media, json!({"type": "string", "format": "binary"}));
    let mut get = operation(id, title, content, vec![idu()]);
    get["responses"]["404"] = json!({"$ref": "#/components/responses/problem"});
    json!({"get": get})
}

fn idu() -> Json {
    json!({
        "name": "idu", "in": "path", "required": true, "schema": {"type": "string"},
        "description": "Identifiant à quatorze caractères, ou plusieurs séparés par des virgules \
                        pour une unité foncière",
    })
}

fn sheet() -> Json {
    let format = parameter(
        "f",
        "json : la fiche ; html : sa page ; pdf : pour le papier, avec un plan à l’échelle ; \
         geojson : la parcelle seule",
        json!({"type": "string", "enum": ["json", "html", "pdf", "geojson"], "default": "json"}),
    );
    let mut parameters = vec![idu(), format];
    parameters.extend(texts(&[
        (
            "date",
            "Règles telles que publiées ce jour (AAAA-MM-JJ) ; deux jours séparés par une barre \
             oblique disent aussi ce qui a changé",
        ),
        (
            "dossier",
            "Numéro d’un dossier : règles du jour que la loi fige pour lui",
        ),
    ]));
    let mut get = operation(
        "ads_fiche",
        "Fiche d’une parcelle ou d’une unité foncière",
        object(),
        parameters,
    );
    for kind in [media::HTML, media::PDF] {
        let schema = json!({"schema": {"type": "string"}});
        get["responses"]["200"]["content"][kind] = schema;
    }
    get["responses"]["308"] = json!({"description": "L’adresse de la parcelle, écrite autrement"});
    for status in ["404", "410"] {
        get["responses"][status] = json!({"$ref": "#/components/responses/problem"});
    }
    json!({"get": get})
}

fn addresses() -> Json {
    let mut parameters = texts(&[
        ("q", "Ce que l’on tape, de 3 à 200 caractères"),
        ("type", "housenumber, street, locality ou municipality"),
        ("postcode", "Code postal"),
        ("citycode", "Code INSEE de la commune"),
        ("depcode", "Code du département"),
        ("autocomplete", "0 quand le dernier mot est entier"),
    ]);
    parameters[0]["required"] = json!(true);
    parameters.push(count());
    parameters.extend(degrees());
    json!({"get": operation(
        "ads_adresses_search",
        "Adresses, dans la forme de la Base adresse nationale (GeocodeJSON)",
        object(),
        parameters,
    )})
}

fn nearest() -> Json {
    let mut parameters: Vec<Json> = degrees().to_vec();
    for axis in &mut parameters {
        axis["required"] = json!(true);
    }
    parameters.push(count());
    json!({"get": operation(
        "ads_adresses_reverse",
        "Adresses les plus proches d’un lieu",
        object(),
        parameters,
    )})
}

fn count() -> Json {
    parameter(
        "limit",
        "Nombre de résultats",
        json!({"type": "integer", "minimum": 1, "maximum": 50}),
    )
}
