//! The checks of a delivery, and what they refuse.

use super::{Course, IngestError, checks, faulty, phase, words};
use crate::store::Delivery;

impl Course<'_> {
    /// Stages what was read and checks it as a set.
    pub(super) async fn check(
        &mut self,
        delivery: &mut Delivery,
        how: checks::How<'_>,
    ) -> Result<(), IngestError> {
        (self.listener)(phase("Contrôles"));
        let mut all = Vec::new();
        for part in &mut self.parts {
            let staged = delivery.stage(&part.layer).await?;
            part.rows = staged.rows;
            part.notes.gather(staged.rows);
            words::staged(&staged, how.titles, &mut part.notes);
            if let Some(silent) = part.silent.take().filter(|fields| !fields.is_empty()) {
                delivery.keep_unsaid(&part.layer, &silent).await?;
                part.reading.push(words::kept(&silent));
            }
            if staged.rows == 0 && part.named.is_empty() && !part.notes.refuse() {
                part.notes.push(words::nothing(&part.layer));
            }
            all.push(staged);
        }
        for (part, staged) in self.parts.iter_mut().zip(&all) {
            let mut inspection = delivery
                .inspection(self.ground.catalogue, &part.layer)
                .await?;
            let told = checks::Told {
                staged,
                unplaced: &part.unplaced,
                refused: &part.notes.refused_fields(),
            };
            let checked = checks::check(&mut inspection, &part.layer, how, &told).await?;
            part.notes.append(checked.notes);
            part.sight = Some(checked.sight);
            if checked.keys_differ {
                delivery.keys_differ(&part.layer);
            }
        }
        // What is mended is not compared before it is.
        if how.repair || self.refuses() {
            self.places(delivery, how).await?;
        }
        Ok(())
    }

    /// Ends the checks: of the places of what was staged, which are looked at while the database
    /// compares.
    pub(super) async fn places(
        &mut self,
        delivery: &mut Delivery,
        how: checks::How<'_>,
    ) -> Result<(), IngestError> {
        for part in &mut self.parts {
            let Some(sight) = part.sight.take() else {
                continue;
            };
            let mut inspection = delivery
                .inspection(self.ground.catalogue, &part.layer)
                .await?;
            let notes = checks::places(&mut inspection, &part.layer, how, sight).await?;
            part.notes.append(notes);
            faulty::find(delivery, part).await?;
        }
        Ok(())
    }

    /// What is refused changes nothing, so that there is nothing to tell of changes.
    pub(super) fn forget_comparison(&mut self) {
        for part in &mut self.parts {
            part.scopes.clear();
            part.changes.clear();
        }
    }

    /// Whether something refuses the delivery.
    pub(super) fn refuses(&self) -> bool {
        self.parts.iter().any(|part| part.notes.refuse())
    }
}
