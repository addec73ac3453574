//! The tiles that a publication touched: those whose buffered envelope the old or the new place of
//! a changed feature meets.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Temporary, analyze, run};
use crate::catalogue::Layer;
use crate::model::MERCATOR_HALF;
use crate::store::StoreError;
use crate::store::names::{history, table};
use crate::store::tile::{BUFFER, UNITS};

/// Tiles of a zoom that one feature may mark one by one; beyond, it marks them all.
const MOST_TILES: i64 = 10_000;

/// Marks the tiles of every zoom of the layer, after its rows were written.
///
/// Below the native zoom too it is the features' own places that count: what is merged there
/// changes where they do. A tile that lies wholly around a feature's box is met by it; of the
/// others, those that nothing has marked yet are compared with the geometry itself.
pub(super) async fn mark(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM publication WHERE layer = $1)")
            .bind(layer.id.as_str())
            .fetch_one(&mut *connection)
            .await?;
    if !known {
        // Nobody holds a tile of a layer that had none.
        return mark_all(connection, layer).await;
    }
    spread(connection, layer).await?;
    let statement = format!(
        "WITH far AS (SELECT z, max(version) AS version FROM spans \
           WHERE (x1 - x0 + 1)::bigint * (y1 - y0 + 1) > {MOST_TILES} GROUP BY z), \
         candidates AS (SELECT s.z, x, y, s.version, s.g FROM spans s, \
           generate_series(x0, x1) x, generate_series(y0, y1) y \
           WHERE (x0 < x1 OR y0 < y1) \
           AND (x1 - x0 + 1)::bigint * (y1 - y0 + 1) <= {MOST_TILES}), \
         unsure AS (SELECT c.* FROM candidates c LEFT JOIN sure USING (z, x, y) \
           WHERE coalesce(sure.version < c.version, true) OFFSET 0), \
         met AS (SELECT z, x, y, version FROM unsure WHERE ST_Intersects(g, \
           ST_TileEnvelope(z, x, y, margin => {margin}))) \
         INSERT INTO publication_tile (layer, z, x, y, version, open) \
         SELECT $1, z, x, y, max(version), $2 FROM ( \
           SELECT z, x, y, version FROM sure UNION ALL SELECT * FROM met \
           UNION ALL SELECT z, -1, -1, version FROM far) t GROUP BY z, x, y \
         ON CONFLICT (layer, z, x, y) DO UPDATE SET version = excluded.version",
        margin = BUFFER / UNITS,
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .bind(layer.is_open())
        .execute(&mut *connection)
        .await?;
    run(connection, "DROP TABLE spans, sure".to_owned()).await
}

async fn mark_all(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary { scopes, .. } = Temporary::of(layer);
    let statement = format!(
        "INSERT INTO publication_tile (layer, z, x, y, version, open) \
         SELECT $1, z, -1, -1, max(version), $2 FROM {scopes}, generate_series({first}, {last}) z \
         GROUP BY z ON CONFLICT (layer, z, x, y) DO UPDATE SET version = excluded.version",
        first = layer.tiles.min_zoom,
        last = layer.tiles.max_zoom,
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .bind(layer.is_open())
        .execute(connection)
        .await?;
    Ok(())
}

/// Fills `spans`: for each changed feature and zoom, the tiles whose buffered envelope its box
/// meets, from one corner to the other; and `sure`: those that a feature lies in wholly.
///
/// A feature that stays where it was meets its tiles once, not by its old place and its new one.
/// Both are counted before they are joined, and joined by hashing: what was just written is not
/// counted yet, and of thousands of versions the planner makes a loop in a loop (13 to 64 s where
/// 1 s does).
async fn spread(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        scopes, difference, ..
    } = Temporary::of(layer);
    // In tiles, from the west and the north, and cut to the grid.
    let place = |value: &str, from: &str, buffer: &str| {
        format!(
            "greatest(0, least((1 << z) - 1, floor(({MERCATOR_HALF} {from} {value}) * (1 << z) \
             / {whole} {buffer} {margin})))::int",
            whole = 2.0 * MERCATOR_HALF,
            margin = BUFFER / UNITS,
        )
    };
    run(
        connection,
        format!(
            "SET LOCAL enable_nestloop = off; \
             CREATE TEMP TABLE spans ON COMMIT DROP AS \
             SELECT z, x0, x1, y0, y1, version, CASE WHEN x0 < x1 OR y0 < y1 THEN g END AS g FROM ( \
               SELECT z, {west} AS x0, {east} AS x1, {north} AS y0, {south} AS y1, version, g FROM ( \
                 SELECT ST_XMin(g) AS west, ST_XMax(g) AS east, ST_YMax(g) AS north, \
                   ST_YMin(g) AS south, version, g FROM ( \
                   SELECT geom_3857 AS g, version FROM {now} JOIN {scopes} ON _since = version \
                   UNION ALL \
                   SELECT geom_3857, version FROM {past} o JOIN {scopes} ON _until = version \
                   JOIN {difference} d ON d.fid = o.fid AND d._scope = o._scope \
                   WHERE d.kind = 'removed' OR (d.kind = 'changed' AND NOT d.same)) t \
                 WHERE NOT ST_IsEmpty(g) OFFSET 0) boxed, \
               generate_series({first}, {last}) z) placed; \
             CREATE TEMP TABLE sure ON COMMIT DROP AS \
             SELECT z, x0 AS x, y0 AS y, max(version) AS version FROM spans \
             WHERE x0 = x1 AND y0 = y1 GROUP BY 1, 2, 3; \
             SET LOCAL enable_nestloop TO DEFAULT",
            west = place("west", "+", "-"),
            east = place("east", "+", "+"),
            north = place("north", "-", "-"),
            south = place("south", "-", "+"),
            now = table(layer),
            past = history(layer),
            first = layer.tiles.min_zoom,
            last = layer.tiles.max_zoom,
        ),
    )
    .await?;
    analyze(connection, "spans, sure").await
}
