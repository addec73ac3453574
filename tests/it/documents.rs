//! Documents of OGC API Features: landing page, conformance, description, collections, schemas.

use serde_json::Value as Json;

use crate::support::{Server, features, link};

/// Every link of a document has an address, a relation, a type and a title, and answers.
async fn links_answer(server: &Server, document: &Json) {
    let links = document["links"].as_array().expect("links");
    for link in links {
        for part in ["href", "rel", "type", "title"] {
            assert!(link[part].is_string(), "{link} lacks {part}");
        }
        if link["templated"] == true || link["rel"] == "related" {
            continue;
        }
        let href = link["href"].as_str().expect("an address");
        let path = href
            .strip_prefix(&server.url(""))
            .expect("an address of this server");
        let answer = server.get(path).await;
        assert!(
            matches!(answer.status, 200 | 204),
            "{href}: {}",
            answer.status
        );
        let kind = link["type"].as_str().expect("a type");
        let bare = |text: &str| text.split(';').next().unwrap_or("").to_owned();
        assert_eq!(bare(answer.header("content-type")), bare(kind), "{href}");
    }
}

#[tokio::test]
async fn the_landing_page_leads_everywhere() {
    let server = Server::shared();
    let page = server.json("/").await;
    for rel in [
        "self",
        "alternate",
        "service-desc",
        "service-doc",
        "conformance",
        "data",
    ] {
        assert!(link(&page, rel).is_some(), "no link {rel}");
    }
    links_answer(server, &page).await;
}

#[tokio::test]
async fn conformance_names_the_classes_that_clients_look_for() {
    let page = Server::shared().json("/conformance").await;
    let classes = page["conformsTo"].as_array().expect("classes");
    for class in [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    ] {
        assert!(classes.iter().any(|known| known == class), "{class}");
    }
}

#[tokio::test]
async fn the_description_is_openapi_3_0_and_every_reference_leads_somewhere() {
    let server = Server::shared();
    let answer = server.get("/api").await;
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let api = answer.json();
    assert!(
        api["openapi"]
            .as_str()
            .expect("a version")
            .starts_with("3.0.")
    );
    let items = &api["paths"]["/collections/parcelles/items"]["get"];
    let named = |parameter: &Json| parameter["name"] == "section" && parameter["in"] == "query";
    assert!(
        items["parameters"]
            .as_array()
            .expect("parameters")
            .iter()
            .any(named)
    );
    references(&api, &api);
    for requirement in api["security"].as_array().expect("how to present a key") {
        for name in requirement.as_object().expect("schemes").keys() {
            let scheme = &api["components"]["securitySchemes"][name];
            assert!(scheme["type"].is_string(), "{name} is not described");
        }
    }
    for status in ["401", "403", "429"] {
        assert!(items["responses"][status].is_object(), "{status}");
    }
    let mut ids: Vec<&Json> = Vec::new();
    for path in api["paths"].as_object().expect("paths").values() {
        ids.push(&path["get"]["operationId"]);
    }
    let all = ids.len();
    ids.sort_by_key(|id| id.to_string());
    ids.dedup();
    assert_eq!(ids.len(), all, "an operationId stands twice");
}

fn references(api: &Json, part: &Json) {
    match part {
        Json::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(Json::as_str) {
                let pointer = target.strip_prefix('#').expect("a local reference");
                assert!(api.pointer(pointer).is_some(), "{target} leads nowhere");
            }
            fields.values().for_each(|field| references(api, field));
        }
        Json::Array(parts) => parts.iter().for_each(|part| references(api, part)),
        _ => {}
    }
}

#[tokio::test]
async fn collections_show_the_open_layers_with_their_true_extent() {
    let server = Server::shared();
    let list = server.json("/collections").await;
    let collections = list["collections"].as_array().expect("collections");
    let ids: Vec<&str> = collections
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids.len(), 19, "{ids:?}");
    for id in ["communes", "parcelles", "plum-zonage", "dossiers-ads"] {
        assert!(ids.contains(&id), "{id}");
    }
    let one = server.json("/collections/communes").await;
    links_answer(server, &one).await;
    assert_eq!(
        one["storageCrs"],
        "http://www.opengis.net/def/crs/EPSG/0/2154"
    );
    let crs = one["crs"].as_array().expect("systems");
    for code in [
        "OGC/1.3/CRS84",
        "EPSG/0/4326",
        "EPSG/0/3857",
        "EPSG/0/2154",
        "EPSG/0/3947",
    ] {
        let uri = format!("http://www.opengis.net/def/crs/{code}");
        assert!(crs.iter().any(|known| *known == uri), "{uri}");
    }
    let expected: Vec<f64> = server
        .database
        .one(
            "SELECT ARRAY[ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)] FROM \
             (SELECT ST_Extent(ST_Transform(geom_3857, 4326)) e FROM layer.communes) t",
        )
        .await;
    let found = one["extent"]["spatial"]["bbox"][0]
        .as_array()
        .expect("a box");
    for (found, expected) in found.iter().zip(expected) {
        let found = found.as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
    }
}

#[tokio::test]
async fn an_empty_collection_has_no_extent_and_no_features() {
    let server = Server::shared();
    let one = server.json("/collections/piscines").await;
    assert!(
        one.get("extent")
            .is_none_or(|extent| extent.get("spatial").is_none()),
        "{one}"
    );
    let page = server.json("/collections/piscines/items").await;
    assert!(features(&page).is_empty());
    assert_eq!(
        (&page["numberMatched"], &page["numberReturned"]),
        (&0.into(), &0.into())
    );
    assert_eq!(link(&page, "next"), None);
}

#[tokio::test]
async fn demonstration_data_say_so_and_others_do_not() {
    let server = Server::shared();
    let of = async |id: &str| server.json(&format!("/collections/{id}")).await;
    let parcels = of("parcelles").await;
    assert!(
        parcels["title"]
            .as_str()
            .expect("a title")
            .contains("démonstration")
    );
    let communes = of("communes").await;
    assert!(
        !communes["title"]
            .as_str()
            .expect("a title")
            .contains("démonstration")
    );
}

#[tokio::test]
async fn queryables_are_what_items_takes_and_the_schema_what_it_gives() {
    let server = Server::shared();
    let queryables = server.get("/collections/parcelles/queryables").await;
    assert_eq!(queryables.header("content-type"), "application/schema+json");
    let queryables = queryables.json();
    let names = |schema: &Json| -> Vec<String> {
        schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .cloned()
            .collect()
    };
    let page = server.json("/collections/parcelles/items?limit=1").await;
    let feature = &features(&page)[0];
    for name in names(&queryables).iter().filter(|name| *name != "geometry") {
        let value = match &feature["properties"][name] {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let found = server
            .json(&format!("/collections/parcelles/items?{name}={value}"))
            .await;
        assert!(
            found["numberMatched"].as_i64() >= Some(1),
            "{name}={value}: {found}"
        );
    }
    let schema = server.json("/collections/parcelles/schema").await;
    assert_eq!(schema["properties"]["fid"]["x-ogc-role"], "id");
    let given = feature["properties"]
        .as_object()
        .expect("properties")
        .keys();
    for name in given {
        assert!(names(&schema).contains(name), "{name} is not in the schema");
    }
    let domains = server.json("/collections/dossiers-ads/queryables").await;
    let kinds = domains["properties"]["type"]["enum"]
        .as_array()
        .expect("a domain");
    assert!(kinds.iter().any(|code| code == "DP"));
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem_with_its_name_cut_short() {
    let server = Server::shared();
    server.get("/nowhere").await.problem(404);
    server.get("/collections/rien").await.problem(404);
    server.get("/styles/rien").await.problem(404);
    server.get("/tileMatrixSets/rien").await.problem(404);
    let long = "x".repeat(500);
    let detail = server
        .get(&format!("/collections/{long}"))
        .await
        .problem(404);
    assert!(detail.len() < 200, "{detail}");
    server.get("/collections?f=gml").await.problem(400);
    let detail = server.get("/collections?page=2").await.problem(400);
    assert!(detail.contains("page"), "{detail}");
}

#[tokio::test]
async fn links_follow_the_host_that_the_client_sees() {
    let server = Server::shared();
    let answer = server
        .get_with("/", &[("x-forwarded-proto", "https")])
        .await;
    let data = answer.link("data").expect("a link");
    assert!(
        data.starts_with(&format!("https://{}/", server.address)),
        "{data}"
    );
}
