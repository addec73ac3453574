//! The way back: a version is taken back, or returned to, by a publication like any other.

use std::collections::BTreeMap;

use super::Publication;
use crate::catalogue::{Catalogue, Scope};
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
        let publications = self.together(one, takes_back).await?;
        let mut targets: BTreeMap<LayerId, Vec<(String, i64)>> = BTreeMap::new();
        for publication in &publications {
            let as_of = publication.version - i64::from(takes_back);
            let scopes = targets.entry(publication.layer.clone()).or_default();
            scopes.push((publication.scope.clone(), as_of));
        }
        let mut delivery = self.begin_delivery().await?;
        for (document, as_of) in documents(catalogue, &publications, takes_back) {
            delivery.bring_back_pieces(&document, as_of).await?;
        }
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

    /// What was published together with a publication: by the same contribution, or, as a rollback
    /// does, at the same instant for the same scope. Of what is current, what still is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn together(
        &self,
        one: Publication,
        current: bool,
    ) -> Result<Vec<Publication>, StoreError> {
        let query = HistoryQuery {
            contribution: one.contribution,
            scope: one.contribution.is_none().then(|| one.scope.clone()),
            limit: i64::MAX,
            ..HistoryQuery::default()
        };
        let mut list = self.publications(&query).await?;
        // Without a contribution, the list holds those of contributions too.
        list.retain(|it| it.contribution == one.contribution);
        list.retain(|it| it.contribution.is_some() || it.at == one.at);
        list.retain(|it| !current || it.superseded_by.is_none());
        Ok(list)
    }
}

/// Documents among the scopes, and the version as of which each had the pieces that come back: the
/// last one before those taken back, or the last one at which those returned to were current, since
/// pieces may change without their rows.
fn documents(
    catalogue: &Catalogue,
    publications: &[Publication],
    takes_back: bool,
) -> BTreeMap<String, i64> {
    let mut documents: BTreeMap<String, i64> = BTreeMap::new();
    for one in publications {
        let scope = catalogue.get(one.layer.as_str()).map(|layer| layer.scope);
        if !matches!(scope, Some(Scope::Document | Scope::Partition)) {
            continue;
        }
        let end = match takes_back {
            true => Some(one.version),
            false => one.superseded_by,
        };
        if let Some(end) = end {
            let as_of = documents.entry(one.scope.clone()).or_insert(end - 1);
            *as_of = (*as_of).min(end - 1);
        }
    }
    documents
}
