//! The generalised companion of a layer: what tiles read below the native zoom.
//!
//! It is rebuilt, inside the publication's transaction, for the groups that the publication
//! touched: the features that share the values of the `dissolve` fields, or else the features one
//! by one.

use sqlx::{AssertSqlSafe, PgConnection};

use super::StoreError;
use super::names::{companion, geometry_type, history, quote, sql_type, table};
use super::publish::cells::mark_touched;
use crate::catalogue::{Field, Generalise, Layer};
use crate::model::{MERCATOR, MERCATOR_HALF};

/// Side of a tile's unit (of 4,096) at a zoom, in Mercator metres.
pub(super) fn unit(zoom: u8) -> f64 {
    2.0 * MERCATOR_HALF / f64::from(1u32 << zoom) / 4096.0
}

/// The fields that the companion's rows carry.
pub(super) fn fields(layer: &Layer) -> Vec<&Field> {
    layer.attributes_at(layer.tiles.native_zoom.saturating_sub(1))
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the companion's table.
pub(super) async fn create(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    if layer.tiles.generalise.is_none() {
        return Ok(());
    }
    let name = companion(layer);
    let columns: String = fields(layer)
        .iter()
        .map(|field| format!(", {} {}", quote(&field.name), sql_type(field.kind)))
        .collect();
    run(
        connection,
        format!(
            "CREATE TABLE IF NOT EXISTS {name} (_group text NOT NULL, fid bigint, \
             area double precision NOT NULL{columns}, geom_3857 {kind} NOT NULL); \
             CREATE INDEX IF NOT EXISTS {group} ON {name} (_group); \
             CREATE INDEX IF NOT EXISTS {geometry} ON {name} USING gist (geom_3857)",
            kind = geometry_type(crate::catalogue::GeometryType::Geometry, MERCATOR),
            group = quote(&format!("{}_companion_group", layer.id.table())),
            geometry = quote(&format!("{}_companion_geom", layer.id.table())),
        ),
    )
    .await
}

/// Rebuilds the groups that the publication under way touched, and marks their cells.
pub(super) async fn rebuild(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    let Some(rule) = &layer.tiles.generalise else {
        return Ok(());
    };
    let group = group_expression(rule);
    let (now, past, name) = (table(layer), history(layer), companion(layer));
    run(
        connection,
        format!(
            "CREATE TEMP TABLE groups ON COMMIT DROP AS \
             SELECT g AS _group, max(version) AS version FROM ( \
               SELECT {group} AS g, version FROM {now} JOIN scopes ON _since = version \
               UNION ALL SELECT {group}, version FROM {past} JOIN scopes ON _until = version) t \
             GROUP BY g; \
             CREATE INDEX ON groups (_group); ANALYZE groups; \
             CREATE TEMP TABLE touched ON COMMIT DROP AS \
             SELECT c.geom_3857 AS g, version FROM {name} c JOIN groups USING (_group); \
             DELETE FROM {name} c USING groups WHERE c._group = groups._group; \
             {insertion}; \
             INSERT INTO touched \
             SELECT c.geom_3857, version FROM {name} c JOIN groups USING (_group); \
             ANALYZE {name}",
            insertion = insertion(layer, rule, &group),
        ),
    )
    .await?;
    mark_touched(connection, layer, true, "SELECT g, version FROM touched").await
}

fn group_expression(rule: &Generalise) -> String {
    if rule.dissolve.is_empty() {
        return "fid::text".to_owned();
    }
    let parts: Vec<String> = rule
        .dissolve
        .iter()
        .map(|name| format!("{}::text", quote(name)))
        .collect();
    format!("concat_ws('/', {})", parts.join(", "))
}

/// Simplified to one unit of the finest zoom that reads it; lines and surfaces alike.
fn insertion(layer: &Layer, rule: &Generalise, group: &str) -> String {
    let (now, name) = (table(layer), companion(layer));
    let tolerance = unit(layer.tiles.native_zoom.saturating_sub(1)) * 4.0;
    let carried = fields(layer);
    let columns: String = carried
        .iter()
        .map(|field| format!(", {}", quote(&field.name)))
        .collect();
    if rule.dissolve.is_empty() {
        return format!(
            "INSERT INTO {name} (_group, fid, area{columns}, geom_3857) \
             SELECT {group}, fid, ST_Area(geom_3857){columns}, g FROM ( \
               SELECT *, ST_Simplify(geom_3857, {tolerance}, true) AS g FROM {now} \
               WHERE {group} IN (SELECT _group FROM groups)) t WHERE g IS NOT NULL"
        );
    }
    // A field that is not dissolved by has one value a group, or none that means anything.
    let values: String = carried
        .iter()
        .map(|field| {
            let column = quote(&field.name);
            if rule.dissolve.contains(&field.name) {
                format!(", min({column}) AS {column}")
            } else {
                format!(
                    ", CASE WHEN min({column}) = max({column}) THEN min({column}) END AS {column}"
                )
            }
        })
        .collect();
    format!(
        "INSERT INTO {name} (_group, area{columns}, geom_3857) \
         SELECT _group, ST_Area(part){columns}, ST_Simplify(part, {tolerance}, true) FROM ( \
           SELECT _group{columns}, (ST_Dump(whole)).geom AS part FROM ( \
             SELECT {group} AS _group{values}, \
               ST_Union(geom_3857, {grid}) AS whole FROM {now} \
             WHERE {group} IN (SELECT _group FROM groups) GROUP BY 1) dissolved) parts",
        grid = tolerance / 4.0,
    )
}
