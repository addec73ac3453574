//! The checks of a delivery, in the words of whoever sent it.
//!
//! `store` finds what is wrong among the staged rows; here the rules of the layer choose what is
//! asked, and each fault becomes a finding: what is wrong, where, what to do.

mod survey;
mod words;

use crate::catalogue::Layer;
use crate::ingest::notes::Notes;
use crate::model::Finding;
use crate::store::checks::{Depth, Depths, Fault, Faults, Inspection, Referred};
use crate::store::{Staged, StoreError};

use survey::{Outlines, Survey};
use words::Words;

/// Checks the staged rows of a layer against its rules. What `staged` tells already
/// is not told again.
///
/// `titles` are the names of the feeds, by number: empty, or missing, where a delivery has one alone.
///
/// # Errors
/// When the database does not answer.
pub async fn check(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    titles: &[String],
    staged: &Staged,
) -> Result<Notes, StoreError> {
    let words = Words::new(layer, titles);
    let mut notes = Notes::default();
    shapes(inspection, layer, &words, staged, &mut notes).await?;
    identities(inspection, layer, &words, &mut notes).await?;
    references(inspection, layer, &words, &mut notes).await?;
    places(inspection, layer, &words, &mut notes).await?;
    Ok(notes)
}

/// Notes the faults of a rule, worded.
fn note(notes: &mut Notes, faults: &Faults, word: impl Fn(&Fault) -> Finding) {
    for fault in &faults.listed {
        notes.push(word(fault));
    }
    if let Some(first) = faults.listed.first() {
        let first = word(first);
        let more = faults.total - faults.listed.len() as i64;
        notes.beyond(first.severity, &first.rule, more);
    }
}

/// Each geometry by itself.
async fn shapes(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    words: &Words<'_>,
    staged: &Staged,
    notes: &mut Notes,
) -> Result<(), StoreError> {
    let out = staged.faults.iter().filter(|fault| !fault.mended);
    let out: Vec<i64> = out.map(|fault| fault.row).collect();
    let faults = inspection.empties(&out).await?;
    note(notes, &faults, |fault| words.empty(fault));
    let faults = inspection.other_kinds().await?;
    note(notes, &faults, |fault| words.other_kind(fault));
    let faults = inspection.invalid().await?;
    note(notes, &faults, |fault| words.invalid(fault));
    if let Some(width) = layer.checks.sliver_m {
        let faults = inspection.slivers(width).await?;
        note(notes, &faults, |fault| words.sliver(fault, width));
    }
    Ok(())
}

/// Features that are taken for one another.
async fn identities(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    words: &Words<'_>,
    notes: &mut Notes,
) -> Result<(), StoreError> {
    let faults = inspection.keys_twice().await?;
    note(notes, &faults, |fault| words.key_twice(fault));
    let faults = inspection.keys_elsewhere().await?;
    note(notes, &faults, |fault| words.key_elsewhere(fault));
    for field in layer.fields.iter().filter(|field| field.unique) {
        // A key of one field is looked for already.
        if layer.key[..] != [field.name.clone()] {
            let faults = inspection.values_twice(field).await?;
            note(notes, &faults, |fault| words.value_twice(fault, field));
        }
    }
    let faults = inspection.same_twice().await?;
    note(notes, &faults, |fault| words.same_twice(fault));
    // Addresses and servitudes share places; surfaces that may not overlap do not.
    if layer.checks.no_overlap_m.is_some() {
        let faults = inspection.shapes_twice().await?;
        note(notes, &faults, |fault| words.shape_twice(fault));
    }
    Ok(())
}

/// Values that name features of other layers.
async fn references(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    words: &Words<'_>,
    notes: &mut Notes,
) -> Result<(), StoreError> {
    for reference in &layer.checks.references {
        match inspection.referred(reference).await? {
            Referred::Checked(faults) => {
                note(notes, &faults, |fault| words.unknown(fault, reference));
            }
            Referred::Unverified => notes.push(words.unverified(reference)),
        }
    }
    Ok(())
}

/// Features among one another, and in their commune.
async fn places(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    words: &Words<'_>,
    notes: &mut Notes,
) -> Result<(), StoreError> {
    let rules = &layer.checks;
    let mut outlines = Outlines::default();
    if let Some(tolerance) = rules.inside_commune_m {
        for outline in inspection.outlines(tolerance).await? {
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
    let mut astray = Vec::new();
    if survey.is_some() || !outlines.is_empty() {
        inspection
            .look(|row, commune, wkb| {
                if outlines.may_leave(commune, wkb).map_err(unreadable)? {
                    astray.push(row);
                }
                match &mut survey {
                    Some(survey) => survey.add(row, wkb).map_err(unreadable),
                    None => Ok(()),
                }
            })
            .await?;
    }
    if let Some(tolerance) = rules.inside_commune_m.filter(|_| !astray.is_empty()) {
        let faults = inspection.outside(tolerance, &astray).await?;
        note(notes, &faults, |fault| words.outside(fault, tolerance));
    }
    if let (Some(survey), Some(depths)) = (survey, depths) {
        let pairs = survey.pairs();
        drop(survey);
        overlaps(inspection, &pairs, depths, words, notes).await?;
    }
    if let Some(tolerance) = rules.no_gap_m {
        let faults = inspection.gaps(tolerance).await?;
        note(notes, &faults, |fault| words.gap(fault));
        let faults = inspection.bare().await?;
        note(notes, &faults, |fault| words.bare(fault));
    }
    Ok(())
}

async fn overlaps(
    inspection: &mut Inspection<'_>,
    pairs: &[(i64, i64)],
    depths: Depths,
    words: &Words<'_>,
    notes: &mut Notes,
) -> Result<(), StoreError> {
    if !pairs.is_empty() {
        inspection.intersect(pairs, depths).await?;
        for depth in [Depth::Beyond, Depth::Within] {
            let faults = inspection.overlaps(depth).await?;
            note(notes, &faults, |fault| words.overlap(fault, depth, depths));
        }
    }
    let faults = inspection.overlaps_published(depths).await?;
    note(notes, &faults, |fault| words.overlap_published(fault));
    Ok(())
}

fn unreadable(error: geozero::error::GeozeroError) -> StoreError {
    StoreError::Unfit(format!("a staged geometry cannot be read: {error}"))
}
