//! FlatGeobuf (flatgeobuf.org, version 3), written feature by feature.
//!
//! The crate's own writer spools each file to disk before its first byte goes out, refuses mixed
//! geometries and gives a feature without geometry the box of the one before: its tables are used
//! here, the features, the header and the index are put together by hand. A stream is a header
//! and features; a file that readers search carries an [`Index`] between them.

mod geometry;
mod index;
#[cfg(test)]
mod tests;
mod whole;

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs as HeaderCrs, CrsArgs, Feature as Table, FeatureArgs,
    GeometryType as Shape, Header, HeaderArgs,
};

use self::geometry::Geometries;
pub use self::index::Index;
pub use self::whole::Whole;
use crate::catalogue::{Field, FieldType, GeometryType, Layer, View};
use crate::model::{Bbox, Crs, Feature, Srid, Value};

/// First bytes of every file.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\0";

/// Changes with the bytes that this module writes for the same features: files kept from an
/// earlier program are then not taken for today's.
pub const REVISION: u32 = 1;

/// What the header says of the features that follow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Contents {
    /// How many; 0 when it is not known.
    pub count: u64,
    /// Their extent, in the file's system.
    pub extent: Option<Bbox>,
    /// Whether an [`Index`] follows the header.
    pub indexed: bool,
}

/// Writes features of one layer in one system.
pub struct FlatGeobuf {
    builder: FlatBufferBuilder<'static>,
    geometries: Geometries,
    properties: Vec<u8>,
}

impl std::fmt::Debug for FlatGeobuf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FlatGeobuf")
    }
}

impl FlatGeobuf {
    /// A writer for features of this layer. Degrees are longitude first whatever the system asked
    /// for: the format knows no other order.
    pub fn new(layer: &Layer, crs: Crs) -> Self {
        Self {
            builder: FlatBufferBuilder::with_capacity(4096),
            geometries: Geometries::new(crs, layer.geometry == GeometryType::Geometry),
            properties: Vec::with_capacity(256),
        }
    }

    /// Appends one feature: its visible fields after `fid`, nulls left out. Returns its box.
    pub fn feature(&mut self, out: &mut Vec<u8>, feature: &Feature<'_>) -> Option<Bbox> {
        self.builder.reset();
        let (geometry, bbox) = self.geometries.write(&mut self.builder, feature.wkb);
        self.properties.clear();
        property(&mut self.properties, 0, &Value::Integer(feature.fid));
        for (place, value) in feature.values.iter().enumerate() {
            property(&mut self.properties, place as u16 + 1, value);
        }
        let properties = Some(self.builder.create_vector(&self.properties));
        let table = Table::create(
            &mut self.builder,
            &FeatureArgs {
                geometry,
                properties,
                columns: None,
            },
        );
        self.builder.finish_size_prefixed(table, None);
        out.extend_from_slice(self.builder.finished_data());
        bbox
    }
}

/// A column's place, then the value; a null leaves no trace.
fn property(out: &mut Vec<u8>, place: u16, value: &Value<'_>) {
    if *value == Value::Null {
        return;
    }
    out.extend_from_slice(&place.to_le_bytes());
    let mut text = |text: &str| {
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    match value {
        Value::Null => {}
        Value::Text(value) => text(value),
        Value::Date(day) => text(&day.to_string()),
        Value::Timestamp(instant) => {
            text(&instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
        }
        Value::Integer(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::Real(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::Boolean(value) => out.push(u8::from(*value)),
    }
}

/// The first bytes of a file: magic number and header. `title` is the layer's, as shown.
pub fn header(layer: &View, title: &str, crs: Crs, contents: &Contents) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let columns: Vec<_> = std::iter::once(fid_column(&mut builder))
        .chain(
            layer
                .visible()
                .map(|field| column(&mut builder, field))
                .collect::<Vec<_>>(),
        )
        .collect();
    let columns = builder.create_vector(&columns);
    let extent = contents
        .extent
        .map(|extent| builder.create_vector(&extent.to_array()));
    let metadata = serde_json::json!({
        "licence": layer.licence,
        "attribution": layer.attribution,
        "source": layer.source,
        "vintage": layer.vintage,
        "contact": layer.contact,
    });
    let arguments = HeaderArgs {
        name: Some(builder.create_string(layer.id.as_str())),
        envelope: extent,
        geometry_type: shape(layer.geometry),
        columns: Some(columns),
        features_count: contents.count,
        index_node_size: if contents.indexed {
            index::NODE_SIZE
        } else {
            0
        },
        crs: Some(system(&mut builder, crs)),
        title: Some(builder.create_string(title)),
        description: Some(builder.create_string(&layer.description)),
        metadata: Some(builder.create_string(&metadata.to_string())),
        ..HeaderArgs::default()
    };
    let table = Header::create(&mut builder, &arguments);
    builder.finish_size_prefixed(table, None);
    [&MAGIC[..], builder.finished_data()].concat()
}

fn system<'a>(builder: &mut FlatBufferBuilder<'a>, crs: Crs) -> WIPOffset<HeaderCrs<'a>> {
    let code = match crs {
        Crs::Crs84 | Crs::Wgs84 => 4326,
        Crs::Projected(Srid(code)) => code,
    };
    let org = Some(builder.create_string("EPSG"));
    HeaderCrs::create(
        builder,
        &CrsArgs {
            org,
            code,
            ..CrsArgs::default()
        },
    )
}

fn shape(kind: GeometryType) -> Shape {
    match kind {
        GeometryType::Point => Shape::Point,
        GeometryType::MultiPoint => Shape::MultiPoint,
        GeometryType::MultiLineString => Shape::MultiLineString,
        GeometryType::MultiPolygon => Shape::MultiPolygon,
        GeometryType::Geometry => Shape::Unknown,
    }
}

fn fid_column<'a>(builder: &mut FlatBufferBuilder<'a>) -> WIPOffset<Column<'a>> {
    let arguments = ColumnArgs {
        name: Some(builder.create_string("fid")),
        type_: ColumnType::Long,
        title: Some(builder.create_string("Numéro stable de l’objet")),
        nullable: false,
        unique: true,
        primary_key: true,
        ..ColumnArgs::default()
    };
    Column::create(builder, &arguments)
}

fn column<'a>(builder: &mut FlatBufferBuilder<'a>, field: &Field) -> WIPOffset<Column<'a>> {
    let kind = match field.kind {
        FieldType::Text => ColumnType::String,
        FieldType::Integer => ColumnType::Long,
        FieldType::Real => ColumnType::Double,
        FieldType::Boolean => ColumnType::Bool,
        FieldType::Date | FieldType::Timestamp => ColumnType::DateTime,
    };
    let arguments = ColumnArgs {
        name: Some(builder.create_string(&field.name)),
        type_: kind,
        title: Some(builder.create_string(&field.title)),
        description: field
            .description
            .as_ref()
            .map(|text| builder.create_string(text)),
        unique: field.unique,
        ..ColumnArgs::default()
    };
    Column::create(builder, &arguments)
}
