//! What became of a delivery, one report a collection.

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalogue::{Catalogue, Layer, Scope};
use crate::ingest::IngestError;
use crate::ingest::checks::Sight;
use crate::ingest::notes::Notes;
use crate::ingest::recognise::Recognised;
use crate::model::{
    ChangedFeature, Counts, FaultyFeature, LayerId, OutcomeReport, ScopeOutcome, State, Wishes,
};
use crate::store::ScopeDifference;

/// One collection of a delivery.
pub(super) struct Part {
    pub layer: Arc<Layer>,
    /// What was recognised, told with the first collection.
    pub reading: Vec<String>,
    pub notes: Notes,
    /// Rows read.
    pub rows: i64,
    /// Scopes delivered even when no row has them.
    pub named: Vec<String>,
    pub scopes: Vec<ScopeOutcome>,
    /// What happens to each feature, where somebody will look at it.
    pub changes: Vec<ChangedFeature>,
    /// Rows, by feed and number, whose place was told to be unreadable: they are not told to be
    /// without one.
    pub unplaced: HashSet<(i32, i64)>,
    /// What is still looked at, between one half of the checks and the other.
    pub sight: Option<Sight>,
    /// Features that findings are about.
    pub shapes: Vec<FaultyFeature>,
    /// Personal fields of which no feed says anything; none before the first feed.
    pub silent: Option<Vec<String>>,
}

/// The collections of a delivery, in the order of its feeds, with what was said of them so far.
pub(super) fn parts(
    catalogue: &Catalogue,
    wishes: &Wishes,
    recognised: &mut Recognised,
) -> Result<Vec<Part>, IngestError> {
    let mut parts: Vec<Part> = Vec::new();
    let feeds = recognised.feeds.iter().map(|feed| &feed.layer);
    let named = recognised.scopes.iter().map(|(layer, _)| layer);
    for id in feeds.chain(named) {
        if parts.iter().any(|part| part.layer.id == *id) {
            continue;
        }
        let layer = catalogue.layer(id).ok_or_else(|| {
            IngestError::Usage(format!(
                "the catalogue has no collection {id}: add it to layers/"
            ))
        })?;
        let of = recognised.scopes.iter().filter(|(layer, _)| layer == id);
        let mut named: Vec<String> = of.map(|(_, scope)| scope.clone()).collect();
        let replaces = layer.scope != Scope::Fusion;
        named.extend(
            wishes.scope.clone().filter(|scope| {
                replaces && is_whole(&layer.scope, scope) && !named.contains(scope)
            }),
        );
        parts.push(Part {
            layer: layer.clone(),
            reading: Vec::new(),
            notes: Notes::default(),
            rows: 0,
            named,
            scopes: Vec::new(),
            changes: Vec::new(),
            unplaced: HashSet::new(),
            sight: None,
            shapes: Vec::new(),
            silent: None,
        });
    }
    if let Some(first) = parts.first_mut() {
        first.reading = std::mem::take(&mut recognised.reading);
    }
    for (layer, finding) in std::mem::take(&mut recognised.findings) {
        let mut notes = Notes::default();
        notes.push(finding);
        append(&mut parts, layer.as_ref(), notes);
    }
    Ok(parts)
}

/// Whether the words name a scope, and not several: of sheets one may say the commune or the
/// département.
fn is_whole(kind: &Scope, scope: &str) -> bool {
    *kind != Scope::Feuille || scope.len() == 12
}

impl Part {
    /// Keeps in mind the fields of which one more feed says nothing, and that stay as they are
    /// published: personal ones, and where rows merge all of them.
    pub(super) fn hear(&mut self, silent: &[String]) {
        let before = self.silent.take();
        let merges = self.layer.scope == Scope::Fusion;
        let fields = self.layer.fields.iter();
        let still = fields.filter(|field| {
            (field.personal || merges)
                && silent.contains(&field.name)
                && before
                    .as_ref()
                    .is_none_or(|known| known.contains(&field.name))
        });
        self.silent = Some(still.map(|field| field.name.clone()).collect());
    }

    /// Whether the delivery changes nothing of the collection.
    pub(super) fn is_unchanged(&self) -> bool {
        let still = |scope: &ScopeOutcome| {
            let Counts {
                added,
                removed,
                changed,
                ..
            } = scope.counts;
            (added, removed, changed) == (0, 0, 0)
        };
        self.scopes.iter().all(still)
    }

    /// The report of the collection.
    pub(super) fn report(&self, state: State) -> OutcomeReport {
        let (findings, totals) = self.notes.clone().finish();
        let scope = match &self.scopes[..] {
            [one] => Some(one.scope.clone()),
            [] if self.named.len() == 1 => self.named.first().cloned(),
            _ => None,
        };
        let state = match state {
            // Of several collections, those that did not change stay so.
            State::Published if self.scopes.iter().all(|it| it.version.is_none()) => {
                State::Unchanged
            }
            state => state,
        };
        OutcomeReport {
            state,
            collection: Some(self.layer.id.clone()),
            scope,
            version: self.scopes.iter().filter_map(|scope| scope.version).max(),
            counts: sum(&self.scopes),
            scopes: self.scopes.clone(),
            reading: self.reading.clone(),
            findings,
            totals,
            severities: self.notes.severities(),
            questions: Vec::new(),
            changes: self.changes.clone(),
            shapes: self.shapes.clone(),
        }
    }
}

/// What a comparison says of a scope.
pub(super) fn compared(difference: ScopeDifference) -> ScopeOutcome {
    ScopeOutcome {
        scope: difference.scope,
        version: None,
        compared_with: difference.compared_with,
        counts: difference.counts,
    }
}

fn sum(scopes: &[ScopeOutcome]) -> Counts {
    scopes.iter().fold(Counts::default(), |sum, scope| Counts {
        added: sum.added + scope.counts.added,
        removed: sum.removed + scope.counts.removed,
        changed: sum.changed + scope.counts.changed,
        unchanged: sum.unchanged + scope.counts.unchanged,
    })
}

/// The reports of a delivery that is not read: refused as it stands, or something must be answered
/// first.
pub(super) fn unread(wishes: &Wishes, recognised: Recognised) -> Vec<OutcomeReport> {
    let mut ids: Vec<Option<LayerId>> = Vec::new();
    let mentioned = recognised
        .feeds
        .iter()
        .map(|feed| Some(feed.layer.clone()))
        .chain(recognised.findings.iter().map(|(layer, _)| layer.clone()))
        .filter(Option::is_some)
        .chain([wishes.to.clone()]);
    for id in mentioned {
        if !ids.contains(&id) && (id.is_some() || ids.is_empty()) {
            ids.push(id);
        }
    }
    let state = if recognised.questions.is_empty() {
        State::Rejected
    } else {
        State::Asked
    };
    let first = ids.first().cloned().flatten();
    let report = |id: Option<LayerId>| {
        let mut notes = Notes::default();
        for (layer, finding) in &recognised.findings {
            if *layer == id || (layer.is_none() && id == first) {
                notes.push(finding.clone());
            }
        }
        let severities = notes.severities();
        let (findings, totals) = notes.finish();
        let is_first = id == first;
        OutcomeReport {
            state,
            scope: wishes.scope.clone(),
            version: None,
            counts: Counts::default(),
            scopes: Vec::new(),
            changes: Vec::new(),
            shapes: Vec::new(),
            reading: if is_first {
                recognised.reading.clone()
            } else {
                Vec::new()
            },
            findings,
            totals,
            severities,
            questions: if is_first {
                recognised.questions.clone()
            } else {
                Vec::new()
            },
            collection: id,
        }
    };
    ids.into_iter().map(report).collect()
}

/// Notes of the whole delivery as those of its first collection.
fn append(into: &mut [Part], layer: Option<&LayerId>, notes: Notes) {
    let place = layer
        .and_then(|id| into.iter().position(|part| part.layer.id == *id))
        .unwrap_or(0);
    if let Some(part) = into.get_mut(place) {
        part.notes.append(notes);
    }
}
