//! Which row of a delivery is which published feature.
//!
//! A layer with a key matches by it. Without one, a feature is found by what it holds, then by
//! where it is, then by the ground that it shares, scope by scope and one to one.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Temporary, content, run};
use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::{columns, personal, quote, table};

/// Features to match by their ground beyond which boxes alone are compared.
const MOST_OVERLAYS: i64 = 20_000;

/// Vertices of a pair beyond which boxes alone are compared.
const MOST_VERTICES: i64 = 50_000;

/// The ground that two features share, of the larger one, from which on they are one that moved.
const SHARED: f64 = 0.5;

/// Lines within this many metres of each other share their ground, and points are as far apart.
const BESIDE: f64 = 1.0;

/// Matches the rows of a layer that has a key. It is unique over the layer: a feature that another
/// scope has keeps its number when it moves. A change of personal fields alone is a change, found
/// beside the hash, which never holds them.
pub(super) async fn by_key(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference,
        staging,
        ..
    } = Temporary::of(layer);
    let (join, differs) = personal_comparison(layer);
    // What is equal, bit by bit, is hashed already.
    run(
        connection,
        format!(
            "CREATE TEMP TABLE {difference} ON COMMIT DROP AS \
             SELECT _row, _scope, _key, _hash, fid, \
               CASE WHEN fid IS NULL OR _held <> _scope THEN 'added' \
               WHEN _known <> _hash OR _differs THEN 'changed' ELSE 'unchanged' END AS kind, \
               false AS same \
             FROM (SELECT s._row, s._scope, s._key, c.fid, c._scope AS _held, c._hash AS _known, \
                 false{differs} AS _differs, \
                 CASE WHEN row(0{staged}) IS NOT DISTINCT FROM row(0{current}) AND s.geom = c.geom \
                   THEN c._hash ELSE {hash} END AS _hash \
               FROM (SELECT *, {key} AS _key FROM {staging} t) s \
               LEFT JOIN {now} c ON c._key = s._key{join} OFFSET 0) m",
            key = content::key(layer),
            hash = content::hash(layer, "s.", "s.geom"),
            staged = columns(layer.public_fields(), "s."),
            current = columns(layer.public_fields(), "c."),
            now = table(layer)
        ),
    )
    .await
}

/// Matches the rows of a layer without a key: first those that are published as they are.
pub(super) async fn by_content(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    let Temporary {
        difference,
        staging,
        scopes,
        ..
    } = Temporary::of(layer);
    let (join, differs) = personal_comparison(layer);
    let now = table(layer);
    // What is equal in all is counted, so that one of three that is gone leaves two.
    let count = |order: &str| {
        format!("row_number() OVER (PARTITION BY _scope, _hash ORDER BY {order}) AS _n")
    };
    run(
        connection,
        format!(
            "CREATE TEMP TABLE {difference} ON COMMIT DROP AS \
             SELECT s._row, s._scope, NULL::text AS _key, s._hash, c.fid, \
               CASE WHEN c.fid IS NULL THEN 'added' \
               WHEN c._hash <> s._hash{differs} THEN 'changed' ELSE 'unchanged' END AS kind, \
               c.fid IS NOT NULL AS same \
             FROM (SELECT *, {staged} FROM (SELECT *, {hash} AS _hash FROM {staging} t) h) s \
             LEFT JOIN (SELECT fid, _scope, _hash, {current} FROM {now} \
               WHERE _scope IN (SELECT scope FROM {scopes})) c \
             ON c._scope = s._scope AND c._hash = s._hash AND c._n = s._n{join}",
            staged = count("_row"),
            current = count("fid"),
            hash = content::hash(layer, "t.", "geom"),
        ),
    )
    .await?;
    let left = format!(
        "CREATE TEMP TABLE olds ON COMMIT DROP AS \
         SELECT fid, _scope, geom, {attributes} AS attributes, {snapped} AS snapped FROM {now} c \
         WHERE _scope IN (SELECT scope FROM {scopes}) \
         AND NOT EXISTS (SELECT FROM {difference} d WHERE d.fid = c.fid)",
        attributes = content::attributes_hash(layer, "c."),
        snapped = snapped(layer, "c.geom"),
    );
    let olds = sqlx::query(AssertSqlSafe(left))
        .execute(&mut *connection)
        .await?
        .rows_affected();
    if olds > 0 {
        match_leftovers(connection, layer).await?;
    }
    run(connection, "DROP TABLE olds".to_owned()).await
}

async fn match_leftovers(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference,
        staging,
        ..
    } = Temporary::of(layer);
    run(
        connection,
        format!(
            "CREATE TEMP TABLE news ON COMMIT DROP AS \
             SELECT d._row, d._scope, s._was, s.geom, {attributes} AS attributes, \
               {snapped} AS snapped \
             FROM {difference} d JOIN {staging} s USING (_row) WHERE d.fid IS NULL; \
             ANALYZE news; ANALYZE olds",
            attributes = content::attributes_hash(layer, "s."),
            snapped = snapped(layer, "s.geom"),
        ),
    )
    .await?;
    // A version that comes back knows the numbers that its features had.
    let by_number = "SELECT n._row, o.fid FROM news n JOIN olds o ON o.fid = n._was \
                     AND o._scope = n._scope";
    pair(connection, &difference, by_number, false).await?;
    for columns in ["_scope, snapped, attributes", "_scope, snapped"] {
        let side = |number: &str, from: &str| {
            format!(
                "(SELECT {number}, {columns}, row_number() OVER (PARTITION BY {columns} \
                 ORDER BY {number}) AS n FROM {from})"
            )
        };
        let pairs = format!(
            "SELECT _row, fid FROM {} a JOIN {} b USING ({columns}, n){placed}",
            side("_row", "news"),
            side("fid", "olds"),
            // Features without a geometry are told apart by their attributes alone.
            placed = if columns.contains("attributes") {
                ""
            } else {
                " WHERE snapped IS NOT NULL"
            },
        );
        pair(connection, &difference, &pairs, true).await?;
    }
    by_ground(connection, &difference).await?;
    run(connection, "DROP TABLE news".to_owned()).await
}

/// Takes pairs (`_row`, `fid`) of leftovers as the same features.
async fn pair(
    connection: &mut PgConnection,
    difference: &str,
    pairs: &str,
    same: bool,
) -> Result<(), StoreError> {
    run(
        connection,
        format!(
            "UPDATE {difference} d SET fid = p.fid, kind = 'changed', same = {same} \
             FROM ({pairs}) p WHERE p._row = d._row; \
             DELETE FROM news n USING {difference} d WHERE d._row = n._row AND d.fid IS NOT NULL; \
             DELETE FROM olds o USING {difference} d WHERE d.fid = o.fid"
        ),
    )
    .await
}

/// Pairs what is left by the ground that it shares, the most first.
async fn by_ground(connection: &mut PgConnection, difference: &str) -> Result<(), StoreError> {
    let (news, olds): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM news), (SELECT count(*) FROM olds)")
            .fetch_one(&mut *connection)
            .await?;
    if news == 0 || olds == 0 {
        return Ok(());
    }
    run(
        connection,
        "CREATE INDEX ON olds USING gist (geom); ANALYZE olds".to_owned(),
    )
    .await?;
    let overlays = news.min(olds) <= MOST_OVERLAYS;
    let mut pairs: Vec<(i64, i64, f64)> = sqlx::query_as(AssertSqlSafe(ground(overlays)))
        .fetch_all(&mut *connection)
        .await?;
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let (mut rows, mut fids) = (HashSet::new(), HashSet::new());
    pairs.retain(|(row, fid, _)| {
        let free = !rows.contains(row) && !fids.contains(fid);
        free && rows.insert(*row) && fids.insert(*fid)
    });
    let statement = format!(
        "UPDATE {difference} d SET fid = p.fid, kind = 'changed' \
         FROM unnest($1::bigint[], $2::bigint[]) p (_row, fid) WHERE p._row = d._row"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(pairs.iter().map(|pair| pair.0).collect::<Vec<_>>())
        .bind(pairs.iter().map(|pair| pair.1).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

/// Pairs with the part of the larger feature's ground that both share. Of each row the five
/// features whose boxes it shares most are looked at; equal attributes decide between equals.
fn ground(overlays: bool) -> String {
    let overlap = |axis: &str| {
        format!(
            "greatest(0, least(ST_{axis}Max(a), ST_{axis}Max(b)) \
             - greatest(ST_{axis}Min(a), ST_{axis}Min(b)) + 1)"
        )
    };
    let side = |g: &str, axis: &str| format!("(ST_{axis}Max({g}) - ST_{axis}Min({g}) + 1)");
    let boxes = format!(
        "{x} * {y} / greatest({aw} * {ah}, {bw} * {bh})",
        x = overlap("X"),
        y = overlap("Y"),
        aw = side("a", "X"),
        ah = side("a", "Y"),
        bw = side("b", "X"),
        bh = side("b", "Y"),
    );
    // A buffer of nothing makes surfaces valid, which overlays want.
    let exact = format!(
        "CASE WHEN ST_Dimension(a) <> ST_Dimension(b) THEN 0 \
         WHEN ST_NPoints(a) + ST_NPoints(b) > {MOST_VERTICES} THEN boxes \
         WHEN ST_Dimension(a) = 2 THEN CASE \
           WHEN least(ST_Area(a), ST_Area(b)) < {SHARED} * greatest(ST_Area(a), ST_Area(b)) THEN 0 \
           ELSE ST_Area(ST_Intersection(ST_Buffer(a, 0), ST_Buffer(b, 0))) \
             / nullif(greatest(ST_Area(a), ST_Area(b)), 0) END \
         WHEN ST_Dimension(a) = 1 THEN ST_Length(ST_Intersection(a, ST_Buffer(b, {BESIDE}))) \
           / nullif(greatest(ST_Length(a), ST_Length(b)), 0) \
         ELSE 1 - ST_Distance(a, b) / (2 * {BESIDE}) END"
    );
    let score = if overlays { exact.as_str() } else { "boxes" };
    format!(
        "SELECT _row, fid, part + alike FROM ( \
           SELECT n._row, o.fid, coalesce({score}, 0) AS part, \
             CASE WHEN o.attributes = n.attributes THEN 0.01 ELSE 0 END AS alike \
           FROM news n CROSS JOIN LATERAL ( \
             SELECT c.fid, c.attributes, a, b, {boxes} AS boxes FROM olds c, \
               LATERAL (SELECT n.geom AS a, c.geom AS b) g \
             WHERE c._scope = n._scope AND c.geom && ST_Expand(n.geom, {BESIDE}) \
             ORDER BY {boxes} DESC LIMIT 5) o) t WHERE part >= {SHARED}"
    )
}

/// A geometry that is equal for what differs by less than the layer's tolerance, but for the few
/// whose coordinates lie at the edge between two steps.
fn snapped(layer: &Layer, geometry: &str) -> String {
    format!(
        "md5(ST_AsBinary(ST_SnapToGrid({geometry}, {})))",
        layer.same_within()
    )
}

/// The join and the condition that find another personal row.
pub(super) fn personal_comparison(layer: &Layer) -> (String, String) {
    let names: Vec<String> = layer
        .personal_fields()
        .map(|field| quote(&field.name))
        .collect();
    if names.is_empty() {
        return (String::new(), String::new());
    }
    let row = |alias: &str| {
        let parts: Vec<String> = names.iter().map(|name| format!("{alias}.{name}")).collect();
        format!("({})", parts.join(", "))
    };
    (
        format!(
            " LEFT JOIN {} p ON p.fid = c.fid AND p._until IS NULL",
            personal(layer)
        ),
        format!(" OR {} IS DISTINCT FROM {}", row("s"), row("p")),
    )
}
