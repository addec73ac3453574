//! The checks of a delivery, in the words of whoever sent it.
//!
//! `store` finds what is wrong among the staged rows; here the rules of the layer choose what is
//! asked, and each fault becomes a finding: what is wrong, where, what to do. Repairs, when they are
//! asked for, come first, so that the checks judge what would be published.

mod meanwhile;
mod places;
mod screen;
mod survey;
mod words;

use std::collections::HashSet;

use crate::catalogue::{Field, Layer};
use crate::encode::html::french::count;
use crate::ingest::notes::{FEW, Notes};
use crate::model::Finding;
use crate::store::checks::{Fault, Faults, Inspection, Referred, Subject};
use crate::store::{Staged, StoreError};

pub use places::Sight;
use screen::Suspects;
use words::Words;

/// How a layer's rows are checked.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// Names of the feeds, by number; empty, or missing, where a delivery has one alone.
    pub titles: &'a [String],
    /// Whether what can be mended is mended.
    pub repair: bool,
}

/// What was said of the rows already, and is not told again.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What staging had to say of them.
    pub staged: &'a Staged,
    /// Rows, by feed and number, of which it was said that their place cannot be read.
    pub unplaced: &'a HashSet<(i32, i64)>,
    /// Fields of which values were refused: what is not staged of them is no loss to tell.
    pub refused: &'a HashSet<String>,
}

/// What checking found.
pub struct Checked {
    /// What is wrong.
    pub notes: Notes,
    /// Whether it is certain that no two rows share a key.
    pub keys_differ: bool,
    /// What is still looked at.
    pub sight: Sight,
}

/// Checks the staged rows of a layer against its rules, and mends them if that is asked; all but
/// their places, which [`places()`] ends.
///
/// # Errors
/// When the database does not answer.
pub async fn check(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    how: How<'_>,
    told: &Told<'_>,
) -> Result<Checked, StoreError> {
    let mut run = Run::new(inspection, layer, how);
    if how.repair {
        run.mend().await?;
    }
    let sight = run.look().await?;
    let keys_differ = sight.suspects.same_key.is_empty();
    run.shapes(&sight.suspects.doubtful, told).await?;
    run.identities(&sight.suspects).await?;
    run.references().await?;
    run.losses(told.refused).await?;
    Ok(Checked {
        notes: run.notes,
        keys_differ,
        sight,
    })
}

/// Checks where the staged rows lie, once surfaces were looked at: every core does that while the
/// database is asked other things.
///
/// # Errors
/// When the database does not answer.
pub async fn places(
    inspection: &mut Inspection<'_>,
    layer: &Layer,
    how: How<'_>,
    sight: Sight,
) -> Result<Notes, StoreError> {
    let mut run = Run::new(inspection, layer, how);
    run.places(sight).await?;
    Ok(run.notes)
}

/// The checks of one layer, under way.
struct Run<'a, 'i> {
    inspection: &'a mut Inspection<'i>,
    layer: &'a Layer,
    words: Words<'a>,
    notes: Notes,
    repair: bool,
}

/// Notes what is said once of all faults of a rule.
fn note_once(notes: &mut Notes, faults: &Faults, one: Finding) {
    notes.beyond(one.severity, &one.rule, faults.total - 1);
    notes.push(one);
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

/// As [`note`], but once when all rows of a delivery have the fault.
fn note_all(notes: &mut Notes, faults: &Faults, rows: i64, word: impl Fn(&Fault) -> Finding) {
    match &faults.listed[..] {
        [first, _, ..] if faults.total == rows && rows > FEW => {
            let mut finding = word(first);
            let all = count(rows);
            finding
                .message
                .push_str(&format!(" ; il en va de même des {all} objets"));
            notes.beyond(finding.severity, &finding.rule, rows - 1);
            notes.push(finding);
        }
        _ => note(notes, faults, word),
    }
}

impl<'a, 'i> Run<'a, 'i> {
    fn new(inspection: &'a mut Inspection<'i>, layer: &'a Layer, how: How<'a>) -> Self {
        Self {
            inspection,
            layer,
            words: Words::new(layer, how.titles),
            notes: Notes::default(),
            repair: how.repair,
        }
    }
}

impl Run<'_, '_> {
    /// Mends each feature by itself.
    async fn mend(&mut self) -> Result<(), StoreError> {
        let words = &self.words;
        let faults = self.inspection.remove_copies().await?;
        note(&mut self.notes, &faults, |fault| words.copy_removed(fault));
        let faults = self.inspection.mend_invalid().await?;
        note(&mut self.notes, &faults, |fault| words.made_valid(fault));
        let faults = self.inspection.drop_repeated().await?;
        note(&mut self.notes, &faults, |fault| words.unrepeated(fault));
        if let Some(width) = self.layer.checks.sliver_m {
            let faults = self.inspection.drop_slivers(width).await?;
            note(&mut self.notes, &faults, |fault| {
                words.sliver_dropped(fault)
            });
        }
        Ok(())
    }

    /// Each geometry by itself.
    async fn shapes(&mut self, among: &[i64], told: &Told<'_>) -> Result<(), StoreError> {
        let (words, notes) = (&self.words, &mut self.notes);
        let out = told.staged.faults.iter().filter(|fault| !fault.mended);
        let out: Vec<i64> = out.map(|fault| fault.row).collect();
        let mut faults = self.inspection.empties(among, &out).await?;
        let unplaced = told.unplaced;
        faults
            .listed
            .retain(|it| !unplaced.contains(&(it.of.feed, it.of.fid)));
        faults.total -= unplaced.len() as i64;
        note(notes, &faults, |fault| words.empty(fault));
        let faults = self.inspection.other_kinds(among).await?;
        note_all(notes, &faults, told.staged.rows, |fault| {
            words.other_kind(fault)
        });
        let faults = self.inspection.invalid(among).await?;
        note(notes, &faults, |fault| words.invalid(fault, self.repair));
        if let Some(width) = self.layer.checks.sliver_m {
            let faults = self.inspection.slivers(among, width).await?;
            note(notes, &faults, |fault| words.sliver(fault, width));
        }
        Ok(())
    }

    /// Features that are taken for one another.
    async fn identities(&mut self, suspects: &Suspects) -> Result<(), StoreError> {
        let (words, notes) = (&self.words, &mut self.notes);
        let copies = self.inspection.same_twice(&suspects.same_shape).await?;
        let faults = self.inspection.keys_twice(&suspects.same_key).await?;
        // With a key, a copy is first of all a key twice.
        if self.layer.key.is_empty() {
            note(notes, &copies, |fault| words.same_twice(fault));
        }
        let copied: HashSet<&Subject> = copies.listed.iter().map(|fault| &fault.of).collect();
        match words.delivered_twice(&faults, FEW) {
            Some(one) => note_once(notes, &faults, one),
            None => note(notes, &faults, |fault| {
                words.key_twice(fault, copied.contains(&fault.of))
            }),
        }
        let faults = self.inspection.keys_elsewhere().await?;
        note(notes, &faults, |fault| words.key_elsewhere(fault));
        for field in self.layer.fields.iter().filter(|field| field.unique) {
            // A key of one field is looked for already.
            if self.layer.key[..] != [field.name.clone()] {
                let faults = self.inspection.values_twice(field).await?;
                note(notes, &faults, |fault| words.value_twice(fault, field));
            }
        }
        // Addresses and servitudes share places; surfaces that may not overlap do not.
        if self.layer.checks.no_overlap_m.is_some() {
            let faults = self.inspection.shapes_twice(&suspects.same_shape).await?;
            note(notes, &faults, |fault| words.shape_twice(fault));
        }
        Ok(())
    }

    /// What is published and the delivery no longer has.
    async fn losses(&mut self, refused: &HashSet<String>) -> Result<(), StoreError> {
        for lost in self.inspection.emptied().await? {
            if let Some(field) = self.layer.field(&lost.field)
                && !refused.contains(&lost.field)
            {
                self.notes.push(words::emptied(field, lost.values));
            }
        }
        Ok(())
    }

    /// Values that name features of other layers.
    async fn references(&mut self) -> Result<(), StoreError> {
        let (words, notes) = (&self.words, &mut self.notes);
        for reference in &self.layer.checks.references {
            match self.inspection.referred(reference).await? {
                Referred::Checked(mut faults) => {
                    // What is no identifier at all was said of the value itself.
                    let form = self.layer.field(&reference.field).and_then(Field::matcher);
                    let formed = |fault: &Fault| {
                        let value = fault.what.as_deref().unwrap_or_default();
                        form.as_ref().is_none_or(|form| form.matches(value))
                    };
                    let before = faults.listed.len();
                    faults.listed.retain(formed);
                    faults.total -= (before - faults.listed.len()) as i64;
                    note(notes, &faults, |fault| words.unknown(fault, reference));
                    for fault in &faults.listed {
                        let more = fault.measure.map_or(0, |many| many as i64 - 1);
                        notes.beyond(words::severity(reference.severity), "reference", more);
                    }
                }
                Referred::Unverified => notes.push(words.unverified(reference)),
            }
        }
        Ok(())
    }
}
