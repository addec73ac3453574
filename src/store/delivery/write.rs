//! The writing of what differs, and of nothing else.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Deposit, Published, Temporary, analyze, content, record, run, touched};
use crate::catalogue::Layer;
use crate::store::indexes::{create_indexes, drop_indexes};
use crate::store::names::{COMMUNES, columns, communes_of, history, personal, quote, table};
use crate::store::schema::row_columns;
use crate::store::{StoreError, companion};

/// Writes a layer's difference and records one publication a scope that differs; under the layer's
/// lock.
pub(super) async fn publish(
    connection: &mut PgConnection,
    layer: &Layer,
    deposit: &Deposit,
) -> Result<Vec<Published>, StoreError> {
    if !record::number_scopes(connection, layer).await? {
        return Ok(Vec::new());
    }
    let was_empty = is_empty(connection, layer).await?;
    if was_empty {
        load(connection, layer).await?;
    } else {
        write(connection, layer).await?;
    }
    write_personal(connection, layer).await?;
    touched::mark(connection, layer).await?;
    companion::rebuild(connection, layer, was_empty).await?;
    let published = record::publish(connection, layer, deposit).await?;
    sqlx::query("SELECT pg_notify('geonantes_publication', $1)")
        .bind(layer.id.as_str())
        .execute(connection)
        .await?;
    Ok(published)
}

/// Whether the layer has no current row.
async fn is_empty(connection: &mut PgConnection, layer: &Layer) -> Result<bool, StoreError> {
    let statement = format!("SELECT NOT EXISTS (SELECT FROM {})", table(layer));
    Ok(sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(connection)
        .await?)
}

/// Loads an empty layer, and indexes it after.
async fn load(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    drop_indexes(connection, layer).await?;
    run(connection, insertion(layer)).await?;
    create_indexes(connection, layer).await?;
    // PostgreSQL counts the whole by itself a minute later.
    analyze(connection, &table(layer)).await
}

/// Superseded rows to the history, changed ones in place with their `fid`, new ones at the end.
async fn write(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    let Temporary {
        staging,
        difference,
        scopes,
        ..
    } = Temporary::of(layer);
    let (now, past) = (table(layer), history(layer));
    run(
        connection,
        format!(
            "INSERT INTO {past} ({listed}, geom_3857, _until) \
             SELECT {old}, c.geom_3857, v.version FROM {now} c \
             JOIN {difference} d USING (fid) JOIN {scopes} v ON v.scope = c._scope \
             WHERE d.kind IN ('removed', 'changed'); \
             DELETE FROM {now} c USING {difference} d WHERE d.fid = c.fid AND d.kind = 'removed'",
            listed = row_columns(layer, ""),
            old = row_columns(layer, "c."),
        ),
    )
    .await?;
    let sets: String = layer
        .public_fields()
        .map(|field| format!(", {name} = s.{name}", name = quote(&field.name)))
        .collect();
    let kept = format!("_hash = {}", content::hash(layer, "s.", "c.geom"));
    // Apart, since a geometry that is written is projected again, be it the same.
    for (condition, written) in [
        ("d.same", kept.as_str()),
        ("NOT d.same", "_hash = d._hash, geom = s.geom"),
    ] {
        run(
            connection,
            format!(
                "UPDATE {now} c SET _since = v.version, {written}{sets} \
                 FROM {staging} s JOIN {difference} d ON d._row = s._row \
                 AND d.kind = 'changed' AND {condition} \
                 JOIN {scopes} v ON v.scope = d._scope WHERE c.fid = d.fid"
            ),
        )
        .await?;
    }
    run(connection, insertion(layer)).await
}

/// New features in Hilbert order, which PostGIS's ordering of geometries follows, so that `fid` is
/// correlated to place. A feature that moves from one scope to another, or comes back, has its
/// number already. The sequence is looked up once, by its sub-select: doing so row by row would
/// take a fifth of the whole insertion.
fn insertion(layer: &Layer) -> String {
    let Temporary {
        staging,
        difference,
        scopes,
        ..
    } = Temporary::of(layer);
    // What has no key of its own is told apart by its number.
    let key = if layer.key.is_empty() {
        "_scope || '#' || fid"
    } else {
        "_key"
    };
    format!(
        "INSERT INTO {now} (fid, _scope, _key, _since, _hash{fields}, geom) \
         SELECT fid, _scope, {key}, version, _hash{fields}, geom FROM ( \
           SELECT coalesce(d.fid, nextval( \
               (SELECT pg_get_serial_sequence('{now}', 'fid')::regclass))) AS fid, \
             d._scope, d._key, v.version, d._hash{values}, s.geom FROM {staging} s \
           JOIN {difference} d ON d._row = s._row AND d.kind = 'added' \
           JOIN {scopes} v ON v.scope = d._scope ORDER BY s.geom) n",
        now = table(layer),
        fields = columns(layer.public_fields(), ""),
        values = columns(layer.public_fields(), "s."),
    )
}

/// Closes the personal rows that are superseded and opens the new ones.
async fn write_personal(connection: &mut PgConnection, layer: &Layer) -> Result<(), StoreError> {
    if layer.personal_fields().next().is_none() {
        return Ok(());
    }
    let Temporary {
        staging,
        difference,
        scopes,
        ..
    } = Temporary::of(layer);
    let name = personal(layer);
    // A new feature is found by its key: the catalogue has it that personal fields come with one.
    // Who sees them is judged by the communes of the feature's own row.
    let communes = communes_of(layer, "c.").unwrap_or_else(|| "NULL".to_owned());
    run(
        connection,
        format!(
            "UPDATE {name} p SET _until = v.version FROM {difference} d \
             JOIN {scopes} v ON v.scope = d._scope \
             WHERE p.fid = d.fid AND p._until IS NULL AND d.kind IN ('removed', 'changed'); \
             INSERT INTO {name} (fid, _since, {COMMUNES}{fields}) \
             SELECT c.fid, v.version, {communes}{values} FROM {staging} s \
             JOIN {difference} d ON d._row = s._row AND d.kind IN ('added', 'changed') \
             JOIN {scopes} v ON v.scope = d._scope \
             JOIN {now} c ON c._key = d._key AND c._scope = d._scope",
            fields = columns(layer.personal_fields(), ""),
            values = columns(layer.personal_fields(), "s."),
            now = table(layer),
        ),
    )
    .await
}
