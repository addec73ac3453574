//! Who may read a layer's tables: grants to the two roles of readers, and the policies by which
//! the database judges rows and personal fields itself.

use sqlx::{AssertSqlSafe, PgConnection};

use super::names::{COMMUNES, communes_of, companion, history, personal, quote, table};
use super::pool::{MEMBER, READER};
use super::seal::policy;
use crate::catalogue::{Audience, Layer};
use crate::model::Role;

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives each role what the layer's audience allows, and takes back what it no longer does.
pub(super) async fn grant(connection: &mut PgConnection, layer: &Layer) -> Result<(), sqlx::Error> {
    let mut names = vec![table(layer), history(layer)];
    if layer.tiles.generalise.is_some() {
        names.push(companion(layer));
    }
    let (verb, whom) = if layer.is_open() {
        ("GRANT", "TO")
    } else {
        ("REVOKE", "FROM")
    };
    for name in &names {
        let statement =
            format!("{verb} SELECT ON {name} {whom} {READER}; GRANT SELECT ON {name} TO {MEMBER}");
        run(connection, statement).await?;
        judge(connection, name, layer.role).await?;
    }
    if layer.personal_fields().next().is_some() {
        let name = personal(layer);
        let statement =
            format!("REVOKE ALL ON {name} FROM {READER}; GRANT SELECT ON {name} TO {MEMBER}");
        run(connection, statement).await?;
        judge(connection, &name, layer.personal_role).await?;
    }
    open_publications(connection, layer).await
}

/// Has the table's rows judged by the policy of a role, and of no other; or by none. What stands
/// already is left alone: changing it would wait for every reader, and make the next ones wait.
async fn judge(
    connection: &mut PgConnection,
    name: &str,
    role: Option<Role>,
) -> Result<(), sqlx::Error> {
    let (judged, policies): (bool, Vec<String>) = sqlx::query_as(
        "SELECT relrowsecurity, \
           ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY polname) \
         FROM pg_class c WHERE c.oid = $1::regclass",
    )
    .bind(name)
    .fetch_one(&mut *connection)
    .await?;
    let wanted: Vec<String> = role.iter().map(|role| format!("reach_{role}")).collect();
    if judged == role.is_some() && policies == wanted {
        return Ok(());
    }
    for policy in &policies {
        run(
            connection,
            format!("DROP POLICY {} ON {name}", quote(policy)),
        )
        .await?;
    }
    let statement = match role {
        None => format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"),
        Some(role) => format!(
            "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; \
             CREATE POLICY {policy} ON {name} FOR SELECT TO {MEMBER} USING ({condition})",
            policy = quote(&wanted.concat()),
            condition = policy(role),
        ),
    };
    run(connection, statement).await
}

/// Marks the layer's publications as open, or not: readers of open layers see no others.
async fn open_publications(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
    for statement in [
        "UPDATE publication SET open = $2 WHERE layer = $1 AND open <> $2",
        "UPDATE publication_tile SET open = $2 WHERE layer = $1 AND open <> $2",
    ] {
        sqlx::query(statement)
            .bind(layer.id.as_str())
            .bind(layer.audience == Audience::Open)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Gives the tables of a restricted layer the column of a row's communes, made by the database
/// from the field that bears them; makes it anew when the catalogue names another field.
pub(super) async fn mark_communes(
    connection: &mut PgConnection,
    layer: &Layer,
) -> Result<(), sqlx::Error> {
    if layer.is_restricted() {
        for name in [table(layer), history(layer)] {
            generate_communes(connection, layer, &name).await?;
        }
    }
    if layer.personal_fields().next().is_some() {
        copy_communes(connection, layer).await?;
    }
    Ok(())
}

/// The field that a table's communes come from, as the column's comment tells; empty when the
/// table has no such column.
async fn source(connection: &mut PgConnection, name: &str) -> Result<String, sqlx::Error> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT coalesce(col_description(attrelid, attnum), '?') FROM pg_attribute \
         WHERE attrelid = $1::regclass AND attname = $2 AND NOT attisdropped",
    )
    .bind(name)
    .bind(COMMUNES)
    .fetch_optional(connection)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Says where a table's communes come from.
fn comment(layer: &Layer, name: &str) -> String {
    let field = layer.reach_field().map_or("", |field| &field.name);
    // A field's name is letters, digits and underscores.
    format!("COMMENT ON COLUMN {name}.{COMMUNES} IS '{field}'")
}

async fn generate_communes(
    connection: &mut PgConnection,
    layer: &Layer,
    name: &str,
) -> Result<(), sqlx::Error> {
    let (Some(field), Some(expression)) = (layer.reach_field(), communes_of(layer, "")) else {
        return Ok(());
    };
    if source(connection, name).await? == field.name {
        return Ok(());
    }
    // The policy goes with the column that it reads, and `grant` makes it again; the companion
    // has copies of the column, and is made again too.
    run(
        connection,
        format!(
            "DROP TABLE IF EXISTS {companion}; \
             ALTER TABLE {name} DROP COLUMN IF EXISTS {COMMUNES} CASCADE; \
             ALTER TABLE {name} ADD COLUMN {COMMUNES} text[] GENERATED ALWAYS AS ({expression}) \
             STORED; {comment}",
            companion = companion(layer),
            comment = comment(layer, name),
        ),
    )
    .await
}

/// Personal rows lie apart from the field that bears their communes: publications write them, and
/// those that are there already take them from the feature's row of the same version.
async fn copy_communes(connection: &mut PgConnection, layer: &Layer) -> Result<(), sqlx::Error> {
    let (Some(field), Some(expression)) = (layer.reach_field(), communes_of(layer, "s.")) else {
        return Ok(());
    };
    let (name, bearer) = (personal(layer), quote(&field.name));
    if source(connection, &name).await? == field.name {
        return Ok(());
    }
    run(
        connection,
        format!(
            "ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {COMMUNES} text[]; \
             UPDATE {name} p SET {COMMUNES} = {expression} FROM ( \
               SELECT fid, _since, {bearer} FROM {now} \
               UNION ALL SELECT fid, _since, {bearer} FROM {past}) s \
             WHERE s.fid = p.fid AND s._since = p._since; {}",
            comment(layer, &name),
            now = table(layer),
            past = history(layer),
        ),
    )
    .await
}
