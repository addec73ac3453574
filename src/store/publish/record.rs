//! Numbers of publications, and the row that each leaves.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::{Deposit, Published};
use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::table;

/// Fills `scopes` with the scopes that differ, numbered after the layer's last version.
///
/// A scope that is delivered again as it stands is not published again.
pub(super) async fn number_scopes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    sqlx::query(
        "CREATE TEMP TABLE scopes ON COMMIT DROP AS \
         SELECT _scope AS scope, \
           (SELECT coalesce(max(version), 0) FROM publication WHERE layer = $1) \
             + row_number() OVER (ORDER BY _scope) AS version, \
           count(*) FILTER (WHERE kind = 'added') AS added, \
           count(*) FILTER (WHERE kind = 'removed') AS removed, \
           count(*) FILTER (WHERE kind = 'changed') AS changed, \
           count(*) FILTER (WHERE kind = 'unchanged') AS unchanged \
         FROM difference GROUP BY _scope HAVING count(*) > count(*) FILTER (WHERE kind = 'unchanged')",
    )
    .bind(layer.id.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::raw_sql("ANALYZE scopes").execute(connection).await?;
    Ok(())
}

/// Records one publication a scope: counts, extents and the hash of what the scope now holds.
pub(super) async fn publish(
    connection: &mut PgConnection,
    layer: &Layer,
    deposit: &Deposit,
) -> Result<Vec<Published>, StoreError> {
    sqlx::query(
        "UPDATE publication p SET superseded_by = v.version FROM scopes v \
         WHERE p.layer = $1 AND p.scope = v.scope AND p.superseded_by IS NULL",
    )
    .bind(layer.id.as_str())
    .execute(&mut *connection)
    .await?;
    let corners = |extent: &str| {
        format!(
            "CASE WHEN {extent} IS NULL THEN NULL ELSE ARRAY[ST_XMin({extent}), ST_YMin({extent}), \
             ST_XMax({extent}), ST_YMax({extent})] END"
        )
    };
    let statement = format!(
        "INSERT INTO publication (layer, version, scope, count, extent, extent_3857, hash, \
           added, removed, changed, unchanged, author, comment, demonstration, open) \
         SELECT $1, v.version, v.scope, coalesce(n, 0), {stored}, {mercator}, \
           encode(sha256(convert_to(coalesce(hashes, ''), 'UTF8')), 'hex'), \
           v.added, v.removed, v.changed, v.unchanged, $2, $3, $4, $5 \
         FROM scopes v LEFT JOIN ( \
           SELECT _scope, count(*) AS n, ST_Extent(geom) AS e, ST_Extent(geom_3857) AS m, \
             string_agg(_key || ' ' || _hash::text, chr(10) ORDER BY _key) AS hashes \
           FROM {now} WHERE _scope IN (SELECT scope FROM scopes) GROUP BY _scope \
         ) held ON held._scope = v.scope \
         RETURNING version, scope, count, added, removed, changed, unchanged, at",
        stored = corners("e"),
        mercator = corners("m"),
        now = table(layer),
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .bind(&deposit.author)
        .bind(&deposit.comment)
        .bind(deposit.demonstration)
        .bind(layer.is_open())
        .fetch_all(connection)
        .await?;
    Ok(rows
        .iter()
        .map(|row| Published {
            version: row.get(0),
            scope: row.get(1),
            count: row.get(2),
            added: row.get(3),
            removed: row.get(4),
            changed: row.get(5),
            unchanged: row.get(6),
            at: row.get(7),
        })
        .collect())
}
