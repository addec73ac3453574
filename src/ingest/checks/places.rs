//! Features among one another, and in their commune.

use std::collections::HashSet;
use std::sync::Arc;

use geozero::error::GeozeroError;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::meanwhile::{Crowd, Places, Watch};
use super::screen::{Screen, Suspects};
use super::survey::{Outlines, Spike, Survey};
use super::{Run, note, note_once};
use crate::ingest::notes::FEW;
use crate::store::StoreError;
use crate::store::checks::{Depth, Depths, Seen};

/// What exact statements are asked about, after a look at every feature.
pub struct Sight {
    /// Features by themselves, and those that may be the same.
    pub(super) suspects: Suspects,
    /// Where they lie, which is looked at while the database is asked what else there is.
    places: JoinHandle<Result<Places, GeozeroError>>,
}

/// Pairs that are looked at around those found to overlap, at most: beyond, the count is a floor.
const MOST_NEIGHBOURS: usize = 50_000;

/// Width under which a spike is one where the layer does not say how thin a surface may be.
const THIN_M: f64 = 0.05;

impl Run<'_, '_> {
    /// Looks at every feature once, for all the checks that it may concern.
    pub(super) async fn look(&mut self) -> Result<Sight, StoreError> {
        let rules = &self.layer.checks;
        let mut outlines = Outlines::default();
        if let Some(tolerance) = rules.inside_commune_m {
            for outline in self.inspection.outlines(tolerance).await? {
                outlines
                    .add(outline.commune, &outline.wkb)
                    .map_err(unreadable)?;
            }
        }
        let survey = rules.no_overlap_m.map(Survey::new);
        let mut watch = Watch::begin(outlines, survey, rules.sliver_m.unwrap_or(THIN_M));
        let mut screen = Screen::new(self.layer);
        let see = |seen: Seen<'_>| {
            watch.see(seen)?;
            screen.see(seen.row, seen.key, seen.geometry);
            Ok(())
        };
        self.inspection.look(see).await?;
        Ok(Sight {
            places: watch.end()?,
            suspects: screen.finish(),
        })
    }

    /// Where the features lie.
    pub(super) async fn places(&mut self, sight: Sight) -> Result<(), StoreError> {
        let places = sight.places.await.map_err(ended)?.map_err(unreadable)?;
        // What lies elsewhere as a whole lies in no commune.
        if !places.settled
            && let Some(astray) = self.inspection.astray().await?
        {
            // Of what lies elsewhere there is nothing else to say.
            self.notes.push(self.words.astray(&astray));
            return Ok(());
        }
        if !places.outlined {
            let faults = self.inspection.strays().await?;
            let words = &self.words;
            note(&mut self.notes, &faults, |fault| words.stray(fault));
        }
        self.inside(places).await?;
        if let Some(tolerance) = self.layer.checks.no_gap_m {
            self.inspection.find_gaps(tolerance).await?;
            let (words, notes) = (&self.words, &mut self.notes);
            if self.repair {
                let faults = self.inspection.fill_gaps().await?;
                note(notes, &faults, |fault| words.gap_filled(fault));
                if faults.total > 0 {
                    self.inspection.find_gaps(tolerance).await?;
                }
            }
            for depth in [Depth::Beyond, Depth::Within] {
                let faults = self.inspection.gaps(depth).await?;
                note(notes, &faults, |fault| words.gap(fault, depth));
            }
            let faults = self.inspection.bare().await?;
            note(notes, &faults, |fault| words.bare(fault));
        }
        Ok(())
    }

    /// Features outside their commune, and those that overlap.
    async fn inside(&mut self, places: Places) -> Result<(), StoreError> {
        let rules = &self.layer.checks;
        if let Some(within) = rules.no_overlap_m {
            let depths = Depths {
                within_m: within,
                between_m: rules.join_m.unwrap_or(within),
            };
            let Places {
                spikes, mut crowd, ..
            } = places;
            if !spikes.is_empty() && self.spikes(&spikes).await? {
                crowd = Some(self.crowd(depths).await?);
            }
            self.overlaps(crowd, depths).await?;
        }
        let leaving = places.leaving;
        if let Some(tolerance) = rules.inside_commune_m.filter(|_| !leaving.is_empty()) {
            let faults = self.inspection.outside(tolerance, &leaving).await?;
            let words = &self.words;
            note(&mut self.notes, &faults, |fault| {
                words.outside(fault, tolerance)
            });
        }
        Ok(())
    }

    /// Tells spikes, or trims them if repairs are asked for; whether any was trimmed.
    async fn spikes(&mut self, spikes: &[Spike]) -> Result<bool, StoreError> {
        let words = &self.words;
        if self.repair {
            let ends: Vec<_> = spikes.iter().map(|it| (it.row, it.x, it.y)).collect();
            let faults = self.inspection.trim(&ends).await?;
            note(&mut self.notes, &faults, |fault| words.spike_trimmed(fault));
            return Ok(faults.total > 0);
        }
        let seen = spikes
            .iter()
            .map(|it| (it.row, [it.x, it.y, it.length, it.width]));
        let faults = self.inspection.spikes(seen).await?;
        note(&mut self.notes, &faults, |fault| words.spike(fault));
        Ok(false)
    }

    /// The pairs that may overlap, all surfaces looked at anew.
    async fn crowd(&mut self, depths: Depths) -> Result<Crowd, StoreError> {
        let mut survey = Survey::new(depths.within_m);
        self.inspection
            .look(|seen| match seen.geometry {
                Some(wkb) => survey.add(seen.row, wkb).map_err(unreadable),
                None => Ok(()),
            })
            .await?;
        spawn_blocking(move || Crowd::of(survey))
            .await
            .map_err(ended)
    }

    async fn overlaps(&mut self, crowd: Option<Crowd>, depths: Depths) -> Result<(), StoreError> {
        if let Some(crowd) = crowd.filter(|crowd| !crowd.pairs.is_empty()) {
            self.intersect(crowd, depths).await?;
            if self.repair {
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
        match words.laid_over(&faults, FEW) {
            Some(one) => note_once(&mut self.notes, &faults, one),
            None => note(&mut self.notes, &faults, |fault| {
                words.overlap_published(fault)
            }),
        }
        Ok(())
    }

    /// Snaps what lies on another within the tolerance, and cuts what snapping cannot mend; the
    /// overlaps are then looked for again, as vertices that moved may meet other surfaces.
    async fn snap(&mut self, depths: Depths) -> Result<(), StoreError> {
        let words = &self.words;
        let faults = self.inspection.snap(depths).await?;
        note(&mut self.notes, &faults, |fault| words.snapped(fault));
        if faults.total > 0 {
            self.intersect_anew(depths).await?;
        }
        let words = &self.words;
        let faults = self.inspection.cut_overlaps().await?;
        note(&mut self.notes, &faults, |fault| words.overlap_cut(fault));
        if faults.total > 0 {
            self.intersect_anew(depths).await?;
        }
        Ok(())
    }

    async fn intersect_anew(&mut self, depths: Depths) -> Result<(), StoreError> {
        let crowd = self.crowd(depths).await?;
        self.intersect(crowd, depths).await
    }

    /// Finds the overlaps among the pairs, then around those that overlap: under a second layer of
    /// surfaces the next one's neighbours overlap too, though no rim is near.
    async fn intersect(&mut self, crowd: Crowd, depths: Depths) -> Result<(), StoreError> {
        self.inspection.begin_overlaps().await?;
        let mut seen: HashSet<(i64, i64)> = crowd.pairs.iter().copied().collect();
        let most = seen.len() + MOST_NEIGHBOURS;
        let mut found = self.inspection.intersect(&crowd.pairs, depths).await?;
        while !found.is_empty() && seen.len() < most {
            let survey = Arc::clone(&crowd.survey);
            let mut around = spawn_blocking(move || survey.around(&found))
                .await
                .map_err(ended)?;
            around.retain(|pair| !seen.contains(pair));
            around.truncate(most - seen.len());
            seen.extend(&around);
            found = self.inspection.intersect(&around, depths).await?;
        }
        Ok(())
    }
}

/// The look at the surfaces did not come to its end.
fn ended(error: JoinError) -> StoreError {
    StoreError::Unfit(format!("the look at the surfaces ended: {error}"))
}

fn unreadable(error: GeozeroError) -> StoreError {
    StoreError::Unfit(format!("a staged geometry cannot be read: {error}"))
}
