//! The staging table: rows received, made what would be published.

use sqlx::{AssertSqlSafe, PgConnection};

use super::state::{Arrivals, Part, Staged};
use super::wkb::{Fault, GeometryFault};
use super::{Temporary, run};
use crate::catalogue::Layer;
use crate::model::Srid;
use crate::store::StoreError;
use crate::store::history::state;
use crate::store::items::meaning;
use crate::store::names::{columns, oriented, quote, sql_type};

/// Coordinates of projected systems lie within this many metres of their origin; far beyond, the
/// projection to Mercator that every stored geometry goes through fails.
const FARTHEST: f64 = 1e7;

/// How far coordinates may be that are stored as they come; of others it is their projection that tells.
pub(super) fn farthest(stored: bool) -> f64 {
    if stored { FARTHEST } else { f64::INFINITY }
}

/// Makes the table that rows are received in.
pub(super) async fn create_raw(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    let fields: String = layer
        .fields
        .iter()
        .map(|field| format!(", {} {}", quote(&field.name), sql_type(field.kind)))
        .collect();
    run(
        connection,
        format!(
            "CREATE TEMP TABLE {raw} (_row bigint, _feed int, _fid bigint, _scope text{fields}, \
             _was bigint, geom geometry) ON COMMIT DROP",
            raw = Temporary::of(layer).raw
        ),
    )
    .await
}

/// What opens it to rows.
pub(super) fn copy_statement(layer: &Layer) -> String {
    format!(
        "COPY {raw} (_row, _feed, _fid, _scope{fields}, geom) FROM STDIN (FORMAT binary)",
        raw = Temporary::of(layer).raw,
        fields = columns(&layer.fields, ""),
    )
}

/// Turns the rows received into the staging table, in the storage system.
pub(super) async fn from_raw(
    connection: &mut PgConnection,
    part: &mut Part,
    srid: Srid,
) -> Result<Staged, StoreError> {
    let Temporary { raw, staging, .. } = Temporary::of(&part.layer);
    if part.arrivals.srids.iter().all(|code| *code == srid.0) {
        // Already as it would be published: what is received is what is staged.
        run(connection, format!("ALTER TABLE {raw} RENAME TO {staging}")).await?;
    } else {
        project(connection, &part.layer, srid).await?;
        let far = format!(
            "UPDATE {staging} SET geom = NULL WHERE NOT ST_IsEmpty(geom) AND NOT geom @ \
             ST_MakeEnvelope(-{FARTHEST}, -{FARTHEST}, {FARTHEST}, {FARTHEST}, {srid})",
            srid = srid.0,
        );
        run(connection, far).await?;
        let lost = format!(
            "SELECT r._row, r._feed, r._fid FROM {raw} r JOIN {staging} s USING (_row) \
             WHERE r.geom IS NOT NULL AND s.geom IS NULL ORDER BY 1"
        );
        outside(connection, part, lost).await?;
        run(connection, format!("DROP TABLE {raw}")).await?;
    }
    locate(connection, part, srid).await?;
    super::analyze(connection, &staging).await?;
    let Arrivals {
        rows,
        faults,
        totals,
        ..
    } = &part.arrivals;
    Ok(Staged {
        rows: *rows,
        faults: faults.iter().map(|(told, _)| told.clone()).collect(),
        totals: totals.clone(),
    })
}

/// Projects everything in one statement; feature by feature when PROJ refuses one of them, which
/// ends the statement.
async fn project(
    connection: &mut PgConnection,
    layer: &Layer,
    srid: Srid,
) -> Result<(), StoreError> {
    run(connection, "SAVEPOINT projecting".to_owned()).await?;
    let all = sqlx::raw_sql(AssertSqlSafe(projection(layer, "ST_Transform", srid)))
        .execute(&mut *connection)
        .await;
    match all.map_err(|error| meaning(error, true)) {
        Ok(_) => run(connection, "RELEASE projecting".to_owned()).await,
        Err(StoreError::OutsideCrs) => {
            let one_by_one = projection(layer, "pg_temp.geonantes_projected", srid);
            run(
                connection,
                format!(
                    "ROLLBACK TO projecting; RELEASE projecting; \
                     CREATE OR REPLACE FUNCTION pg_temp.geonantes_projected(g geometry, code int) \
                     RETURNS geometry LANGUAGE plpgsql AS \
                     'BEGIN RETURN ST_Transform(g, code); \
                      EXCEPTION WHEN internal_error THEN RETURN NULL; END'; \
                     {one_by_one}; DROP FUNCTION pg_temp.geonantes_projected(geometry, int)"
                ),
            )
            .await
        }
        Err(other) => Err(other),
    }
}

fn projection(layer: &Layer, function: &str, srid: Srid) -> String {
    let Temporary { raw, staging, .. } = Temporary::of(layer);
    format!(
        "CREATE TEMP TABLE {staging} ON COMMIT DROP AS \
         SELECT _row, _feed, _fid, _scope{fields}, _was, {function}(geom, {srid}) AS geom FROM {raw}",
        fields = columns(&layer.fields, ""),
        srid = srid.0,
    )
}

/// Tells the rows (`_row`, `_feed`, `_fid`) whose coordinates cannot be projected.
async fn outside(
    connection: &mut PgConnection,
    part: &mut Part,
    statement: String,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, i32, i64)> = sqlx::query_as(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await?;
    let fault = Fault {
        kind: GeometryFault::OutsideCrs,
        place: None,
    };
    for (row, feed, fid) in rows {
        part.arrivals.fault(row, (feed, fid, Srid(0)), fault, false);
    }
    Ok(())
}

/// Brings the places of faults to the storage system; those that cannot be are left out.
async fn locate(
    connection: &mut PgConnection,
    part: &mut Part,
    srid: Srid,
) -> Result<(), StoreError> {
    let faults = &mut part.arrivals.faults;
    for (told, given) in faults.iter_mut().filter(|(told, _)| told.place.is_some()) {
        let Some((x, y)) = told.place else { continue };
        if *given == srid {
            continue;
        }
        run(connection, "SAVEPOINT locating".to_owned()).await?;
        let place: Result<(f64, f64), _> =
            sqlx::query_as("SELECT ST_X(g), ST_Y(g) FROM ST_Transform(ST_Point($1, $2, $3), $4) g")
                .bind(x)
                .bind(y)
                .bind(given.0)
                .bind(srid.0)
                .fetch_one(&mut *connection)
                .await;
        match place.map_err(|error| meaning(error, true)) {
            Ok(place) => told.place = Some(place),
            Err(StoreError::OutsideCrs) => told.place = None,
            Err(other) => return Err(other),
        }
        run(
            connection,
            "ROLLBACK TO locating; RELEASE locating".to_owned(),
        )
        .await?;
        *given = srid;
    }
    Ok(())
}

/// Stages the rows of a relation; its columns that no field names are left aside.
pub(super) async fn from_relation(
    connection: &mut PgConnection,
    layer: &Layer,
    relation: &str,
) -> Result<(), StoreError> {
    let present: Vec<String> = sqlx::query_scalar(
        "SELECT attname::text FROM pg_attribute \
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
    )
    .bind(relation)
    .fetch_all(&mut *connection)
    .await?;
    let given = |name: &str| present.iter().any(|column| column == name);
    let column = |name: &str, kind: &str| {
        let quoted = quote(name);
        let value = if given(name) { &quoted } else { "NULL" };
        format!(", {value}::{kind} AS {quoted}")
    };
    let fields: String = layer
        .fields
        .iter()
        .map(|field| column(&field.name, sql_type(field.kind)))
        .collect();
    let staging = Temporary::of(layer).staging;
    run(
        connection,
        format!(
            "CREATE TEMP TABLE {staging} ON COMMIT DROP AS \
             SELECT row_number() OVER () - 1 AS _row, 0 AS _feed, NULL::bigint AS _fid, \
               _scope::text AS _scope{fields}{was}, {geometry} AS geom FROM {relation}; \
             ANALYZE {staging}",
            was = column("_was", "bigint"),
            geometry = oriented(layer.geometry, "geom"),
        ),
    )
    .await
}

/// Stages the rows that scopes of a layer had as of a version each.
pub(super) async fn from_past(
    connection: &mut PgConnection,
    layer: &Layer,
    scopes: &[(String, i64)],
) -> Result<(), StoreError> {
    let staging = Temporary::of(layer).staging;
    let statement = format!(
        "CREATE TEMP TABLE {staging} ON COMMIT DROP AS \
         SELECT row_number() OVER () - 1 AS _row, 0 AS _feed, t.fid AS _fid, t._scope{fields}, \
           t.fid AS _was, t.geom \
         FROM unnest($1::text[], $2::bigint[]) w (scope, version), LATERAL ({state}) t",
        fields = columns(&layer.fields, "t."),
        state = state(layer, "w.version", "w.scope"),
    );
    let (names, versions): (Vec<&str>, Vec<i64>) = scopes
        .iter()
        .map(|(scope, version)| (scope.as_str(), *version))
        .unzip();
    sqlx::query(AssertSqlSafe(statement))
        .bind(names)
        .bind(versions)
        .execute(&mut *connection)
        .await?;
    run(connection, format!("ANALYZE {staging}")).await
}
