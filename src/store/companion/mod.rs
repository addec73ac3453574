//! The generalised companion of a layer: what tiles read below the native zoom.
//!
//! It is rebuilt, inside the publication's transaction, for the groups that the publication
//! touched: the features that share the values of the `dissolve` fields, or else the features one
//! by one.

mod dissolve;

use std::time::Instant;

use sqlx::{AssertSqlSafe, PgConnection};

use super::StoreError;
use super::delivery::{Temporary, analyze};
use super::names::{COMMUNES, companion, geometry_type, history, quote, sql_type, table};
use super::schema::existing_columns;
use crate::catalogue::{Field, Generalise, GeometryType, Layer};
use crate::model::{MERCATOR, MERCATOR_HALF};

/// Side of a tile's unit (of 4,096) at a zoom, in Mercator metres.
pub(super) fn unit(zoom: u8) -> f64 {
    2.0 * MERCATOR_HALF / f64::from(1u32 << zoom) / 4096.0
}

/// The fields that the companion's rows carry.
pub(super) fn fields(layer: &Layer) -> Vec<&Field> {
    layer.attributes_at(layer.tiles.native_zoom.saturating_sub(1))
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the companion's table; makes it anew when the catalogue asks for other columns, since it
/// holds nothing that the layer does not.
pub(super) async fn ensure(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Some(rule) = &layer.tiles.generalise else {
        return Ok(());
    };
    let name = companion(layer);
    let existing = existing_columns(connection, &format!("{}_companion", layer.id.table())).await?;
    let wanted: Vec<String> = fields(layer)
        .iter()
        .map(|field| field.name.clone())
        .collect();
    let own = ["_group", "fid", "area", "geom_3857", COMMUNES];
    let held: Vec<&str> = existing
        .iter()
        .map(|(column, _)| column.as_str())
        .filter(|column| !own.contains(column))
        .collect();
    let judged = existing.iter().any(|(column, _)| column == COMMUNES);
    if !existing.is_empty() && held == wanted && judged == layer.is_restricted() {
        return Ok(());
    }
    let members = members(layer, rule);
    let mut columns: String = fields(layer)
        .iter()
        .map(|field| format!(", {} {}", quote(&field.name), sql_type(field.kind)))
        .collect();
    if layer.is_restricted() {
        columns.push_str(&format!(", {COMMUNES} text[] NOT NULL"));
    }
    run(
        connection,
        format!(
            "DROP TABLE IF EXISTS {name}; \
             CREATE TABLE {name} (_group text NOT NULL, fid bigint, \
             area double precision NOT NULL{columns}, geom_3857 {kind} NOT NULL); \
             CREATE INDEX {group} ON {name} (_group); \
             CREATE INDEX {geometry} ON {name} USING gist (geom_3857); \
             {groups}",
            kind = geometry_type(GeometryType::Geometry, MERCATOR),
            group = quote(&format!("{}_companion_group", layer.id.table())),
            geometry = quote(&format!("{}_companion_geom", layer.id.table())),
            groups = groups(layer, rule, &members),
        ),
    )
    .await?;
    insert(connection, layer, rule).await?;
    run(connection, "DROP TABLE groups".to_owned()).await?;
    Ok(())
}

/// Rebuilds the groups that the publication under way touched: those of which a feature has
/// another geometry, or another value of what the companion carries.
///
/// Of a layer that was empty, all are.
pub(super) async fn rebuild(
    connection: &mut PgConnection,
    layer: &Layer,
    was_empty: bool,
) -> Result<(), StoreError> {
    let Some(rule) = &layer.tiles.generalise else {
        return Ok(());
    };
    let started = Instant::now();
    let (now, past, name) = (table(layer), history(layer), companion(layer));
    let Temporary { scopes, .. } = Temporary::of(layer);
    let places = |from: &str, version: &str| {
        format!(
            "SELECT fid, {group} AS _group, geom{columns} FROM {from} t \
             JOIN {scopes} ON {version} = version",
            group = group_expression(rule),
            columns = listed(carried(layer)),
        )
    };
    let row = |alias: &str| {
        let parts = carried(layer).map(|name| format!("{alias}.{name}"));
        format!("row({alias}._group, {alias}.geom{})", listed(parts))
    };
    let told = |alias: &str| {
        let parts = carried(layer).map(|name| format!("{alias}.{name}"));
        format!("({alias}._group{})", listed(parts))
    };
    // What a feature was and what it is, each read once: the groups of both are touched.
    let moved = format!(
        "SELECT v.* FROM ({begun}) t FULL JOIN ({ended}) o ON o.fid = t.fid, \
         LATERAL (VALUES {new}, {old}) v (_group{columns}) \
         WHERE v._group IS NOT NULL AND {this} IS DISTINCT FROM {that}",
        begun = places(&now, "_since"),
        ended = places(&past, "_until"),
        new = told("t"),
        old = told("o"),
        columns = listed(carried(layer)),
        this = row("t"),
        that = row("o"),
    );
    let touched = if was_empty {
        members(layer, rule)
    } else {
        moved
    };
    // What was just written is not counted yet: of thousands of versions the planner would make a
    // loop in a loop.
    run(
        connection,
        format!(
            "SET LOCAL enable_nestloop = off; {groups}; SET LOCAL enable_nestloop TO DEFAULT; \
             DELETE FROM {name} c USING groups WHERE c._group = groups._group",
            groups = groups(layer, rule, &touched),
        ),
    )
    .await?;
    insert(connection, layer, rule).await?;
    analyze(connection, &name).await?;
    run(connection, "DROP TABLE groups".to_owned()).await?;
    let seconds = started.elapsed().as_secs_f64();
    tracing::info!("generalised {} in {seconds:.1} s", layer.id);
    Ok(())
}

/// Makes the table of the groups to be made anew: their number, name, and what their rows carry,
/// which the features of one have in common. `of` are features that have a part in them.
fn groups(layer: &Layer, rule: &Generalise, of: &str) -> String {
    // Features that are groups by themselves say for themselves what they carry.
    let carried = carried(layer).filter(|_| !rule.dissolve.is_empty());
    let values = carried.map(|name| format!("min({name}) AS {name}"));
    format!(
        "CREATE TEMP TABLE groups ON COMMIT DROP AS \
         SELECT row_number() OVER () AS _n, g.* FROM ( \
           SELECT _group{values} FROM ({of}) f GROUP BY 1) g; \
         CREATE INDEX ON groups (_group); ANALYZE groups",
        values = listed(values),
    )
}

/// Every feature, as a member of its group.
fn members(layer: &Layer, rule: &Generalise) -> String {
    format!(
        "SELECT {group} AS _group{columns} FROM {now}",
        group = group_expression(rule),
        columns = listed(carried(layer)),
        now = table(layer),
    )
}

/// Columns, each after a comma.
fn listed(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!(", {name}")).collect()
}

fn group_expression(rule: &Generalise) -> String {
    if rule.dissolve.is_empty() {
        return "fid::text".to_owned();
    }
    let mut parts: Vec<String> = rule
        .dissolve
        .iter()
        .map(|name| format!("{}::text", quote(name)))
        .collect();
    if let Some(zoom) = rule.cell_zoom {
        let side = unit(zoom) * 4096.0;
        let place = |axis: &str| format!("floor({axis}(geom_3857) / {side})::text");
        parts.extend([place("ST_XMin"), place("ST_YMin")]);
    }
    format!("concat_ws('/', {})", parts.join(", "))
}

/// Fills the companion with the groups in `groups`.
async fn insert(
    connection: &mut PgConnection,
    layer: &Layer,
    rule: &Generalise,
) -> Result<(), StoreError> {
    if !rule.dissolve.is_empty() {
        return dissolve::insert(connection, layer, rule).await;
    }
    let (now, name, group) = (table(layer), companion(layer), group_expression(rule));
    run(
        connection,
        format!(
            "INSERT INTO {name} (_group, fid, area{columns}, geom_3857) \
             SELECT {group}, fid, ST_Area(geom_3857){columns}, g FROM ( \
               SELECT *, ST_Simplify(geom_3857, {tolerance}, true) AS g FROM {now} \
               WHERE {group} IN (SELECT _group FROM groups)) t WHERE NOT ST_IsEmpty(g)",
            columns = carried(layer)
                .map(|name| format!(", {name}"))
                .collect::<String>(),
            tolerance = simplification(layer),
        ),
    )
    .await?;
    Ok(())
}

/// A quarter of a pixel of the finest zoom that reads the companion, in Mercator metres.
fn simplification(layer: &Layer) -> f64 {
    unit(layer.tiles.native_zoom.saturating_sub(1)) * 4.0
}

/// The columns that the companion's rows carry. The features of a group are of the same communes:
/// the catalogue's checks see to it.
fn carried(layer: &Layer) -> impl Iterator<Item = String> {
    let communes = layer.is_restricted().then(|| COMMUNES.to_owned());
    let fields = fields(layer).into_iter().map(|field| quote(&field.name));
    fields.chain(communes)
}
