//! Rows made from the catalogue: every layer has some in each commune, in two versions, with words
//! that tell which row they are of. A layer that is new in the catalogue is among them by itself.

use geonantes::catalogue::{Field, FieldType, GeometryType, Layer, Scope};
use sqlx::Row as _;

use crate::support::Database;

/// The communes, and the corner of the square of 2 km in which each lies.
const COMMUNES: [(&str, i32, i32); 4] = [
    ("44109", 354_000, 6_688_000),
    ("44143", 354_000, 6_686_000),
    ("44162", 352_000, 6_688_000),
    ("44020", 352_000, 6_686_000),
];

/// A feature of one version: its number, the number of the version that its words carry, its
/// communes.
type Made = (i32, i32, &'static str);

/// In the second version one feature has other values, one has gone to another commune, two are no
/// more. The one over two communes is of layers whose rows may lie in several.
const FIRST: [Made; 9] = [
    (1, 1, "44109"),
    (2, 1, "44143"),
    (3, 1, "44162"),
    (4, 1, "44020"),
    (5, 1, "44109|44143"),
    (6, 1, "44109"),
    (7, 1, "44109"),
    (8, 1, "44143"),
    (9, 1, "44020|44162"),
];
const SECOND: [Made; 7] = [
    (1, 2, "44109"),
    (2, 1, "44143"),
    (3, 1, "44162"),
    (4, 1, "44020"),
    (5, 1, "44109|44143"),
    (6, 2, "44162"),
    (9, 2, "44143"),
];

/// A row as the owner of the tables reads it.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Its number.
    pub fid: i64,
    /// What its words carry: number of the feature, number of the version.
    pub word: (i32, i32),
    /// Its communes; none in layers that have no field for them.
    pub communes: Vec<String>,
    /// Its box, in degrees.
    pub bounds: [f64; 4],
}

/// One layer, filled.
pub struct Filled {
    /// Its id.
    pub id: String,
    /// The version after the first deliveries.
    pub past: i64,
    /// The rows of that version.
    pub before: Vec<Truth>,
    /// The rows of today.
    pub now: Vec<Truth>,
}

/// Fills every layer of the catalogue, and reads back what is there.
pub async fn fill(database: &Database) -> Vec<Filled> {
    database.execute("CREATE SCHEMA fixture").await;
    let mut list = Vec::new();
    for layer in database.catalogue.layers() {
        database
            .publish(layer.id.as_str(), &delivery(layer, &FIRST))
            .await;
        let past = version(database, layer).await;
        database
            .publish(layer.id.as_str(), &delivery(layer, &SECOND))
            .await;
        assert!(version(database, layer).await > past, "{}", layer.id);
        list.push(Filled {
            id: layer.id.to_string(),
            past,
            before: rows(database, layer, Some(past)).await,
            now: rows(database, layer, None).await,
        });
    }
    list
}

async fn version(database: &Database, layer: &Layer) -> i64 {
    let statement = format!(
        "SELECT max(version) FROM publication WHERE layer = '{}'",
        layer.id
    );
    database.one(&statement).await
}

/// A field that carries a row's word, and changes with its version.
pub fn teller(layer: &Layer) -> &Field {
    let own = |field: &&Field| {
        let reach = layer.reach_field().map(|field| &field.name);
        field.kind == FieldType::Text
            && !field.personal
            && reach != Some(&field.name)
            && !layer.key.contains(&field.name)
    };
    let mut fields = layer.fields.iter();
    fields
        .find(own)
        .unwrap_or_else(|| panic!("{} has no field for words", layer.id))
}

async fn rows(database: &Database, layer: &Layer, past: Option<i64>) -> Vec<Truth> {
    let reach = layer.reach_field().map_or("''", |field| &field.name);
    let table = layer.id.table();
    let columns = format!(
        "SELECT fid, {teller}, {reach}, Box2D(ST_Transform(geom_3857, 4326))",
        teller = teller(layer).name,
    );
    let statement = match past {
        None => format!("{columns} FROM layer.{table}"),
        Some(version) => format!(
            "{columns} FROM layer.{table} WHERE _since <= {version} UNION ALL \
             {columns} FROM layer.{table}_history WHERE _since <= {version} AND _until > {version}"
        ),
    };
    let corners = format!(
        "SELECT fid, word, communes, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) \
         FROM ({statement}) r (fid, word, communes, box) ORDER BY fid"
    );
    database.rows(&corners).await.iter().map(truth).collect()
}

fn truth(row: &sqlx::postgres::PgRow) -> Truth {
    let word: String = row.get(1);
    let communes: String = row.get(2);
    let (feature, version) = word
        .split('/')
        .nth(2)
        .and_then(|numbers| numbers.split_once('.'))
        .expect("a word");
    Truth {
        fid: row.get(0),
        word: (
            feature.parse().expect("a feature"),
            version.parse().expect("a version"),
        ),
        communes: communes
            .split('|')
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect(),
        bounds: [row.get(3), row.get(4), row.get(5), row.get(6)],
    }
}

fn delivery(layer: &Layer, made: &[Made]) -> String {
    let several = layer.communes.is_some();
    // A commune is one feature of the layer of communes.
    let one_each = layer
        .reach_field()
        .is_some_and(|field| layer.key == [field.name.clone()]);
    let rows: Vec<String> = made
        .iter()
        .filter(|(_, _, communes)| several || !communes.contains('|'))
        .filter(|(feature, _, _)| !one_each || *feature < 5)
        .map(|made| row(layer, made))
        .collect();
    rows.join(" UNION ALL ")
}

fn row(layer: &Layer, (feature, version, communes): &Made) -> String {
    let first = communes.split('|').next().expect("a commune");
    let (_, x, y) = COMMUNES
        .iter()
        .find(|(code, _, _)| code == &first)
        .expect("a commune");
    let scope = match layer.scope {
        Scope::Commune => first.to_owned(),
        Scope::Feuille => format!("{first}000AB01"),
        Scope::Document | Scope::Partition | Scope::Territoire | Scope::Fusion => {
            "territoire".to_owned()
        }
    };
    let fields: String = layer
        .fields
        .iter()
        .map(|field| {
            let value = value(layer, field, *feature, *version, communes);
            format!(", {value} AS {}", field.name)
        })
        .collect();
    let (x, y) = (x + 150 * feature, y + 150 * feature);
    format!(
        "SELECT '{scope}' AS _scope{fields}, {} AS geom",
        shape(layer.geometry, x, y)
    )
}

fn value(layer: &Layer, field: &Field, feature: i32, version: i32, communes: &str) -> String {
    if layer
        .reach_field()
        .is_some_and(|reach| reach.name == field.name)
    {
        return format!("'{communes}'");
    }
    let version = if layer.key.contains(&field.name) {
        0
    } else {
        version
    };
    let kind = if field.personal { "PER" } else { "SEC" };
    match field.kind {
        FieldType::Text => {
            let table = layer.id.table();
            format!("'{kind}/{table}/{feature}.{version}/{}'", field.name)
        }
        FieldType::Integer => format!("{}::bigint", 1000 * feature + version),
        FieldType::Real => format!("{}::float8", 1000 * feature + version),
        FieldType::Boolean => "true".to_owned(),
        FieldType::Date => format!("date '2026-01-{:02}'", 1 + feature),
        FieldType::Timestamp => format!("timestamptz '2026-01-{:02} 12:00Z'", 1 + feature),
    }
}

fn shape(kind: GeometryType, x: i32, y: i32) -> String {
    match kind {
        GeometryType::Point | GeometryType::Geometry => format!("ST_Point({x}, {y}, 2154)"),
        GeometryType::MultiPoint => format!("ST_Multi(ST_Point({x}, {y}, 2154))"),
        GeometryType::MultiLineString => format!(
            "ST_Multi(ST_MakeLine(ST_Point({x}, {y}, 2154), ST_Point({}, {y}, 2154)))",
            x + 90
        ),
        GeometryType::MultiPolygon => format!(
            "ST_Multi(ST_MakeEnvelope({x}, {y}, {}, {}, 2154))",
            x + 90,
            y + 90
        ),
    }
}
