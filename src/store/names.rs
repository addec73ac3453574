//! Names of tables and columns. They come from the catalogue alone, through here.

use crate::catalogue::{Field, FieldType, GeometryType, Layer};
use crate::model::{Srid, TERRITORY};

/// A name as an SQL identifier.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The layer's table.
pub fn table(layer: &Layer) -> String {
    format!("layer.{}", quote(&layer.id.table()))
}

/// The table of the layer's superseded rows.
pub fn history(layer: &Layer) -> String {
    format!("layer.{}", quote(&format!("{}_history", layer.id.table())))
}

/// The table of the layer's personal fields.
pub fn personal(layer: &Layer) -> String {
    format!("layer.{}", quote(&format!("{}_personal", layer.id.table())))
}

/// The table of the layer's generalised companion.
pub fn companion(layer: &Layer) -> String {
    format!(
        "layer.{}",
        quote(&format!("{}_companion", layer.id.table()))
    )
}

/// Columns of these fields, each after a comma: `, "idu", "commune"`.
pub fn columns<'a>(fields: impl IntoIterator<Item = &'a Field>, alias: &str) -> String {
    fields
        .into_iter()
        .map(|field| format!(", {alias}{}", quote(&field.name)))
        .collect()
}

/// The column of the communes by which a row is judged, in restricted layers' tables and in those
/// of personal fields; it always holds the word for the territory too.
pub const COMMUNES: &str = "_communes";

/// What that column holds: the codes of the field that bears a row's communes, and the territory.
pub fn communes_of(layer: &Layer, alias: &str) -> Option<String> {
    let field = layer.reach_field()?;
    Some(format!(
        "array_append(string_to_array({alias}{}, '|'), '{TERRITORY}')",
        quote(&field.name)
    ))
}

/// The column type of a field.
pub fn sql_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "bigint",
        FieldType::Real => "double precision",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        FieldType::Timestamp => "timestamp with time zone",
    }
}

/// The type of the layer's geometry column in a system.
pub fn geometry_type(kind: GeometryType, srid: Srid) -> String {
    let name = match kind {
        GeometryType::Point => "Point",
        GeometryType::MultiPoint => "MultiPoint",
        GeometryType::MultiLineString => "MultiLineString",
        GeometryType::MultiPolygon => "MultiPolygon",
        GeometryType::Geometry => "Geometry",
    };
    format!("geometry({name},{})", srid.0)
}

/// A geometry whose surfaces turn counter-clockwise, as GeoJSON and tiles want them.
///
/// PostGIS's function turns lines around too, which have a direction of their own.
pub fn oriented(kind: GeometryType, expression: &str) -> String {
    match kind {
        GeometryType::MultiPolygon => format!("ST_ForcePolygonCCW({expression})"),
        GeometryType::Geometry => format!(
            "CASE WHEN ST_Dimension({expression}) = 2 THEN ST_ForcePolygonCCW({expression}) \
             ELSE {expression} END"
        ),
        GeometryType::Point | GeometryType::MultiPoint | GeometryType::MultiLineString => {
            expression.to_owned()
        }
    }
}

/// The keys of another layer that a field names, with bars between them, as an array: an index
/// holds it. Other systems pad sections of parcels with spaces, and space the bars out.
pub fn keys_named(alias: &str, field: &str) -> String {
    format!(
        "string_to_array(replace(regexp_replace(coalesce({alias}{}, ''), '\\s*\\|\\s*', '|', 'g'), \
         ' ', '0'), '|')",
        quote(field)
    )
}
