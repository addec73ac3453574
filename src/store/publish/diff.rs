//! What differs between the staged rows and the current ones, and the writing of it.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::catalogue::Layer;
use crate::store::StoreError;
use crate::store::names::{COMMUNES, columns, communes_of, history, personal, quote, table};
use crate::store::schema::{create_indexes, drop_indexes, replaces, row_columns};

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the layer has no current row.
pub(super) async fn is_empty(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<bool, StoreError> {
    let statement = format!("SELECT NOT EXISTS (SELECT FROM {})", table(layer));
    Ok(sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(connection)
        .await?)
}

/// Fills `difference`: one row a feature, `kind` being added, removed, changed or unchanged.
///
/// A change of personal fields alone is a change, found beside the hash, which never holds them.
pub(super) async fn compare(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    let (join, differs) = personal_comparison(layer);
    run(
        connection,
        format!(
            "CREATE TEMP TABLE difference ON COMMIT DROP AS \
             SELECT s._key, s._scope, c.fid, CASE WHEN c.fid IS NULL THEN 'added' \
               WHEN c._hash <> s._hash{differs} THEN 'changed' ELSE 'unchanged' END AS kind \
             FROM staging s LEFT JOIN {now} c ON c._key = s._key AND c._scope = s._scope{join}",
            now = table(layer)
        ),
    )
    .await?;
    if replaces(layer.scope) {
        run(
            connection,
            format!(
                "INSERT INTO difference \
                 SELECT c._key, c._scope, c.fid, 'removed' FROM {now} c \
                 WHERE c._scope IN (SELECT DISTINCT _scope FROM staging) AND NOT EXISTS \
                 (SELECT FROM staging s WHERE s._key = c._key AND s._scope = c._scope)",
                now = table(layer)
            ),
        )
        .await?;
    }
    run(
        connection,
        "CREATE INDEX ON difference (_key); ANALYZE difference".to_owned(),
    )
    .await
}

fn personal_comparison(layer: &Layer) -> (String, String) {
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

/// Loads an empty layer: in Hilbert order, which PostGIS's ordering of geometries follows, so
/// that `fid` is correlated to place; indexed after.
pub(super) async fn load(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    drop_indexes(connection, layer).await?;
    run(connection, insertion(layer, "ORDER BY s.geom")).await?;
    create_indexes(connection, layer).await?;
    run(connection, format!("ANALYZE {}", table(layer))).await
}

/// Writes the difference alone: superseded rows to the history, changed ones in place with their
/// `fid`, new ones at the end.
pub(super) async fn write(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let (now, past) = (table(layer), history(layer));
    let listed = row_columns(layer, "");
    run(
        connection,
        format!(
            "INSERT INTO {past} ({listed}, geom_3857, _until) \
             SELECT {old}, c.geom_3857, v.version FROM {now} c \
             JOIN difference d USING (fid) JOIN scopes v ON v.scope = c._scope \
             WHERE d.kind IN ('removed', 'changed'); \
             DELETE FROM {now} c USING difference d WHERE d.fid = c.fid AND d.kind = 'removed'",
            old = row_columns(layer, "c."),
        ),
    )
    .await?;
    let sets: String = layer
        .public_fields()
        .map(|field| format!(", {name} = s.{name}", name = quote(&field.name)))
        .collect();
    run(
        connection,
        format!(
            "UPDATE {now} c SET _since = v.version, _hash = s._hash, geom = s.geom{sets} \
             FROM staging s JOIN difference d ON d._key = s._key AND d.kind = 'changed' \
             JOIN scopes v ON v.scope = s._scope WHERE c.fid = d.fid"
        ),
    )
    .await?;
    run(connection, insertion(layer, "ORDER BY s.geom")).await
}

fn insertion(layer: &Layer, order: &str) -> String {
    format!(
        "INSERT INTO {now} (_scope, _key, _since, _hash{fields}, geom) \
         SELECT s._scope, s._key, v.version, s._hash{values}, s.geom FROM staging s \
         JOIN difference d ON d._key = s._key AND d.kind = 'added' \
         JOIN scopes v ON v.scope = s._scope {order}",
        now = table(layer),
        fields = columns(layer.public_fields(), ""),
        values = columns(layer.public_fields(), "s."),
    )
}

/// Closes the personal rows that are superseded and opens the new ones.
pub(super) async fn write_personal(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), StoreError> {
    if layer.personal_fields().next().is_none() {
        return Ok(());
    }
    let name = personal(layer);
    // Who sees them is judged by the communes of the feature's own row.
    let communes = communes_of(layer, "c.").unwrap_or_else(|| "NULL".to_owned());
    run(
        connection,
        format!(
            "UPDATE {name} p SET _until = v.version FROM difference d \
             JOIN scopes v ON v.scope = d._scope \
             WHERE p.fid = d.fid AND p._until IS NULL AND d.kind IN ('removed', 'changed'); \
             INSERT INTO {name} (fid, _since, {COMMUNES}{fields}) \
             SELECT c.fid, v.version, {communes}{values} FROM staging s \
             JOIN difference d ON d._key = s._key AND d.kind IN ('added', 'changed') \
             JOIN scopes v ON v.scope = s._scope \
             JOIN {now} c ON c._key = s._key",
            fields = columns(layer.personal_fields(), ""),
            values = columns(layer.personal_fields(), "s."),
            now = table(layer),
        ),
    )
    .await
}
