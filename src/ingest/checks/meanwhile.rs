//! The look at where all features lie, on other cores while the database is asked other things: first
//! each feature by itself as it comes, then all surfaces together.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use geozero::error::GeozeroError;
use tokio::task::{JoinHandle, spawn_blocking};

use super::survey::{Lies, Outlines, Spike, Survey};
use crate::store::StoreError;
use crate::store::checks::Seen;

/// Bytes of geometries after which a batch goes.
const FULL: usize = 256 << 10;

/// Batches between one side and the other.
const WAITING: usize = 8;

/// Where the features lie, as far as that can be told without exact predicates.
pub(super) struct Places {
    /// Rows that may leave their commune.
    pub leaving: Vec<i64>,
    /// Whether most of the rows lie in their commune without any doubt.
    pub settled: bool,
    /// Whether each of them has the outline of its commune to be checked against.
    pub outlined: bool,
    /// Spikes of surfaces.
    pub spikes: Vec<Spike>,
    /// Surfaces among one another, where they may not overlap.
    pub crowd: Option<Crowd>,
}

/// Surfaces, and the pairs of rows that may overlap.
pub(super) struct Crowd {
    pub survey: Arc<Survey>,
    pub pairs: Vec<(i64, i64)>,
}

impl Crowd {
    pub(super) fn of(survey: Survey) -> Self {
        Self {
            pairs: survey.pairs(),
            survey: Arc::new(survey),
        }
    }
}

/// Features on their way: row, bytes of the commune's code, bytes of the geometry.
#[derive(Default)]
struct Batch {
    rows: Vec<(i64, usize, usize)>,
    bytes: Vec<u8>,
}

/// Whoever looks, seen from the side of the database.
pub(super) struct Watch {
    batch: Batch,
    sender: SyncSender<Batch>,
    watching: JoinHandle<Result<Places, GeozeroError>>,
}

impl Watch {
    /// Begins to look, with the outlines of communes, at surfaces that may not overlap (if they may
    /// not) and whose spikes are thinner than that, in metres.
    pub(super) fn begin(outlines: Outlines, survey: Option<Survey>, thin_m: f64) -> Self {
        let (sender, batches) = sync_channel(WAITING);
        Self {
            batch: Batch::default(),
            sender,
            watching: spawn_blocking(move || watch(&batches, &outlines, survey, thin_m)),
        }
    }

    /// Takes a feature; one without geometry lies nowhere.
    pub(super) fn see(&mut self, seen: Seen<'_>) -> Result<(), StoreError> {
        let Some(wkb) = seen.geometry else {
            return Ok(());
        };
        let Batch { rows, bytes } = &mut self.batch;
        rows.push((seen.row, seen.commune.len(), wkb.len()));
        bytes.extend_from_slice(seen.commune.as_bytes());
        bytes.extend_from_slice(wkb);
        match bytes.len() > FULL {
            true => self.send(),
            false => Ok(()),
        }
    }

    fn send(&mut self) -> Result<(), StoreError> {
        let ended =
            |_| StoreError::Unfit("the look at the places ended before its time".to_owned());
        self.sender
            .send(std::mem::take(&mut self.batch))
            .map_err(ended)
    }

    /// No more features come: what will have been seen of them.
    pub(super) fn end(mut self) -> Result<JoinHandle<Result<Places, GeozeroError>>, StoreError> {
        self.send()?;
        Ok(self.watching)
    }
}

fn watch(
    batches: &Receiver<Batch>,
    outlines: &Outlines,
    mut survey: Option<Survey>,
    thin_m: f64,
) -> Result<Places, GeozeroError> {
    let (mut inside, mut all, mut anywhere) = (0, 0, 0);
    let mut leaving = Vec::new();
    for Batch { rows, bytes } in batches {
        let mut rest = &bytes[..];
        for (row, commune, wkb) in rows {
            let (code, after) = rest.split_at(commune);
            let (wkb, after) = after.split_at(wkb);
            rest = after;
            all += 1;
            match outlines.lies(&String::from_utf8_lossy(code), wkb)? {
                Lies::Inside => inside += 1,
                Lies::InDoubt => leaving.push(row),
                Lies::Anywhere => anywhere += 1,
            }
            if let Some(survey) = &mut survey {
                survey.add(row, wkb)?;
            }
        }
    }
    let spikes = survey.as_ref().map(|survey| survey.spikes(thin_m));
    Ok(Places {
        leaving,
        settled: 2 * inside > all,
        outlined: anywhere == 0,
        spikes: spikes.unwrap_or_default(),
        crowd: survey.map(Crowd::of),
    })
}
