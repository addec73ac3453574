//! Publications: rows of a layer's scopes replaced at once or not at all.
//!
//! Rows are staged, matched with the current ones by key and compared by hash; only what differs
//! is written, superseded rows move to the history, and one row of `publication` a scope tells
//! what happened. Readers see all of it when the transaction commits, or nothing.

pub(super) mod cells;
mod diff;
mod record;
mod stage;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Store, StoreError};
use crate::catalogue::Layer;

/// What is said of a publication.
#[derive(Debug, Clone)]
pub struct Deposit {
    /// Who publishes.
    pub author: String,
    /// Why, or from where.
    pub comment: String,
    /// Whether the rows are demonstration data, which shows wherever they show.
    pub demonstration: bool,
}

/// One publication, done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The layer's version from it on.
    pub version: i64,
    /// The scope replaced.
    pub scope: String,
    /// Features now in the scope.
    pub count: i64,
    /// Features that were not there.
    pub added: i64,
    /// Features no longer there.
    pub removed: i64,
    /// Features with another attribute or geometry.
    pub changed: i64,
    /// Features left as they were.
    pub unchanged: i64,
    /// When.
    pub at: DateTime<Utc>,
}

/// A publication under way: a transaction that nobody sees.
pub struct Publication<'a> {
    transaction: Transaction<'a, Postgres>,
    layer: &'a Layer,
    empty: bool,
}

impl Store {
    /// Publishes what a relation of the database holds, scope by scope, in one transaction.
    ///
    /// The relation has a column `_scope`, columns named as the layer's fields (those absent are
    /// null) and `geom` in the storage system. Returns one entry a scope that changed: the same
    /// rows twice publish nothing.
    ///
    /// # Errors
    /// When two rows share a key, a key is published already by another scope, or the database
    /// refuses; nothing is published then.
    pub async fn publish_relation(
        &self,
        layer: &Layer,
        schema: &str,
        relation: &str,
        deposit: &Deposit,
    ) -> Result<Vec<Published>, StoreError> {
        let mut publication = self.begin_publication(layer).await?;
        stage::from_relation(&mut publication, schema, relation).await?;
        publication.finish(deposit).await
    }

    async fn begin_publication<'a>(
        &'a self,
        layer: &'a Layer,
    ) -> Result<Publication<'a>, StoreError> {
        let mut transaction = self.write.begin().await?;
        // One publication of a layer at a time: numbers follow commits.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('publication ' || $1, 0))")
            .bind(layer.id.as_str())
            .execute(&mut *transaction)
            .await?;
        let empty = diff::is_empty(&mut transaction, layer).await?;
        Ok(Publication {
            transaction,
            layer,
            empty,
        })
    }
}

impl Publication<'_> {
    fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Compares what is staged with what is current, writes the difference, numbers it.
    async fn finish(mut self, deposit: &Deposit) -> Result<Vec<Published>, StoreError> {
        let (layer, empty) = (self.layer, self.empty);
        stage::refuse_conflicts(&mut self).await?;
        let connection = self.connection();
        diff::compare(connection, layer).await?;
        record::number_scopes(connection, layer).await?;
        if empty {
            diff::load(connection, layer).await?;
        } else {
            diff::write(connection, layer).await?;
        }
        diff::write_personal(connection, layer).await?;
        cells::mark(connection, layer).await?;
        super::companion::rebuild(connection, layer).await?;
        let published = record::publish(connection, layer, deposit).await?;
        if !published.is_empty() {
            sqlx::query("SELECT pg_notify('geonantes_publication', $1)")
                .bind(layer.id.as_str())
                .execute(&mut *self.transaction)
                .await?;
        }
        self.transaction.commit().await?;
        Ok(published)
    }
}
