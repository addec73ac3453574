//! What changed between two versions of a layer.

use sqlx::AssertSqlSafe;

use super::{AsOf, state};
use crate::catalogue::Layer;
use crate::model::Counts;
use crate::store::delivery::{FeatureDifference, details};
use crate::store::names::quote;
use crate::store::{Store, StoreError};

/// What changed from one version to another.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionChanges {
    /// Features by what happened to them; those that are the same are not counted.
    pub counts: Counts,
    /// A page of them: removed, then changed, then added.
    pub features: Vec<FeatureDifference>,
}

impl Store {
    /// What changed in a layer, or in one scope of it, from the state `from` to the version `to`,
    /// which may be the older one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn changes_between(
        &self,
        layer: &Layer,
        from: AsOf<'_>,
        to: i64,
        skip: i64,
        limit: i64,
    ) -> Result<VersionChanges, StoreError> {
        let mut connection = self.write.acquire().await?;
        let with = differences(layer);
        let count = format!(
            "{with} SELECT count(*) FILTER (WHERE kind = 'added'), \
             count(*) FILTER (WHERE kind = 'removed'), count(*) FILTER (WHERE kind = 'changed') \
             FROM d"
        );
        let (added, removed, changed): (i64, i64, i64) = sqlx::query_as(AssertSqlSafe(count))
            .bind(from.version)
            .bind(to)
            .bind(from.scope)
            .fetch_one(&mut *connection)
            .await?;
        let statement = details::statement(
            layer,
            &details::Sources {
                with,
                listed: format!("SELECT * FROM d {} LIMIT $4 OFFSET $5", details::ORDER),
                joins: " LEFT JOIN news s ON s.fid = d.fid LEFT JOIN olds c ON c.fid = d.fid"
                    .to_owned(),
                feed: "NULL::int, NULL::bigint",
                hidden: "c",
            },
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(from.version)
            .bind(to)
            .bind(from.scope)
            .bind(limit)
            .bind(skip)
            .fetch_all(&mut *connection)
            .await?;
        Ok(VersionChanges {
            counts: Counts {
                added,
                removed,
                changed,
                unchanged: 0,
            },
            features: details::features(layer, &rows)?,
        })
    }
}

/// The rows of each version that the other does not have ($1, $2, of the scope $3), and `d`: one
/// row a feature that they make another.
fn differences(layer: &Layer) -> String {
    // A row that is part of both is no difference: since the earlier one it neither began nor ended.
    let side = |version: &str, other: &str| {
        let rows = state(layer, version, "$3");
        format!(
            "SELECT * FROM ({rows}) t WHERE NOT EXISTS ( \
               SELECT FROM ({others}) o WHERE o.fid = t.fid AND o._since = t._since)",
            others = rows_alone(layer, other),
        )
    };
    let hidden = |alias: &str| -> String {
        let parts: Vec<String> = layer
            .personal_fields()
            .map(|field| format!("{alias}.{}", quote(&field.name)))
            .collect();
        format!("row(0, {alias}._hash{}{})", comma(&parts), parts.join(", "))
    };
    format!(
        "WITH olds AS ({olds}), news AS ({news}), d AS ( \
           SELECT coalesce(s.fid, c.fid) AS fid, coalesce(s._scope, c._scope) AS _scope, \
             NULL::text AS _key, NULL::bigint AS _row, s.geom IS NOT DISTINCT FROM c.geom AS same, \
             CASE WHEN c.fid IS NULL THEN 'added' WHEN s.fid IS NULL THEN 'removed' \
             ELSE 'changed' END AS kind \
           FROM olds c FULL JOIN news s ON s.fid = c.fid \
           WHERE c.fid IS NULL OR s.fid IS NULL OR {staged} IS DISTINCT FROM {current})",
        olds = side("$1", "$2"),
        news = side("$2", "$1"),
        staged = hidden("s"),
        current = hidden("c"),
    )
}

fn comma(parts: &[String]) -> &'static str {
    if parts.is_empty() { "" } else { ", " }
}

/// Number and beginning of the rows as of a version.
fn rows_alone(layer: &Layer, version: &str) -> String {
    let (now, past) = (
        crate::store::names::table(layer),
        crate::store::names::history(layer),
    );
    format!(
        "SELECT fid, _since FROM {now} WHERE _since <= {version} \
         AND ($3::text IS NULL OR _scope = $3) \
         UNION ALL SELECT fid, _since FROM {past} WHERE _since <= {version} AND _until > {version} \
         AND ($3::text IS NULL OR _scope = $3)"
    )
}
