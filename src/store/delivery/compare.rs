//! What a delivery changes: its rows matched with the current ones, scope by scope.

use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::near::same_within;
use super::state::{Compared, Part};
use super::{Expected, Temporary, analyze, matching, run};
use crate::catalogue::Layer;
use crate::model::Counts;
use crate::store::StoreError;
use crate::store::names::{columns, table};
use crate::store::schema::replaces;

/// What a delivery does to one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeDifference {
    /// The scope.
    pub scope: String,
    /// The version that it was compared with; 0 when it was never published.
    pub compared_with: i64,
    /// Features, by what the delivery does to them. Those of the scope before it are `removed`,
    /// `changed` and `unchanged`; what a merging delivery leaves out is in none.
    pub counts: Counts,
}

/// Fills the layer's `difference` (one row a feature, but for those that stay as they are) and `scopes`.
pub(super) async fn compare(
    connection: &mut PgConnection,
    part: &Part,
    named: &[String],
) -> Result<Compared, StoreError> {
    let layer = &part.layer;
    let difference = Temporary::of(layer).difference;
    // Before the rows are read: what is published meanwhile makes these versions old.
    let version = layer_version(connection, layer).await?;
    name_scopes(connection, part, named).await?;
    if layer.key.is_empty() {
        matching::by_content(connection, layer).await?;
    } else {
        matching::by_key(connection, layer).await?;
    }
    // Uncounted, its rows are taken for one or two, and each is joined with the whole delivery.
    analyze(connection, &difference).await?;
    if !layer.key.is_empty() {
        if !part.keys_differ {
            refuse_twice(connection, layer).await?;
        }
        refuse_taken(connection, layer).await?;
    }
    spare_the_same(connection, layer).await?;
    if !part.is_received() {
        give_numbers_back(connection, layer).await?;
    }
    if part.restores || replaces(layer.scope) {
        remove_rest(connection, layer).await?;
    }
    let scopes = count(connection, layer).await?;
    forget_unchanged(connection, layer, &scopes).await?;
    analyze(connection, &difference).await?;
    Ok(Compared { version, scopes })
}

/// Leaves what changes alone, where most does not: what comes next reads all of it several times.
async fn forget_unchanged(
    connection: &mut PgConnection,
    layer: &Layer,
    scopes: &[ScopeDifference],
) -> Result<(), StoreError> {
    let total = |count: fn(&Counts) -> i64| -> i64 {
        scopes.iter().map(|scope| count(&scope.counts)).sum()
    };
    if total(|it| it.unchanged) <= total(|it| it.added + it.removed + it.changed) {
        return Ok(());
    }
    let difference = Temporary::of(layer).difference;
    run(
        connection,
        format!(
            "CREATE TEMP TABLE changes ON COMMIT DROP AS \
             SELECT * FROM {difference} WHERE kind <> 'unchanged'; \
             DROP TABLE {difference}; ALTER TABLE changes RENAME TO {difference}"
        ),
    )
    .await
}

async fn layer_version(connection: &mut PgConnection, layer: &Layer) -> Result<i64, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM publication WHERE layer = $1")
            .bind(layer.id.as_str())
            .fetch_one(connection)
            .await?,
    )
}

/// Fills `scopes` with those that the delivery has rows of, or names.
async fn name_scopes(
    connection: &mut PgConnection,
    part: &Part,
    named: &[String],
) -> Result<(), StoreError> {
    let layer = &part.layer;
    let Temporary {
        scopes,
        staging,
        difference,
        ..
    } = Temporary::of(layer);
    run(
        connection,
        format!(
            "DROP TABLE IF EXISTS {scopes}, {difference}; \
             CREATE TEMP TABLE {scopes} (scope text PRIMARY KEY, compared bigint NOT NULL, \
               version bigint, added bigint, removed bigint, changed bigint, unchanged bigint, \
               numbered boolean NOT NULL DEFAULT false) \
               ON COMMIT DROP"
        ),
    )
    .await?;
    let known = &part.arrivals.scopes;
    let of_rows = match known.is_empty() {
        true => format!("SELECT DISTINCT _scope AS scope FROM {staging} UNION "),
        false => String::new(),
    };
    let listed: BTreeSet<&String> = known.iter().chain(named).collect();
    let statement = format!(
        "INSERT INTO {scopes} (scope, compared) \
         SELECT scope, coalesce((SELECT version FROM publication p WHERE layer = $1 \
           AND p.scope = delivered.scope AND superseded_by IS NULL), 0) \
         FROM ({of_rows}SELECT unnest($2) AS scope) delivered"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .bind(Vec::from_iter(listed))
        .execute(&mut *connection)
        .await?;
    run(connection, format!("ANALYZE {scopes}")).await
}

/// Finds among the changed features those whose geometry is the same within the layer's
/// tolerance, and among these the ones that are not changed at all.
///
/// The vertices are compared here: in SQL it would take a sum over all of them, or a distance
/// that grows with their square.
async fn spare_the_same(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference,
        staging,
        ..
    } = Temporary::of(layer);
    let (join, differs) = matching::personal_comparison(layer);
    let attributes = |alias: &str| columns(layer.public_fields(), alias);
    let statement = format!(
        "SELECT d._row, d.same OR s.geom IS NOT DISTINCT FROM c.geom, \
           NOT (row(0{staged}) IS DISTINCT FROM row(0{current}){differs}), \
           CASE WHEN d.same OR ST_NPoints(s.geom) <> ST_NPoints(c.geom) THEN NULL \
             ELSE ST_AsBinary(s.geom) END, ST_AsBinary(c.geom) \
         FROM {difference} d JOIN {staging} s USING (_row) JOIN {now} c ON c.fid = d.fid{join} \
         WHERE d.kind = 'changed'",
        staged = attributes("s."),
        current = attributes("c."),
        now = table(layer),
    );
    let (mut same, mut unchanged) = (Vec::new(), Vec::new());
    let mut pairs = sqlx::query(AssertSqlSafe(statement)).fetch(&mut *connection);
    while let Some(pair) = pairs.try_next().await? {
        let known: bool = pair.try_get(1)?;
        let near = || -> Result<bool, StoreError> {
            let staged: Option<&[u8]> = pair.try_get(3)?;
            let current: Option<&[u8]> = pair.try_get(4)?;
            let both = staged.zip(current);
            Ok(both.is_some_and(|(a, b)| same_within(a, b, layer.same_within())))
        };
        if known || near()? {
            same.push(pair.try_get::<i64, _>(0)?);
            unchanged.push(pair.try_get::<bool, _>(2)?);
        }
    }
    drop(pairs);
    let statement = format!(
        "UPDATE {difference} d SET same = true, \
           kind = CASE WHEN u.unchanged THEN 'unchanged' ELSE d.kind END \
         FROM unnest($1::bigint[], $2::boolean[]) u (_row, unchanged) WHERE u._row = d._row"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(same)
        .bind(unchanged)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives features that come back the number that they had, where nobody has it now.
async fn give_numbers_back(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference,
        staging,
        ..
    } = Temporary::of(layer);
    run(
        connection,
        format!(
            "UPDATE {difference} d SET fid = s._was FROM {staging} s \
             WHERE s._row = d._row AND d.kind = 'added' AND d.fid IS NULL \
             AND s._was IS NOT NULL AND NOT EXISTS (SELECT FROM {now} c WHERE c.fid = s._was)",
            now = table(layer)
        ),
    )
    .await
}

/// Current features of the delivered scopes that no row of the delivery is.
async fn remove_rest(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference, scopes, ..
    } = Temporary::of(layer);
    // What is published is counted; looking for each row takes longer than counting those found.
    let counted = format!(
        "SELECT (SELECT coalesce(sum(count), 0) FROM publication WHERE layer = $1 \
             AND superseded_by IS NULL AND scope IN (SELECT scope FROM {scopes})) \
           = (SELECT count(fid) FROM {difference} WHERE kind <> 'added')"
    );
    let all: bool = sqlx::query_scalar(AssertSqlSafe(counted))
        .bind(layer.id.as_str())
        .fetch_one(&mut *connection)
        .await?;
    if all {
        return Ok(());
    }
    run(
        connection,
        format!(
            "INSERT INTO {difference} (_scope, _key, _hash, fid, kind) \
             SELECT c._scope, c._key, c._hash, c.fid, 'removed' FROM {now} c \
             WHERE c._scope IN (SELECT scope FROM {scopes}) \
             AND NOT EXISTS (SELECT FROM {difference} d \
               WHERE d.fid = c.fid AND d._scope = c._scope)",
            now = table(layer)
        ),
    )
    .await
}

/// Refuses a key twice in the delivery.
async fn refuse_twice(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary { difference, .. } = Temporary::of(layer);
    // The least of them: which one is told does not depend on the order of a hash table.
    let statement = format!(
        "SELECT min(_key) FROM (SELECT _key FROM {difference} GROUP BY _key HAVING count(*) > 1) t"
    );
    let twice: Option<String> = sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(connection)
        .await?;
    match twice {
        None => Ok(()),
        Some(key) => Err(StoreError::Twice {
            layer: layer.id.clone(),
            key,
        }),
    }
}

/// Refuses a key that a scope has published which the delivery does not replace.
async fn refuse_taken(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        difference, scopes, ..
    } = Temporary::of(layer);
    let statement = format!(
        "SELECT c._key, d._scope, c._scope FROM {now} c JOIN {difference} d USING (_key) \
         WHERE d.kind = 'added' AND c._scope NOT IN (SELECT scope FROM {scopes}) LIMIT 1",
        now = table(layer)
    );
    let taken = sqlx::query(AssertSqlSafe(statement))
        .fetch_optional(connection)
        .await?;
    match taken {
        None => Ok(()),
        Some(row) => Err(StoreError::Taken {
            layer: layer.id.clone(),
            key: row.get(0),
            scope: row.get(1),
            holder: row.get(2),
        }),
    }
}

/// Counts what the delivery does, scope by scope.
async fn count(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<Vec<ScopeDifference>, StoreError> {
    let Temporary {
        difference, scopes, ..
    } = Temporary::of(layer);
    let statement = format!(
        "UPDATE {scopes} s SET added = coalesce(a, 0), removed = coalesce(r, 0), \
           changed = coalesce(c, 0), unchanged = coalesce(u, 0) \
         FROM {scopes} o LEFT JOIN (SELECT _scope, count(*) FILTER (WHERE kind = 'added') AS a, \
           count(*) FILTER (WHERE kind = 'removed') AS r, \
           count(*) FILTER (WHERE kind = 'changed') AS c, \
           count(*) FILTER (WHERE kind = 'unchanged') AS u \
           FROM {difference} GROUP BY _scope) n ON n._scope = o.scope \
         WHERE o.scope = s.scope \
         RETURNING s.scope, s.compared, s.added, s.removed, s.changed, s.unchanged"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await?;
    let mut list: Vec<ScopeDifference> = rows
        .iter()
        .map(|row| ScopeDifference {
            scope: row.get(0),
            compared_with: row.get(1),
            counts: Counts {
                added: row.get(2),
                removed: row.get(3),
                changed: row.get(4),
                unchanged: row.get(5),
            },
        })
        .collect();
    list.sort_by(|a, b| a.scope.cmp(&b.scope));
    Ok(list)
}

/// Refuses a layer of which a scope is no longer what it was compared with, or what somebody was
/// shown; under the layer's lock.
pub(super) async fn still_current(
    connection: &mut PgConnection,
    part: &Part,
    expected: &[Expected],
) -> Result<(), StoreError> {
    let layer = &part.layer;
    let Some(compared) = &part.compared else {
        return Err(StoreError::Unfit(format!(
            "layer {}: a delivery is compared before it is published",
            layer.id
        )));
    };
    let version = layer_version(connection, layer).await?;
    if version != compared.version {
        // A scope that is not delivered may have published a key meanwhile.
        refuse_taken(connection, layer).await?;
    }
    let Temporary { scopes, .. } = Temporary::of(layer);
    let statement = format!(
        "SELECT s.scope, coalesce(p.version, 0) FROM {scopes} s LEFT JOIN publication p \
         ON p.layer = $1 AND p.scope = s.scope AND superseded_by IS NULL ORDER BY 1"
    );
    let current: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(statement))
        .bind(layer.id.as_str())
        .fetch_all(connection)
        .await?;
    for (scope, current) in current {
        let seen = compared.scopes.iter().find(|seen| seen.scope == scope);
        let shown = expected
            .iter()
            .find(|shown| shown.layer == layer.id && shown.scope == scope);
        let versions = [
            seen.map(|seen| seen.compared_with),
            shown.map(|shown| shown.version),
        ];
        if let Some(compared) = versions.into_iter().flatten().find(|v| *v != current) {
            return Err(StoreError::Moved {
                layer: layer.id.clone(),
                scope,
                compared,
                current,
            });
        }
    }
    Ok(())
}
