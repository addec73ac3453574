//! The cells that a publication touched: those of its new and of its superseded geometries.

use sqlx::{AssertSqlSafe, PgConnection};

use super::Temporary;
use crate::catalogue::Layer;
use crate::model::MERCATOR_HALF;
use crate::store::StoreError;
use crate::store::freshness::CELL_ZOOM;
use crate::store::names::{history, table};

/// Cells that one feature may mark one by one; beyond, it marks everywhere.
const MOST_CELLS: i64 = 10_000;

/// Marks the cells of the features themselves.
pub(super) async fn mark(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary { scopes, .. } = Temporary::of(layer);
    let touched = format!(
        "SELECT geom_3857 AS g, version FROM {now} JOIN {scopes} ON _since = version \
         UNION ALL SELECT geom_3857, version FROM {past} JOIN {scopes} ON _until = version",
        now = table(layer),
        past = history(layer),
    );
    mark_touched(connection, layer, false, &touched).await
}

/// Marks the cells of a relation (`g`, a geometry in Mercator, and the `version` that touched it).
pub(in crate::store) async fn mark_touched(
    connection: &mut PgConnection,
    layer: &Layer,
    general: bool,
    touched: &str,
) -> Result<(), StoreError> {
    let cells = f64::from(1 << CELL_ZOOM);
    let place = |value: &str, sign: &str| {
        format!(
            "greatest(0, least({last}, floor(({MERCATOR_HALF} {sign} {value}) \
             * {cells} / {whole})))::int",
            last = (1 << CELL_ZOOM) - 1,
            whole = 2.0 * MERCATOR_HALF,
        )
    };
    let statement = format!(
        "INSERT INTO publication_cell (layer, general, x, y, version, open) \
         SELECT $1, $2, x, y, max(version), $3 FROM ( \
           SELECT DISTINCT {west} AS x0, {east} AS x1, {north} AS y0, {south} AS y1, version \
           FROM ({touched}) t WHERE NOT ST_IsEmpty(g)) spans \
         CROSS JOIN LATERAL ( \
           SELECT x, y FROM generate_series(x0, x1) x, generate_series(y0, y1) y \
           WHERE (x1 - x0 + 1)::bigint * (y1 - y0 + 1) <= {MOST_CELLS} \
           UNION ALL SELECT -1, -1 WHERE (x1 - x0 + 1)::bigint * (y1 - y0 + 1) > {MOST_CELLS}) c \
         GROUP BY x, y \
         ON CONFLICT (layer, general, x, y) DO UPDATE SET version = excluded.version",
        west = place("ST_XMin(g)", "+"),
        east = place("ST_XMax(g)", "+"),
        north = place("ST_YMax(g)", "-"),
        south = place("ST_YMin(g)", "-"),
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .bind(general)
        .bind(layer.is_open())
        .execute(connection)
        .await?;
    Ok(())
}
