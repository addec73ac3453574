//! Small services around the loading of layers.

use sqlx::AssertSqlSafe;

use super::names::{companion, quote, table};
use super::{Store, StoreError};
use crate::catalogue::Layer;

impl Store {
    /// Whether a relation exists.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_relation(&self, schema: &str, relation: &str) -> Result<bool, StoreError> {
        let found: Option<String> = sqlx::query_scalar("SELECT to_regclass($1)::text")
            .bind(format!("{}.{}", quote(schema), quote(relation)))
            .fetch_one(&self.write)
            .await?;
        Ok(found.is_some())
    }

    /// Drops a scratch schema with everything in it, if it is there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_schema(&self, schema: &str) -> Result<(), StoreError> {
        let statement = format!("DROP SCHEMA IF EXISTS {} CASCADE", quote(schema));
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Settles a layer after a large load: statistics, and pages marked visible to all, which
    /// index-only scans and counts rely on. Locks nobody out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle(&self, layer: &Layer) -> Result<(), StoreError> {
        let mut names = vec![table(layer)];
        if layer.tiles.generalise.is_some() {
            names.push(companion(layer));
        }
        for name in names {
            let statement = format!("VACUUM (ANALYZE) {name}");
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&self.write)
                .await?;
        }
        Ok(())
    }

    /// Layers that nothing has been published of.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unpublished(&self, layers: &[String]) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM unnest($1::text[]) id \
             WHERE NOT EXISTS (SELECT FROM publication WHERE layer = id)",
        )
        .bind(layers)
        .fetch_all(&self.write)
        .await?)
    }
    /// Features now published of a layer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn published_count(&self, layer: &str) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT coalesce(sum(count), 0)::bigint FROM publication \
             WHERE layer = $1 AND superseded_by IS NULL",
        )
        .bind(layer)
        .fetch_one(&self.write)
        .await?)
    }
}
