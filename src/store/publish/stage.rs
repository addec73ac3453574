//! The staging table: what is to be published, with keys and hashes.

use sqlx::{AssertSqlSafe, Row as _};

use super::Publication;
use crate::catalogue::{Field, Layer};
use crate::store::StoreError;
use crate::store::names::{quote, sql_type, table};

/// Text that is the same for the same attributes and stays so when a field is added: nulls leave
/// no trace.
fn attributes_text(layer: &Layer) -> String {
    let parts: Vec<String> = layer
        .public_fields()
        .map(|field| format!("'{}=' || {} || chr(31)", field.name, quote(&field.name)))
        .collect();
    format!("concat({})", parts.join(", "))
}

/// A feature's identity from one delivery to the next: its key, or else its geometry, counted
/// where several features share it, within its scope.
fn key_expression(layer: &Layer) -> String {
    if layer.key.is_empty() {
        return "_scope || ' ' || md5(coalesce(ST_AsEWKB(geom), '')) || '#' || row_number() OVER \
                (PARTITION BY _scope, coalesce(ST_AsEWKB(geom), '') ORDER BY _hash)"
            .to_owned();
    }
    let parts: Vec<String> = layer
        .key
        .iter()
        .map(|name| format!("{}::text", quote(name)))
        .collect();
    format!("concat_ws('/', {})", parts.join(", "))
}

/// Stages the rows of a relation; its columns that no field names are left aside.
pub(super) async fn from_relation(
    publication: &mut Publication<'_>,
    schema: &str,
    relation: &str,
) -> Result<(), StoreError> {
    let layer = publication.layer;
    let present: Vec<String> = sqlx::query(
        "SELECT attname::text FROM pg_attribute \
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
    )
    .bind(format!("{}.{}", quote(schema), quote(relation)))
    .fetch_all(publication.connection())
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect();
    let column = |field: &Field| {
        let kind = sql_type(field.kind);
        let name = quote(&field.name);
        if present.contains(&field.name) {
            format!(", {name}::{kind} AS {name}")
        } else {
            format!(", NULL::{kind} AS {name}")
        }
    };
    let fields: String = layer.fields.iter().map(column).collect();
    let statement = format!(
        "CREATE TEMP TABLE staging ON COMMIT DROP AS \
         SELECT *, {key} AS _key FROM ( \
           SELECT *, md5(convert_to({text}, 'UTF8') || coalesce(ST_AsEWKB(geom), ''))::uuid AS _hash \
           FROM (SELECT _scope::text AS _scope{fields}, ST_ForcePolygonCCW(geom) AS geom \
                 FROM {schema}.{relation}) source \
         ) hashed",
        key = key_expression(layer),
        text = attributes_text(layer),
        schema = quote(schema),
        relation = quote(relation),
    );
    run(publication, statement).await?;
    run(
        publication,
        "CREATE INDEX ON staging (_key); ANALYZE staging".to_owned(),
    )
    .await
}

/// Refuses a key twice in the delivery, or one that another scope has published.
pub(super) async fn refuse_conflicts(publication: &mut Publication<'_>) -> Result<(), StoreError> {
    let layer = publication.layer;
    let twice: Option<String> =
        sqlx::query_scalar("SELECT _key FROM staging GROUP BY _key HAVING count(*) > 1 LIMIT 1")
            .fetch_optional(publication.connection())
            .await?;
    if let Some(key) = twice {
        return Err(StoreError::Unfit(format!(
            "layer {}: two features of the delivery have the key {key}",
            layer.id
        )));
    }
    if publication.empty {
        return Ok(());
    }
    let statement = format!(
        "SELECT c._key, c._scope FROM {now} c JOIN staging s USING (_key) \
         WHERE c._scope <> s._scope \
         AND NOT EXISTS (SELECT FROM staging o WHERE o._scope = c._scope) LIMIT 1",
        now = table(layer)
    );
    let taken = sqlx::query(AssertSqlSafe(statement))
        .fetch_optional(publication.connection())
        .await?;
    match taken {
        None => Ok(()),
        Some(row) => Err(StoreError::Unfit(format!(
            "layer {}: the feature {} is published already by {}, which this delivery does not \
             replace",
            layer.id,
            row.get::<String, _>(0),
            row.get::<String, _>(1)
        ))),
    }
}

async fn run(publication: &mut Publication<'_>, statement: String) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(publication.connection())
        .await?;
    Ok(())
}
