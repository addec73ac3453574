//! Geometries of the features that a contribution's findings are about.

use super::super::{Store, StoreError};
use crate::model::{FaultyFeature, OutcomeReport};
use uuid::Uuid;

impl Store {
    /// Keeps the features of these outcomes beside the contribution, in the place of those before,
    /// as long as it is this instance's work.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_shapes(
        &self,
        id: i64,
        worker: Uuid,
        outcomes: &[OutcomeReport],
    ) -> Result<(), StoreError> {
        let (mut collections, mut features, mut wkbs) = (Vec::new(), Vec::new(), Vec::new());
        for outcome in outcomes {
            let Some(collection) = &outcome.collection else {
                continue;
            };
            for shape in &outcome.shapes {
                collections.push(collection.as_str());
                features.push(shape.feature.as_str());
                wkbs.push(shape.wkb.as_slice());
            }
        }
        let mut transaction = self.write.begin().await?;
        let held = "SELECT 1 FROM contribution WHERE id = $1 AND worker = $2 FOR UPDATE";
        let held = sqlx::query(held)
            .bind(id)
            .bind(worker)
            .fetch_optional(&mut *transaction)
            .await?;
        if held.is_none() {
            return Ok(());
        }
        sqlx::query("DELETE FROM contribution_shape WHERE contribution = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO contribution_shape (contribution, collection, feature, wkb) \
             SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[]) \
             ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(collections)
        .bind(features)
        .bind(wkbs)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Puts the features that were kept back beside the findings that are about them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kept_shapes(
        &self,
        id: i64,
        outcomes: &mut [OutcomeReport],
    ) -> Result<(), StoreError> {
        let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
            "SELECT collection, feature, wkb FROM contribution_shape WHERE contribution = $1 \
             ORDER BY collection, feature",
        )
        .bind(id)
        .fetch_all(&self.write)
        .await?;
        for (collection, feature, wkb) in rows {
            let of = |outcome: &&mut OutcomeReport| {
                let own = outcome.collection.as_ref();
                own.is_some_and(|own| own.as_str() == collection)
            };
            if let Some(outcome) = outcomes.iter_mut().find(of) {
                outcome.shapes.push(FaultyFeature { feature, wkb });
            }
        }
        Ok(())
    }
}
