//! Numbers of publications, and the row that each leaves.

use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::{Deposit, Published, Temporary, run};
use crate::catalogue::Layer;
use crate::model::{OutcomeReport, Wishes};
use crate::store::StoreError;
use crate::store::names::table;

/// A contribution that is over, as it is kept: one from the command line, which the database did
/// not know before.
#[derive(Debug, Clone)]
pub struct Recorded<'a> {
    /// Who contributes.
    pub author: &'a str,
    /// What the author may write: INSEE codes, or the word for the territory.
    pub communes: &'a [String],
    /// The files' names.
    pub title: &'a str,
    /// What the author said beside the files.
    pub wishes: &'a Wishes,
    /// Hash of the files, in hexadecimal.
    pub sha256: &'a str,
    /// Their size.
    pub bytes: i64,
    /// What became of it.
    pub outcomes: &'a [OutcomeReport],
}

pub(super) async fn contribution(
    connection: &mut PgConnection,
    it: &Recorded<'_>,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO contribution (state, author, communes, title, comment, wishes, sha256, bytes, \
           outcomes) VALUES ('published', $1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(it.author)
    .bind(it.communes)
    .bind(it.title)
    .bind(&it.wishes.comment)
    .bind(Json(it.wishes))
    .bind(it.sha256)
    .bind(it.bytes)
    .bind(Json(it.outcomes))
    .fetch_one(connection)
    .await?)
}

pub(super) async fn link(
    connection: &mut PgConnection,
    contribution: i64,
    published: &[Published],
) -> Result<(), StoreError> {
    let versions: Vec<i64> = published.iter().map(|one| one.version).collect();
    sqlx::query("UPDATE publication SET contribution = $1 WHERE version = ANY($2)")
        .bind(contribution)
        .bind(&versions)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE piece SET contribution = $1 WHERE version = ANY($2)")
        .bind(contribution)
        .bind(versions)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a version to each scope that differs; whether there is one. Drawn under the layer's lock,
/// versions follow its commits, with gaps where other layers drew theirs.
///
/// A scope that is delivered again as it stands is not published again, unless it is to be.
pub(super) async fn number_scopes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<bool, StoreError> {
    let Temporary { scopes, .. } = Temporary::of(layer);
    let statement = format!(
        "UPDATE {scopes} s SET version = drawn.version FROM ( \
           SELECT scope, nextval('publication_version') AS version FROM ( \
             SELECT scope FROM {scopes} WHERE numbered OR added + removed + changed > 0 ORDER BY scope) o \
           ) drawn WHERE drawn.scope = s.scope"
    );
    let numbered = sqlx::query(AssertSqlSafe(statement))
        .execute(&mut *connection)
        .await?
        .rows_affected();
    // Taken to have no version at all, the scopes would be joined one by one with the whole layer.
    run(connection, format!("ANALYZE {scopes}")).await?;
    Ok(numbered > 0)
}

/// Records one publication a scope: counts, extents and the hash of what the scope now holds.
pub(super) async fn publish(
    connection: &mut PgConnection,
    layer: &Layer,
    deposit: &Deposit,
) -> Result<Vec<Published>, StoreError> {
    let Temporary { scopes, .. } = Temporary::of(layer);
    let supersede = format!(
        "UPDATE publication p SET superseded_by = v.version FROM {scopes} v \
         WHERE p.layer = $1 AND p.scope = v.scope AND p.superseded_by IS NULL \
         AND v.version IS NOT NULL"
    );
    sqlx::query(AssertSqlSafe(supersede))
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
         FROM {scopes} v LEFT JOIN ( \
           SELECT version, count(*) AS n, ST_Extent(geom) AS e, ST_Extent(geom_3857) AS m, \
             string_agg(_hash::text, chr(10) ORDER BY _hash) AS hashes \
           FROM {now} JOIN {scopes} ON scope = _scope WHERE version IS NOT NULL GROUP BY version \
         ) held USING (version) WHERE version IS NOT NULL ORDER BY version \
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
            layer: layer.id.clone(),
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
