//! The indexes of layers' tables.

use sqlx::PgConnection;

use super::names::{history, keys_named, quote, table};
use super::page_index;
use super::schema::run;
use crate::catalogue::Layer;

/// The layer whose rows others name in lists.
pub(super) const PARCELS: &str = "parcelles";

/// An index of a layer's tables.
struct Index {
    name: String,
    unique: bool,
    /// The table, and what of it.
    on: String,
}

/// The indexes of a layer's tables, but for primary keys.
fn indexes(layer: &Layer, page: &str) -> Vec<Index> {
    let (now, past) = (table(layer), history(layer));
    let index = |suffix: &str, table: &str, of: String| Index {
        name: format!("{}_{suffix}", layer.id.table()),
        unique: false,
        on: format!("{table} {of}"),
    };
    let unique = |suffix: &str, table: &str, of: &str| Index {
        unique: true,
        ..index(suffix, table, of.to_owned())
    };
    let mut list = vec![
        unique("key", &now, "(_key)"),
        index("scope", &now, "(_scope)".to_owned()),
        index("page", &now, page.to_owned()),
        index("geom", &now, "USING gist (geom)".to_owned()),
    ];
    // Parcels that a row names are looked for from the parcel's side too.
    let named = layer.checks.references.iter();
    for reference in named.filter(|reference| reference.layer.as_str() == PARCELS) {
        if layer
            .field(&reference.field)
            .is_some_and(|field| !field.personal)
        {
            list.push(index(
                &format!("names_{}", reference.field),
                &now,
                format!("USING gin (({}))", keys_named("", &reference.field)),
            ));
        }
    }
    // What became of a parcel that is no more is asked by its identifier and by its ground.
    if layer.id.as_str() == PARCELS {
        // A version ends a key once.
        list.push(unique("history_by_key", &past, "(_key, _until)"));
        list.push(index("history_geom", &past, "USING gist (geom)".to_owned()));
    }
    for field in layer.public_fields().filter(|field| field.index) {
        list.push(index(
            &format!("by_{}", field.name),
            &now,
            format!("({}, fid)", quote(&field.name)),
        ));
    }
    list
}

/// Makes the indexes that are missing; an empty layer is loaded without them first.
pub(super) async fn create_indexes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
    let page = page_index::definition(connection).await?;
    for Index { name, unique, on } in indexes(layer, &page) {
        let unique = if unique { "UNIQUE " } else { "" };
        let name = quote(&name);
        let statement = format!("CREATE {unique}INDEX IF NOT EXISTS {name} ON {on}");
        run(connection, statement).await?;
    }
    Ok(())
}

/// Drops the indexes of fields by which the catalogue no longer has readers filter.
pub(super) async fn drop_stale_indexes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
    let prefix = format!("{}_by_", layer.id.table());
    let wanted: Vec<String> = indexes(layer, "")
        .into_iter()
        .map(|index| index.name)
        .collect();
    let stale: Vec<String> = sqlx::query_scalar(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'layer' AND tablename = $1 \
         AND starts_with(indexname, $2) AND indexname <> ALL ($3)",
    )
    .bind(layer.id.table())
    .bind(prefix)
    .bind(wanted)
    .fetch_all(&mut *connection)
    .await?;
    for name in stale {
        run(connection, format!("DROP INDEX layer.{}", quote(&name))).await?;
    }
    Ok(())
}

/// Drops every index but the primary key, inside the transaction that makes them again.
pub(super) async fn drop_indexes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
    for Index { name, .. } in indexes(layer, "") {
        run(
            connection,
            format!("DROP INDEX IF EXISTS layer.{}", quote(&name)),
        )
        .await?;
    }
    Ok(())
}
