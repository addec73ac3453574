//! The generalised companion of a layer: what tiles read below the native zoom.
//!
//! It is rebuilt, inside the publication's transaction, for the groups that the publication
//! touched: the features that share the values of the `dissolve` fields, or else the features one
//! by one.

use std::time::Instant;

use sqlx::{AssertSqlSafe, PgConnection};

use super::StoreError;
use super::delivery::Temporary;
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
pub(super) async fn ensure(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
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
             CREATE TEMP TABLE groups ON COMMIT DROP AS \
             SELECT DISTINCT {expression} AS _group FROM {now}; \
             {insertion}; DROP TABLE groups",
            kind = geometry_type(GeometryType::Geometry, MERCATOR),
            group = quote(&format!("{}_companion_group", layer.id.table())),
            geometry = quote(&format!("{}_companion_geom", layer.id.table())),
            expression = group_expression(rule),
            now = table(layer),
            insertion = insertion(layer, rule),
        ),
    )
    .await
}

/// Rebuilds the groups that the publication under way touched: those of which a feature has
/// another geometry, or another value of what the companion carries.
pub(super) async fn rebuild(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    let Some(rule) = &layer.tiles.generalise else {
        return Ok(());
    };
    let started = Instant::now();
    let group = group_expression(rule);
    let (now, past, name) = (table(layer), history(layer), companion(layer));
    let Temporary { scopes, .. } = Temporary::of(layer);
    // What the companion is made of.
    let mut made: Vec<String> = fields(layer)
        .iter()
        .map(|field| field.name.as_str())
        .chain(rule.dissolve.iter().map(String::as_str))
        .map(quote)
        .collect();
    if layer.is_restricted() {
        made.push(COMMUNES.to_owned());
    }
    let row = |alias: &str| {
        let parts: String = made
            .iter()
            .map(|name| format!(", {alias}.{name}"))
            .collect();
        format!("row({alias}.geom{parts})")
    };
    run(
        connection,
        format!(
            "CREATE TEMP TABLE groups ON COMMIT DROP AS \
             WITH begun AS (SELECT t.* FROM {now} t JOIN {scopes} ON _since = version), \
             ended AS (SELECT t.* FROM {past} t JOIN {scopes} ON _until = version), \
             kept AS (SELECT b.fid FROM begun b JOIN ended e USING (fid) \
               WHERE {new} IS NOT DISTINCT FROM {old}) \
             SELECT DISTINCT {group} AS _group FROM begun WHERE fid NOT IN (SELECT fid FROM kept) \
             UNION SELECT {group} FROM ended WHERE fid NOT IN (SELECT fid FROM kept); \
             CREATE INDEX ON groups (_group); ANALYZE groups; \
             DELETE FROM {name} c USING groups WHERE c._group = groups._group; \
             {insertion}; ANALYZE {name}; DROP TABLE groups",
            new = row("b"),
            old = row("e"),
            insertion = insertion(layer, rule),
        ),
    )
    .await?;
    let seconds = started.elapsed().as_secs_f64();
    tracing::info!("generalised {} in {seconds:.1} s", layer.id);
    Ok(())
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

/// Simplified to a quarter of a pixel of the finest zoom that reads it.
fn insertion(layer: &Layer, rule: &Generalise) -> String {
    let (now, name, group) = (table(layer), companion(layer), group_expression(rule));
    let unit = unit(layer.tiles.native_zoom.saturating_sub(1));
    let tolerance = unit * 4.0;
    let mut names: Vec<String> = fields(layer)
        .iter()
        .map(|field| quote(&field.name))
        .collect();
    if layer.is_restricted() {
        // The features of a group are of the same communes: the catalogue's checks see to it.
        names.push(COMMUNES.to_owned());
    }
    let columns: String = names.iter().map(|name| format!(", {name}")).collect();
    if rule.dissolve.is_empty() {
        return format!(
            "INSERT INTO {name} (_group, fid, area{columns}, geom_3857) \
             SELECT {group}, fid, ST_Area(geom_3857){columns}, g FROM ( \
               SELECT *, ST_Simplify(geom_3857, {tolerance}, true) AS g FROM {now} \
               WHERE {group} IN (SELECT _group FROM groups)) t WHERE NOT ST_IsEmpty(g)"
        );
    }
    let values: String = names
        .iter()
        .map(|column| format!(", min({column}) AS {column}"))
        .collect();
    // Merged first, then grown by a unit, which closes what neighbours leave between them (a vertex
    // on one side only, sheets that disagree by decimetres). ST_Buffer(…, 0) merges surfaces in a
    // fifth of ST_Union's time; and tables, unlike an INSERT, are filled by parallel workers. Not
    // unlogged ones: killed while it fills one, PostgreSQL 15 may refuse to end its recovery
    // (« could not create file: File exists »).
    let (gathered, merged) = (scratch(layer, "gathered"), scratch(layer, "merged"));
    format!(
        "SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; \
         SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; \
         CREATE TABLE {gathered} AS \
         SELECT {group} AS _group{values}, ST_Collect(geom_3857) AS whole FROM {now} \
         WHERE {group} IN (SELECT _group FROM groups) GROUP BY 1; \
         CREATE TABLE {merged} AS \
         SELECT _group{columns}, ST_Simplify( \
           ST_Buffer(ST_Buffer(whole, 0), {unit}, {corners}), {tolerance}, true) AS whole \
         FROM {gathered}; \
         INSERT INTO {name} (_group, area{columns}, geom_3857) \
         SELECT _group, ST_Area(part){columns}, part FROM ( \
           SELECT _group{columns}, (ST_Dump(whole)).geom AS part FROM {merged}) parts \
         WHERE NOT ST_IsEmpty(part); \
         DROP TABLE {gathered}, {merged}",
        corners = "'join=mitre mitre_limit=2 quad_segs=1'",
    )
}

/// A table that lives for one rebuilding, inside its transaction.
fn scratch(layer: &Layer, purpose: &str) -> String {
    format!(
        "layer.{}",
        quote(&format!("{}_{purpose}", layer.id.table()))
    )
}
