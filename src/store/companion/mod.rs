//! The generalised companion of a layer: what tiles read below the native zoom.
//!
//! It is rebuilt, inside the publication's transaction, for the groups that the publication
//! touched: the features that share the values of the `dissolve` fields, or else the features one
//! by one. Groups are merged by the program while the database goes on with the publication, whose
//! indexes and records take as long.

mod merge;

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection};

use merge::Merging;

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
             SELECT DISTINCT {expression} AS _group FROM {now}",
            kind = geometry_type(GeometryType::Geometry, MERCATOR),
            group = quote(&format!("{}_companion_group", layer.id.table())),
            geometry = quote(&format!("{}_companion_geom", layer.id.table())),
            expression = group_expression(rule),
            now = table(layer),
        ),
    )
    .await?;
    let merging = read(connection, layer, rule).await?;
    fill(connection, layer, rule, merging).await
}

/// A rebuilding under way.
pub(super) struct Rebuilding {
    merging: Option<Merging>,
    took: Duration,
}

/// Begins to rebuild the groups that the publication under way touched, once its rows are written:
/// those of which a feature has another geometry, or another value of what the companion carries.
pub(super) async fn begin(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<Option<Rebuilding>, StoreError> {
    let Some(rule) = &layer.tiles.generalise else {
        return Ok(None);
    };
    let started = Instant::now();
    let group = group_expression(rule);
    let (now, past) = (table(layer), history(layer));
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
             CREATE INDEX ON groups (_group); ANALYZE groups",
            new = row("b"),
            old = row("e"),
        ),
    )
    .await?;
    let merging = read(connection, layer, rule).await?;
    Ok(Some(Rebuilding {
        merging,
        took: started.elapsed(),
    }))
}

/// Ends it.
pub(super) async fn finish(
    connection: &mut PgConnection,
    layer: &Layer,
    rebuilding: Option<Rebuilding>,
) -> Result<(), StoreError> {
    let (Some(rebuilding), Some(rule)) = (rebuilding, &layer.tiles.generalise) else {
        return Ok(());
    };
    let started = Instant::now();
    let name = companion(layer);
    run(
        connection,
        format!("DELETE FROM {name} c USING groups WHERE c._group = groups._group"),
    )
    .await?;
    fill(connection, layer, rule, rebuilding.merging).await?;
    run(connection, format!("ANALYZE {name}")).await?;
    let seconds = (rebuilding.took + started.elapsed()).as_secs_f64();
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

/// Begins to merge the features of the groups, where the rule merges any.
async fn read(
    connection: &mut PgConnection,
    layer: &Layer,
    rule: &Generalise,
) -> Result<Option<Merging>, StoreError> {
    if rule.dissolve.is_empty() {
        return Ok(None);
    }
    let group = group_expression(rule);
    let query = format!(
        "SELECT {group}, fid, geom_3857 FROM {now} WHERE {group} IN (SELECT _group FROM groups) \
         AND NOT ST_IsEmpty(geom_3857)",
        now = table(layer),
    );
    Ok(Some(merge::begin(connection, &query).await?))
}

/// Fills the companion with the groups, simplified to a quarter of a pixel of the finest zoom that
/// reads it. A merged surface has the values of its first feature.
async fn fill(
    connection: &mut PgConnection,
    layer: &Layer,
    rule: &Generalise,
    merging: Option<Merging>,
) -> Result<(), StoreError> {
    let (now, name) = (table(layer), companion(layer));
    let unit = unit(layer.tiles.native_zoom.saturating_sub(1));
    let tolerance = unit * 4.0;
    let mut columns: String = fields(layer)
        .iter()
        .map(|field| format!(", {}", quote(&field.name)))
        .collect();
    if layer.is_restricted() {
        // The features of a group are of the same communes: the catalogue's checks see to it.
        columns.push_str(&format!(", {COMMUNES}"));
    }
    let Some(merging) = merging else {
        let statement = format!(
            "INSERT INTO {name} (_group, fid, area{columns}, geom_3857) \
             SELECT {group}, fid, ST_Area(geom_3857){columns}, g FROM ( \
               SELECT *, ST_Simplify(geom_3857, {tolerance}, true) AS g FROM {now} \
               WHERE {group} IN (SELECT _group FROM groups)) t WHERE NOT ST_IsEmpty(g); \
             DROP TABLE groups",
            group = group_expression(rule),
        );
        return Ok(run(connection, statement).await?);
    };
    // Grown by a unit, which closes what neighbours leave between them: a vertex on one side only,
    // sheets that disagree by decimetres.
    let statement = format!(
        "INSERT INTO {name} (_group, area{columns}, geom_3857) \
         SELECT _group, ST_Area(part){columns}, part FROM ( \
           SELECT _group, fid, (ST_Dump(ST_Simplify(ST_Buffer( \
             ST_GeomFromWKB(wkb, {MERCATOR}), {unit}, {corners}), {tolerance}, true))).geom AS part \
           FROM unnest($1::text[], $2::bigint[], $3::bytea[]) m (_group, fid, wkb)) parts \
         JOIN {now} USING (fid) WHERE NOT ST_IsEmpty(part)",
        MERCATOR = MERCATOR.0,
        corners = "'join=mitre mitre_limit=2 quad_segs=1'",
    );
    let (mut groups, mut fids, mut surfaces) = (Vec::new(), Vec::new(), Vec::new());
    for merged in merging.finish().await? {
        groups.push(merged.group);
        fids.push(merged.fid);
        surfaces.push(merged.wkb);
    }
    sqlx::query(AssertSqlSafe(statement))
        .bind(groups)
        .bind(fids)
        .bind(surfaces)
        .execute(&mut *connection)
        .await?;
    Ok(run(connection, "DROP TABLE groups".to_owned()).await?)
}
