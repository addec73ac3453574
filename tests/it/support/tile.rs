//! Vector tiles, decoded.

use std::collections::BTreeMap;
use std::io::Read as _;

use geozero::mvt::{Message as _, Tile, tile};
use serde_json::{Value as Json, json};

/// A decoded tile of one layer.
#[derive(Debug)]
pub struct Drawn {
    /// The layer's name.
    pub name: String,
    /// Units of its side.
    pub extent: u32,
    /// Its features, by number.
    pub features: Vec<Mark>,
}

/// A feature of a tile.
#[derive(Debug)]
pub struct Mark {
    /// Its number, if it has one.
    pub id: Option<u64>,
    /// Its attributes.
    pub properties: BTreeMap<String, Json>,
    /// 1 point, 2 line, 3 surface.
    pub kind: i32,
    /// How many integers draw it.
    pub commands: usize,
}

/// Decodes the one layer of a tile, not compressed.
pub fn decode(bytes: &[u8]) -> Drawn {
    let tile = Tile::decode(bytes).expect("a vector tile");
    let [layer] = &tile.layers[..] else {
        panic!("{} layers in a tile", tile.layers.len());
    };
    assert_eq!(layer.version, 2);
    let mut features: Vec<Mark> = layer
        .features
        .iter()
        .map(|feature| mark(layer, feature))
        .collect();
    features.sort_by_key(|feature| feature.id);
    Drawn {
        name: layer.name.clone(),
        extent: layer.extent(),
        features,
    }
}

fn mark(layer: &tile::Layer, feature: &tile::Feature) -> Mark {
    let properties = feature.tags.chunks_exact(2).map(|pair| {
        let key = layer.keys[pair[0] as usize].clone();
        (key, value(&layer.values[pair[1] as usize]))
    });
    Mark {
        id: feature.id,
        properties: properties.collect(),
        kind: feature.r#type.unwrap_or(0),
        commands: feature.geometry.len(),
    }
}

fn value(value: &tile::Value) -> Json {
    if let Some(text) = &value.string_value {
        return json!(text);
    }
    if let Some(truth) = value.bool_value {
        return json!(truth);
    }
    if let Some(number) = value.int_value.or(value.sint_value) {
        return json!(number);
    }
    if let Some(number) = value.uint_value {
        return json!(number);
    }
    json!(value.double_value.or(value.float_value.map(f64::from)))
}

/// Takes a content coding off.
pub fn unpack(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "" => plain.extend_from_slice(bytes),
        "gzip" => {
            flate2::read::GzDecoder::new(bytes)
                .read_to_end(&mut plain)
                .expect("gzip");
        }
        "br" => {
            brotli::Decompressor::new(bytes, 4096)
                .read_to_end(&mut plain)
                .expect("brotli");
        }
        "zstd" => plain = zstd::stream::decode_all(bytes).expect("zstd"),
        other => panic!("the coding {other} was not asked for"),
    }
    plain
}
