//! The way back: a version is taken back, or returned to, by a publication like any other.

use std::collections::BTreeMap;

use super::Publication;
use crate::catalogue::Catalogue;
use crate::model::LayerId;
use crate::store::delivery::{Delivery, Deposit, Published, ScopeDifference};
use crate::store::{HistoryQuery, Store, StoreError};

/// A rollback that is compared and not yet published.
pub struct Rollback {
    delivery: Delivery,
    /// The publications that are taken back, or returned to.
    pub publications: Vec<Publication>,
    /// Whether they are taken back; they are returned to otherwise.
    pub takes_back: bool,
    /// What it does, layer by layer.
    pub differences: Vec<(LayerId, Vec<ScopeDifference>)>,
}

impl Rollback {
    /// Publishes it: one entry a scope that changed. What was demonstration data stays so.
    ///
    /// # Errors
    /// As [`Delivery::publish`]; nothing is changed then.
    pub async fn publish(
        mut self,
        author: String,
        comment: String,
    ) -> Result<Vec<Published>, StoreError> {
        let deposit = Deposit {
            author,
            comment,
            demonstration: self.publications.iter().any(|it| it.demonstration),
        };
        let published = self.delivery.publish(&deposit, &[]).await?;
        self.delivery.commit().await?;
        Ok(published)
    }
}

impl Store {
    /// Prepares the rollback of a version. One that is current is taken back: its scope returns to
    /// what it held before, or is emptied. To an older one its scope returns. What one contribution
    /// published goes together: of what is taken back, what is still current.
    ///
    /// # Errors
    /// [`StoreError::NoVersion`] when there is no such version, and as [`Delivery::compare`].
    pub async fn begin_rollback(
        &self,
        catalogue: &Catalogue,
        version: i64,
    ) -> Result<Rollback, StoreError> {
        let one = self.publication(version).await?;
        let takes_back = one.superseded_by.is_none();
        let publications = match one.contribution {
            None => vec![one],
            Some(id) => self.of_contribution(id, takes_back).await?,
        };
        let mut targets: BTreeMap<LayerId, Vec<(String, i64)>> = BTreeMap::new();
        for publication in &publications {
            let as_of = publication.version - i64::from(takes_back);
            let scopes = targets.entry(publication.layer.clone()).or_default();
            scopes.push((publication.scope.clone(), as_of));
        }
        let mut delivery = self.begin_delivery().await?;
        let mut differences = Vec::new();
        for (id, scopes) in targets {
            let layer = catalogue.get(id.as_str()).ok_or_else(|| {
                StoreError::Unfit(format!("the layer {id} is no longer in the catalogue"))
            })?;
            delivery.stage_past(layer, &scopes).await?;
            let named: Vec<String> = scopes.into_iter().map(|(scope, _)| scope).collect();
            differences.push((id, delivery.compare(layer, &named).await?));
        }
        Ok(Rollback {
            delivery,
            publications,
            takes_back,
            differences,
        })
    }

    async fn of_contribution(
        &self,
        contribution: i64,
        current: bool,
    ) -> Result<Vec<Publication>, StoreError> {
        let query = HistoryQuery {
            contribution: Some(contribution),
            limit: i64::MAX,
            ..HistoryQuery::default()
        };
        let mut list = self.publications(&query).await?;
        list.retain(|one| !current || one.superseded_by.is_none());
        Ok(list)
    }
}
