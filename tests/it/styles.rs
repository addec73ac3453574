//! The MapLibre style made from the catalogue.

use std::collections::BTreeSet;

use crate::support::{Server, get};

#[tokio::test]
async fn the_style_is_one_that_maplibre_reads() {
    let server = Server::shared();
    let style = server.json("/styles/geonantes").await;
    assert_eq!(style["version"], 8);
    let sources = style["sources"].as_object().expect("sources");
    assert!(sources.contains_key("communes") && sources.contains_key("parcelles"));
    assert!(
        !sources.contains_key("piscines"),
        "an empty layer is not drawn"
    );
    let mut ids = BTreeSet::new();
    for layer in style["layers"].as_array().expect("layers") {
        let id = layer["id"].as_str().expect("an id");
        assert!(ids.insert(id.to_owned()), "the id {id} stands twice");
        if layer["type"] == "background" {
            continue;
        }
        let source = layer["source"].as_str().expect("a source");
        assert!(
            sources.contains_key(source),
            "{id} draws {source}, which is no source"
        );
        let described = get(sources[source]["url"].as_str().expect("a TileJSON"), &[])
            .await
            .json();
        let inside = described["vector_layers"].as_array().expect("layers");
        let known = inside
            .iter()
            .find(|known| known["id"] == layer["source-layer"]);
        let known =
            known.unwrap_or_else(|| panic!("{id}: no {} in {source}", layer["source-layer"]));
        let fields = known["fields"].as_object().expect("fields");
        for name in read_attributes(layer) {
            assert!(
                fields.contains_key(&name),
                "{id} reads {name}, which no tile carries"
            );
        }
    }
}

/// The attributes that a layer's expressions read: `["get", name]`.
fn read_attributes(part: &serde_json::Value) -> Vec<String> {
    match part {
        serde_json::Value::Array(parts) => match &parts[..] {
            [verb, serde_json::Value::String(name)] if verb == "get" => vec![name.clone()],
            _ => parts.iter().flat_map(read_attributes).collect(),
        },
        serde_json::Value::Object(fields) => fields.values().flat_map(read_attributes).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_list_leads_to_the_style() {
    let server = Server::shared();
    let list = server.json("/styles").await;
    let href = list["styles"][0]["links"][0]["href"]
        .as_str()
        .expect("an address");
    assert_eq!(get(href, &[]).await.json()["version"], 8);
}
