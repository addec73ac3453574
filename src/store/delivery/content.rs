//! What a row holds, as its hash and its key see it.

use crate::catalogue::{FieldType, Layer};
use crate::store::names::quote;

/// Text that is the same for the same attributes and stays so when a field is added: nulls leave
/// no trace. One call makes it: joining texts one by one takes four times as long.
fn attributes(layer: &Layer, alias: &str) -> String {
    let parts: Vec<String> = layer
        .public_fields()
        .map(|field| {
            let value = format!("{alias}{}", quote(&field.name));
            let present = |mark: &str| format!("CASE WHEN {value} IS NOT NULL THEN {mark} END");
            // `concat` writes truths shorter.
            let text = match field.kind {
                FieldType::Boolean => format!("{value}::text"),
                _ => value.clone(),
            };
            let name = present(&format!("'{}='", field.name));
            format!("{name}, {text}, {end}", end = present("chr(31)"))
        })
        .collect();
    format!("concat({})", parts.join(", "))
}

/// The hash of the public attributes of `alias` and of a geometry.
pub(super) fn hash(layer: &Layer, alias: &str, geometry: &str) -> String {
    format!(
        "md5(convert_to({}, 'UTF8') || coalesce(ST_AsEWKB({geometry}), ''))::uuid",
        attributes(layer, alias)
    )
}

/// The hash of the public attributes of `alias` alone.
pub(super) fn attributes_hash(layer: &Layer, alias: &str) -> String {
    format!("md5({})", attributes(layer, alias))
}

/// A feature's identity from one delivery to the next, in a layer that has a key.
pub(super) fn key(layer: &Layer) -> String {
    let parts: Vec<String> = layer
        .key
        .iter()
        .map(|name| format!("{}::text", quote(name)))
        .collect();
    format!("concat_ws('/', {})", parts.join(", "))
}
