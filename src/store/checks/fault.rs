//! A fault, and how a rule's statement becomes a list of them.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{AssertSqlSafe, Row as _};

use super::{Inspection, LISTED};
use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::quote;

/// A feature of the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The feed that brought it.
    pub feed: i32,
    /// Its number in the source.
    pub fid: i64,
    /// What people call it: its key, or else its label.
    pub name: Option<String>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The feature.
    pub of: Subject,
    /// The other feature, where two are concerned.
    pub other: Option<Subject>,
    /// A value, or a reason: the rule says.
    pub what: Option<String>,
    /// Where, in metres of the storage system.
    pub x: Option<f64>,
    /// See `x`.
    pub y: Option<f64>,
    /// How much: the rule says (an area, a length).
    pub measure: Option<f64>,
    /// How far: the rule says (a width, a distance).
    pub extent: Option<f64>,
}

/// The faults of one rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// How many there are.
    pub total: i64,
    /// The first ones, in the order of the delivery.
    pub listed: Vec<Fault>,
}

/// The columns of a rule that measures nothing.
pub(super) const NOTHING: &str = "NULL::float8 AS measure, NULL::float8 AS extent";

/// A point of a geometry, valid or not: its middle, or the nearest place to it.
pub(super) fn place(geom: &str) -> String {
    format!("ST_ClosestPoint({geom}, ST_Centroid({geom}))")
}

/// A feature's key, as the published rows bear it in `_key`.
pub(super) fn key_of(layer: &Layer, alias: &str) -> String {
    let fields: Vec<String> = layer
        .key_fields()
        .map(|field| format!("{alias}.{}::text", quote(&field.name)))
        .collect();
    match &fields[..] {
        [one] => one.clone(),
        several => format!("concat_ws('/', {})", several.join(", ")),
    }
}

/// The parts of a key without which there is none, as a list.
pub(super) fn required_of_key(layer: &Layer, alias: &str) -> String {
    let fields = layer.key_fields().filter(|field| field.required);
    let mut fields: Vec<String> = fields
        .map(|field| format!("{alias}.{}::text", quote(&field.name)))
        .collect();
    if fields.is_empty() {
        // Any key will do.
        fields.push("''::text".to_owned());
    }
    fields.join(", ")
}

/// A feature's name: its key's values, or else its label.
pub(super) fn name_of(layer: &Layer, alias: &str) -> String {
    let fields: Vec<String> = layer
        .key_fields()
        .chain(layer.label_field().filter(|_| layer.key.is_empty()))
        .map(|field| format!("{alias}.{}::text", quote(&field.name)))
        .collect();
    if fields.is_empty() {
        return "NULL::text".to_owned();
    }
    format!("nullif(concat_ws(' ', {}), '')", fields.join(", "))
}

impl Inspection<'_> {
    /// Runs a rule: a query of `row`, `other` (both `_row` of the staging table, the second may be
    /// null), `what`, `place` (a point, or null), `measure` and `extent`.
    pub(super) async fn faults(
        &mut self,
        rule: &str,
        arguments: PgArguments,
    ) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let statement = format!(
            "WITH fault AS MATERIALIZED ({rule}), \
               first AS (SELECT * FROM fault ORDER BY \"row\", other LIMIT {LISTED}) \
             SELECT (SELECT count(*) FROM fault) AS total, s._feed AS feed, s._fid AS fid, {name} AS name, \
               o._feed AS other_feed, o._fid AS other_fid, {other_name} AS other_name, \
               first.what, ST_X(first.place) AS x, ST_Y(first.place) AS y, \
               first.measure::float8 AS measure, first.extent::float8 AS extent \
             FROM first JOIN {staged} s ON s._row = first.\"row\" \
             LEFT JOIN {staged} o ON o._row = first.other \
             ORDER BY first.\"row\", first.other",
            name = name_of(self.layer, "s"),
            other_name = name_of(self.layer, "o"),
        );
        let rows = sqlx::query_with(AssertSqlSafe(statement), arguments)
            .fetch_all(&mut *self.connection)
            .await?;
        let total = rows.first().map_or(Ok(0), |row| row.try_get("total"))?;
        let listed = rows.iter().map(fault).collect::<Result<_, _>>()?;
        Ok(Faults { total, listed })
    }
}

fn fault(row: &PgRow) -> Result<Fault, sqlx::Error> {
    let of = Subject {
        feed: row.try_get("feed")?,
        fid: row.try_get("fid")?,
        name: row.try_get("name")?,
    };
    let other = match row.try_get("other_fid")? {
        Some(fid) => Some(Subject {
            feed: row.try_get("other_feed")?,
            fid,
            name: row.try_get("other_name")?,
        }),
        None => None,
    };
    // Coordinates of a broken geometry may be no numbers at all.
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    Ok(Fault {
        of,
        other,
        what: row.try_get("what")?,
        x: finite(row.try_get("x")?),
        y: finite(row.try_get("y")?),
        measure: row.try_get("measure")?,
        extent: row.try_get("extent")?,
    })
}
