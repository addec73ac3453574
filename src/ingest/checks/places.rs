//! Features among one another, and in their commune.

use super::survey::{Outlines, Survey};
use super::{Run, note};
use crate::store::StoreError;
use crate::store::checks::{Depth, Depths};

impl Run<'_, '_> {
    /// Where the features lie.
    pub(super) async fn places(&mut self) -> Result<(), StoreError> {
        if let Some(astray) = self.inspection.astray().await? {
            // Of what lies elsewhere there is nothing else to say.
            self.notes.push(self.words.astray(&astray));
            return Ok(());
        }
        self.inside().await?;
        if let Some(tolerance) = self.layer.checks.no_gap_m {
            let (words, notes) = (&self.words, &mut self.notes);
            let faults = self.inspection.gaps(tolerance).await?;
            note(notes, &faults, |fault| words.gap(fault));
            let faults = self.inspection.bare().await?;
            note(notes, &faults, |fault| words.bare(fault));
        }
        Ok(())
    }

    /// Features outside their commune, and those that overlap: one look at all of them.
    async fn inside(&mut self) -> Result<(), StoreError> {
        let rules = &self.layer.checks;
        let mut outlines = Outlines::default();
        if let Some(tolerance) = rules.inside_commune_m {
            for outline in self.inspection.outlines(tolerance).await? {
                outlines
                    .add(outline.commune, &outline.wkb)
                    .map_err(unreadable)?;
            }
        }
        let depths = rules.no_overlap_m.map(|within| Depths {
            within_m: within,
            between_m: rules.join_m.unwrap_or(within),
        });
        let mut survey = depths.map(|depths| Survey::new(depths.within_m));
        let mut leaving = Vec::new();
        if survey.is_some() || !outlines.is_empty() {
            let see = |row, commune: &str, wkb: &[u8]| {
                if outlines.may_leave(commune, wkb).map_err(unreadable)? {
                    leaving.push(row);
                }
                match &mut survey {
                    Some(survey) => survey.add(row, wkb).map_err(unreadable),
                    None => Ok(()),
                }
            };
            self.inspection.look(see).await?;
        }
        if let (Some(survey), Some(depths)) = (survey, depths) {
            let pairs = survey.pairs();
            drop(survey);
            self.overlaps(pairs, depths).await?;
        }
        if let Some(tolerance) = rules.inside_commune_m.filter(|_| !leaving.is_empty()) {
            let faults = self.inspection.outside(tolerance, &leaving).await?;
            let words = &self.words;
            note(&mut self.notes, &faults, |fault| {
                words.outside(fault, tolerance)
            });
        }
        Ok(())
    }

    async fn overlaps(&mut self, pairs: Vec<(i64, i64)>, depths: Depths) -> Result<(), StoreError> {
        if !pairs.is_empty() {
            self.inspection.intersect(&pairs, depths).await?;
            if self.how.repair {
                self.snap(depths).await?;
            }
            let (words, notes) = (&self.words, &mut self.notes);
            for depth in [Depth::Beyond, Depth::Within] {
                let faults = self.inspection.overlaps(depth).await?;
                note(notes, &faults, |fault| words.overlap(fault, depth, depths));
            }
        }
        let words = &self.words;
        let faults = self.inspection.overlaps_published(depths).await?;
        note(&mut self.notes, &faults, |fault| {
            words.overlap_published(fault)
        });
        Ok(())
    }

    /// Snaps what lies on another within the tolerance; the overlaps are then looked for again, as
    /// vertices that moved may meet other surfaces.
    async fn snap(&mut self, depths: Depths) -> Result<(), StoreError> {
        let words = &self.words;
        let faults = self.inspection.snap(depths).await?;
        note(&mut self.notes, &faults, |fault| words.snapped(fault));
        if faults.total == 0 {
            return Ok(());
        }
        let mut survey = Survey::new(depths.within_m);
        self.inspection
            .look(|row, _, wkb| survey.add(row, wkb).map_err(unreadable))
            .await?;
        self.inspection.intersect(&survey.pairs(), depths).await
    }
}

fn unreadable(error: geozero::error::GeozeroError) -> StoreError {
    StoreError::Unfit(format!("a staged geometry cannot be read: {error}"))
}
