//! Deliveries: rows of one or several layers received, compared with what is published, and
//! published at once or not at all.
//!
//! A delivery is one transaction of one connection, and everything before publication lies in its
//! temporary tables: a delivery that is dropped, or whose process dies, leaves nothing. Rows arrive
//! ([`Delivery::receive`]) and become what would be published ([`Delivery::stage`]); checks read the
//! staging tables and mend them; [`Delivery::compare`] says what would change; and
//! [`Delivery::publish`] writes that, under the layers' locks, if what was compared with is still
//! current. Only what differs is written, superseded rows move to the history, and one row of
//! `publication` a scope tells what happened. Readers see all of it at [`Delivery::commit`].

mod compare;
mod content;
mod copy;
pub(super) mod details;
mod keep;
mod matching;
mod near;
mod reach;
mod record;
mod session;
mod shapes;
mod stage;
mod state;
mod touched;
mod wkb;
mod write;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction};

pub use compare::ScopeDifference;
pub use copy::{Packer, Receiver};
pub use details::{Change, FeatureDifference, FieldChange};
pub use reach::Stranger;
pub use record::Recorded;
pub(super) use session::analyze;
use session::{SETTINGS, lock, run};
use state::Part;
pub(super) use state::Temporary;
pub use state::{RowFault, Staged};
pub use wkb::GeometryFault;
use wkb::How;

use super::names::quote;
use super::pieces::Brought;
use super::{Store, StoreError};
use crate::catalogue::Layer;
use crate::model::{LayerId, Srid};

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
    /// The layer.
    pub layer: LayerId,
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

/// The version of a scope that somebody was shown a comparison with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The layer.
    pub layer: LayerId,
    /// The scope.
    pub scope: String,
    /// Its version then; 0 when it had never been published.
    pub version: i64,
}

/// A delivery under way: a transaction that nobody sees, and that leaves nothing when dropped.
pub struct Delivery {
    transaction: Transaction<'static, Postgres>,
    srid: Srid,
    mend: bool,
    parts: BTreeMap<LayerId, Part>,
    pub(super) brought: Vec<Brought>,
}

impl Store {
    /// Begins a delivery.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_delivery(&self) -> Result<Delivery, StoreError> {
        let mut transaction = self.write.begin().await?;
        sqlx::raw_sql(SETTINGS).execute(&mut *transaction).await?;
        Ok(Delivery {
            transaction,
            srid: self.srid,
            mend: false,
            parts: BTreeMap::new(),
            brought: Vec::new(),
        })
    }

    /// Publishes what a relation of the database holds, scope by scope: a delivery whose rows come
    /// from there.
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
        let mut delivery = self.begin_delivery().await?;
        let relation = format!("{}.{}", quote(schema), quote(relation));
        delivery.stage_relation(layer, &relation).await?;
        delivery.compare(layer, &[]).await?;
        let published = delivery.publish(deposit, &[]).await?;
        delivery.commit().await?;
        Ok(published)
    }
}

impl Delivery {
    /// Has rings closed and what is too short to be drawn left out of its geometry, from the next
    /// row on; each is told by [`Delivery::stage`].
    pub fn mend(&mut self) {
        self.mend = true;
    }

    /// Opens a layer to the rows of a feed, whose coordinates are in that system; a layer takes
    /// several feeds, one after the other. Rows are packed by the first, and sent by the second.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn receive<'a>(
        &'a mut self,
        layer: &'a Layer,
        feed: i32,
        srid: Srid,
    ) -> Result<(Packer, Receiver<'a>), StoreError> {
        let known = self.parts.contains_key(&layer.id);
        if !known {
            stage::create_raw(&mut self.transaction, layer).await?;
        }
        let part = self
            .parts
            .entry(layer.id.clone())
            .or_insert_with(|| Part::new(layer));
        part.arrivals.srids.insert(srid.0);
        let statement = stage::copy_statement(layer);
        let copy = self.transaction.copy_in_raw(&statement).await?;
        let how = How {
            srid,
            mend: self.mend,
            farthest: stage::farthest(srid == self.srid),
        };
        Ok(Receiver::new(copy, layer, &mut part.arrivals, (feed, how)))
    }

    /// Makes of the rows received what would be published: in the storage system, in the layer's
    /// shape. From here on they lie in the layer's staging table, which checks read and mend.
    ///
    /// Coordinates that cannot be projected leave their row without geometry, and are told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stage(&mut self, layer: &Layer) -> Result<Staged, StoreError> {
        let srid = self.srid;
        if !self.parts.contains_key(&layer.id) {
            stage::create_raw(&mut self.transaction, layer).await?;
        }
        let part = self
            .parts
            .entry(layer.id.clone())
            .or_insert_with(|| Part::new(layer));
        stage::from_raw(&mut self.transaction, part, srid).await
    }

    /// Stages the rows of a relation, which are taken to be sound.
    pub(in crate::store) async fn stage_relation(
        &mut self,
        layer: &Layer,
        relation: &str,
    ) -> Result<(), StoreError> {
        stage::from_relation(&mut self.transaction, layer, relation).await?;
        self.parts.insert(layer.id.clone(), Part::new(layer));
        Ok(())
    }

    /// Stages what scopes of a layer held as of a version each: what they hold beside it will be
    /// removed, and what comes back has its number.
    pub(in crate::store) async fn stage_past(
        &mut self,
        layer: &Layer,
        scopes: &[(String, i64)],
    ) -> Result<(), StoreError> {
        stage::from_past(&mut self.transaction, layer, scopes).await?;
        let mut part = Part::new(layer);
        part.restores = true;
        self.parts.insert(layer.id.clone(), part);
        Ok(())
    }

    /// Tells that no two staged rows of a layer share a key: whoever looked at each of them knows, and
    /// comparing need not look again.
    pub fn keys_differ(&mut self, layer: &Layer) {
        if let Some(part) = self.parts.get_mut(&layer.id) {
            part.keys_differ = true;
        }
    }

    /// Compares what is staged of a layer with what is published of its scopes. `named` are the
    /// scopes that are delivered even when no row has them: such a scope is emptied.
    ///
    /// # Errors
    /// [`StoreError::Twice`] when two rows of the delivery share a key, [`StoreError::Taken`] when a
    /// key is published by a scope that is not delivered.
    pub async fn compare(
        &mut self,
        layer: &Layer,
        named: &[String],
    ) -> Result<Vec<ScopeDifference>, StoreError> {
        let part = self
            .parts
            .entry(layer.id.clone())
            .or_insert_with(|| Part::new(layer));
        let compared = compare::compare(&mut self.transaction, part, named).await?;
        let scopes = compared.scopes.clone();
        part.compared = Some(compared);
        Ok(scopes)
    }

    /// What the delivery does to each feature of a layer that was compared: a page, removed features
    /// first, then changed and added ones; unchanged ones are in none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn differences(
        &mut self,
        layer: &Layer,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<FeatureDifference>, StoreError> {
        details::page(&mut self.transaction, layer, skip, limit).await
    }

    /// Writes the differences of every layer compared. Nobody sees them before
    /// [`Delivery::commit`], and other deliveries of these layers wait for it.
    ///
    /// Returns one entry a scope that changed, none when everything is published already. A document
    /// of which nothing but its pieces changes has one too.
    ///
    /// # Errors
    /// [`StoreError::Moved`] when a scope is no longer at the version that it was compared with, or
    /// at the one expected; any error leaves the delivery of no use.
    pub async fn publish(
        &mut self,
        deposit: &Deposit,
        expected: &[Expected],
    ) -> Result<Vec<Published>, StoreError> {
        // In the order of their ids, so that two deliveries never wait for each other.
        for id in self.parts.keys() {
            lock(&mut self.transaction, id).await?;
        }
        for part in self.parts.values() {
            compare::still_current(&mut self.transaction, part, expected).await?;
        }
        for document in self.documents_with_other_pieces().await? {
            self.number(&document).await?;
        }
        let mut published = Vec::new();
        for part in self.parts.values() {
            let connection = &mut *self.transaction;
            published.extend(write::publish(connection, &part.layer, deposit).await?);
        }
        self.publish_pieces(&published).await?;
        Ok(published)
    }

    /// Has a document published even where none of its rows differs, in one of its layers.
    async fn number(&mut self, document: &str) -> Result<(), StoreError> {
        for part in self.parts.values() {
            let statement = format!(
                "SELECT EXISTS (SELECT FROM {} WHERE scope = $1 AND added + removed + changed > 0)",
                Temporary::of(&part.layer).scopes
            );
            let differs: bool = sqlx::query_scalar(AssertSqlSafe(statement))
                .bind(document)
                .fetch_one(&mut *self.transaction)
                .await?;
            if differs {
                // It is published as it is.
                return Ok(());
            }
        }
        for part in self.parts.values().rev() {
            let statement = format!(
                "UPDATE {} SET numbered = true WHERE scope = $1",
                Temporary::of(&part.layer).scopes
            );
            let found = sqlx::query(AssertSqlSafe(statement))
                .bind(document)
                .execute(&mut *self.transaction)
                .await?;
            if found.rows_affected() > 0 {
                break;
            }
        }
        Ok(())
    }

    /// Ends the delivery: what was published is what readers see from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    /// Records a contribution that ends with this delivery, and links to it what it published;
    /// its number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn record(
        &mut self,
        contribution: &Recorded<'_>,
        published: &[Published],
    ) -> Result<i64, StoreError> {
        let id = record::contribution(self.connection(), contribution).await?;
        self.link(id, published).await?;
        Ok(id)
    }

    /// Links publications to the contribution that they come from.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link(
        &mut self,
        contribution: i64,
        published: &[Published],
    ) -> Result<(), StoreError> {
        record::link(self.connection(), contribution, published).await
    }

    /// The layers that have rows in it, or none and yet a place.
    pub(in crate::store) fn layers(&self) -> Vec<LayerId> {
        self.parts.keys().cloned().collect()
    }

    /// The reference systems in which a layer's rows were given.
    pub(in crate::store) fn srids(&self, layer: &Layer) -> Vec<i32> {
        let part = self.parts.get(&layer.id);
        part.map_or_else(Vec::new, |part| {
            part.arrivals.srids.iter().copied().collect()
        })
    }

    /// The scopes of a layer's rows, where that is known without asking.
    pub(in crate::store) fn scopes(&self, layer: &Layer) -> Vec<String> {
        let part = self.parts.get(&layer.id);
        part.map_or_else(Vec::new, |part| {
            part.arrivals.scopes.iter().cloned().collect()
        })
    }

    /// The transaction, for what else belongs to it.
    pub(in crate::store) fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}
