//! What a delivery does to each feature.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::Temporary;
use crate::catalogue::{Field, Layer};
use crate::store::StoreError;
use crate::store::names::{personal, quote, table};

/// What happens to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It has another attribute or geometry.
    Changed,
}

/// What happens to one feature, for whoever looks at a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureDifference {
    /// What.
    pub kind: Change,
    /// Its scope.
    pub scope: String,
    /// Its key, or else what the layer names its features by; may be empty.
    pub name: String,
    /// Its number; absent for a new one.
    pub fid: Option<i64>,
    /// The feed and the number in the source of the row that is delivered.
    pub source: Option<(i32, i64)>,
    /// The fields that change.
    pub fields: Vec<FieldChange>,
    /// Whether its geometry changes.
    pub reshaped: bool,
    /// How far its geometry moves at most, in metres, where that can be told.
    pub moved_m: Option<f64>,
    /// The middle of its box, in the storage system.
    pub place: Option<(f64, f64)>,
}

/// A field that changes; personal ones without their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// Its value before, as text.
    pub old: Option<String>,
    /// Its value after.
    pub new: Option<String>,
}

/// Products of two geometries' vertices beyond which no distance between them is computed.
const MOST_PAIRS: i64 = 4_000_000;

/// Where the two sides of a difference are read.
pub(in crate::store) struct Sources<'a> {
    /// What stands before `SELECT`; may be empty.
    pub with: String,
    /// The page of features: `kind`, `_scope`, `fid`, `same`, and what [`ORDER`] names.
    pub listed: String,
    /// The joins of `d` with the row before (`c`) and after (`s`).
    pub joins: String,
    /// The feed and the source's number of the row after.
    pub feed: &'a str,
    /// Alias of the personal fields before.
    pub hidden: &'a str,
}

/// Removed features first, then changed and added ones.
pub(in crate::store) const ORDER: &str =
    "ORDER BY d.kind = 'added', d.kind = 'changed', d._key, d.fid, d._row";

/// A page of what the delivery does.
pub(super) async fn page(
    connection: &mut PgConnection,
    layer: &Layer,
    skip: i64,
    limit: i64,
) -> Result<Vec<FeatureDifference>, StoreError> {
    let Temporary {
        difference,
        staging,
        ..
    } = Temporary::of(layer);
    let mut joins = format!(
        " LEFT JOIN {staging} s USING (_row) \
         LEFT JOIN {now} c ON c.fid = d.fid AND c._scope = d._scope",
        now = table(layer),
    );
    let hidden = layer.personal_fields().next().is_some();
    if hidden {
        let name = personal(layer);
        joins.push_str(&format!(
            " LEFT JOIN {name} p ON p.fid = c.fid AND p._until IS NULL"
        ));
    }
    let sources = Sources {
        with: String::new(),
        listed: format!(
            "SELECT * FROM {difference} d WHERE kind <> 'unchanged' {ORDER} LIMIT $1 OFFSET $2"
        ),
        joins,
        feed: "s._feed, s._fid",
        hidden: if hidden { "p" } else { "c" },
    };
    let rows = sqlx::query(AssertSqlSafe(statement(layer, &sources)))
        .bind(limit)
        .bind(skip)
        .fetch_all(connection)
        .await?;
    features(layer, &rows)
}

/// What [`features`] reads.
pub(in crate::store) fn statement(layer: &Layer, sources: &Sources<'_>) -> String {
    let texts = |public: &str, hidden: &str| -> String {
        let text = |field: &Field| {
            let alias = if field.personal { hidden } else { public };
            format!("{alias}.{}::text", quote(&field.name))
        };
        let parts: Vec<String> = layer.fields.iter().map(text).collect();
        format!("ARRAY[{}]::text[]", parts.join(", "))
    };
    format!(
        "{with} SELECT d.kind, d._scope, d.fid, {feed}, {old}, {new}, \
           CASE WHEN d.kind = 'changed' AND NOT d.same \
             AND ST_NPoints(s.geom)::bigint * ST_NPoints(c.geom) < {MOST_PAIRS} \
             THEN ST_HausdorffDistance(s.geom, c.geom) END, \
           d.kind = 'changed' AND NOT d.same, \
           (ST_XMin(g.geom) + ST_XMax(g.geom)) / 2, (ST_YMin(g.geom) + ST_YMax(g.geom)) / 2 \
         FROM ({listed}) d{joins} \
         CROSS JOIN LATERAL (SELECT coalesce(s.geom, c.geom) AS geom) g {ORDER}",
        with = sources.with,
        feed = sources.feed,
        old = texts("c", sources.hidden),
        new = texts("s", "s"),
        listed = sources.listed,
        joins = sources.joins,
    )
}

/// The features of a page.
pub(in crate::store) fn features(
    layer: &Layer,
    rows: &[PgRow],
) -> Result<Vec<FeatureDifference>, StoreError> {
    let feature = |row: &PgRow| {
        let old: Vec<Option<String>> = row.try_get(5)?;
        let new: Vec<Option<String>> = row.try_get(6)?;
        let kind: String = row.try_get(0)?;
        let kind = match kind.as_str() {
            "removed" => Change::Removed,
            "changed" => Change::Changed,
            _ => Change::Added,
        };
        let shown = if kind == Change::Removed { &old } else { &new };
        let (x, y): (Option<f64>, Option<f64>) = (row.try_get(9)?, row.try_get(10)?);
        let feed: Option<i32> = row.try_get(3)?;
        Ok(FeatureDifference {
            kind,
            scope: row.try_get(1)?,
            name: name(layer, shown),
            fid: row.try_get(2)?,
            source: feed.zip(row.try_get(4)?),
            fields: changes(layer, kind, &old, &new),
            reshaped: row.try_get(8)?,
            moved_m: row.try_get(7)?,
            place: x.zip(y),
        })
    };
    rows.iter().map(feature).collect()
}

/// The key, or else what the layer names its features by.
fn name(layer: &Layer, values: &[Option<String>]) -> String {
    let names: Vec<&str> = if layer.key.is_empty() {
        layer.label.iter().map(String::as_str).collect()
    } else {
        layer.key.iter().map(String::as_str).collect()
    };
    let fields = layer.fields.iter().zip(values);
    let parts: Vec<&str> = fields
        .filter(|(field, _)| names.contains(&field.name.as_str()))
        .filter_map(|(_, value)| value.as_deref())
        .collect();
    parts.join("/")
}

fn changes(
    layer: &Layer,
    kind: Change,
    old: &[Option<String>],
    new: &[Option<String>],
) -> Vec<FieldChange> {
    if kind != Change::Changed {
        return Vec::new();
    }
    let pairs = layer.fields.iter().zip(old.iter().zip(new));
    pairs
        .filter(|(_, (old, new))| old != new)
        .map(|(field, (old, new))| FieldChange {
            field: field.name.clone(),
            // What is personal is said to change, not from what to what: reports are kept.
            old: old.clone().filter(|_| !field.personal),
            new: new.clone().filter(|_| !field.personal),
        })
        .collect()
}
