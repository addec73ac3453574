//! The journal into the ledger, batch after batch: each adds what the ledger has not yet, so that
//! shipping anything twice, or from a copy, adds nothing.

use super::fold::{Fold, PATIENCE};
use super::journal::{Journal, now_us};
use super::segment::{Reading, Segment};
use super::stored::{Stored, Waiting};
use crate::store::usage::SegmentId;
use crate::store::{Store, StoreError};

/// Events of a batch.
pub const BATCH: usize = 20_000;

/// What shipping did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Shipped {
    /// Responses added to the ledger.
    pub events: u64,
    /// Segments that are wholly shipped.
    pub segments: u64,
    /// Responses that cannot be shipped yet, or not from here.
    pub left: u64,
}

impl std::ops::AddAssign for Shipped {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.segments += other.segments;
        self.left += other.left;
    }
}

/// What a file needs to be shipped.
#[derive(Debug, Clone, Copy)]
pub struct Shipper<'a> {
    /// The ledger's database.
    pub store: &'a Store,
    /// The time zone of its days.
    pub timezone: &'a str,
}

fn id(segment: &Segment) -> SegmentId {
    SegmentId {
        id: segment.id,
        instance: segment.instance,
        opened_us: segment.opened_us,
    }
}

impl Shipper<'_> {
    /// Ships what waits, oldest first, `most` events at most, and removes what the ledger has
    /// wholly.
    ///
    /// # Errors
    /// When the database does not take it; what was not confirmed waits on.
    pub async fn journal(&self, journal: &Journal, most: usize) -> Result<Shipped, StoreError> {
        let mut done = Shipped::default();
        let mut room = most;
        for waiting in journal.waiting() {
            if room == 0 {
                break;
            }
            let shipped = self.waiting(journal, &waiting, room).await?;
            room = room.saturating_sub(shipped.events as usize);
            done += shipped;
        }
        Ok(done)
    }

    async fn waiting(
        &self,
        journal: &Journal,
        waiting: &Waiting,
        most: usize,
    ) -> Result<Shipped, StoreError> {
        let own = journal.is_own(&waiting.folder);
        let done = match &waiting.stored {
            Stored::Segment(segment) => {
                let ends = !journal.is_active(segment.id);
                if !ends && segment.shipped() == segment.len() {
                    return Ok(Shipped::default());
                }
                // Once the journal is closed, nothing that is in doubt can be settled any more.
                let reading = if own && !journal.is_closed() {
                    Reading::Live
                } else {
                    Reading::Ended
                };
                self.segment(segment, reading, ends, most).await?
            }
            Stored::Fold(fold) => self.fold(fold).await?,
        };
        if done.segments > 0 {
            journal.forget(waiting);
        }
        Ok(done)
    }

    /// Ships what a run that has ended left, and removes it once the ledger has it.
    ///
    /// # Errors
    /// When the database does not take it; what was not confirmed stays.
    pub async fn left(&self, waiting: &Waiting) -> Result<Shipped, StoreError> {
        let done = match &waiting.stored {
            Stored::Segment(segment) => {
                self.segment(segment, Reading::Ended, true, usize::MAX)
                    .await?
            }
            Stored::Fold(fold) => self.fold(fold).await?,
        };
        if done.segments > 0 {
            waiting.stored.remove();
            waiting.folder.remove();
        }
        Ok(done)
    }

    async fn fold(&self, fold: &Fold) -> Result<Shipped, StoreError> {
        let mut shipment = self
            .store
            .shipment(SegmentId {
                id: fold.id,
                instance: fold.instance,
                opened_us: fold.opened_us,
            })
            .await?;
        let mut shipped = Shipped {
            segments: 1,
            ..Shipped::default()
        };
        let records = fold.records as i64;
        // Nothing of a segment is shipped before it is folded: if the ledger has some of it all
        // the same, it came from a copy, and the counts would add it again.
        if !shipment.done && shipment.watermark > 0 {
            tracing::error!(
                segment = %fold.id,
                "part of a folded segment was shipped from a copy; its counts are left out"
            );
        } else if !shipment.done {
            shipment.add_folded(&fold.totals(), self.timezone).await?;
            shipped.events = fold.records;
        }
        shipment.commit(records, records, true).await?;
        Ok(shipped)
    }

    /// Ships a segment from the ledger's watermark on, `most` events at most; `ends` when nothing
    /// more will be written to it.
    ///
    /// # Errors
    /// When the database does not take it; what was confirmed before stays.
    pub async fn segment(
        &self,
        segment: &Segment,
        reading: Reading,
        ends: bool,
        most: usize,
    ) -> Result<Shipped, StoreError> {
        let mut shipped = Shipped::default();
        let mut room = most;
        loop {
            let mut shipment = self.store.shipment(id(segment)).await?;
            let from = u32::try_from(shipment.watermark).unwrap_or(u32::MAX);
            segment.confirmed(from.min(segment.len()));
            let length = segment.len();
            if shipment.done || (from >= length && ends && reading != Reading::Copy) {
                shipment
                    .commit(i64::from(from), i64::from(length), true)
                    .await?;
                shipped.segments = 1;
                return Ok(shipped);
            }
            let ready = segment.ready(from, room.min(BATCH), reading, now_us(), PATIENCE);
            if ready.damaged > 0 {
                tracing::error!(
                    records = ready.damaged,
                    segment = %segment.id,
                    "records of the journal are damaged and were left out"
                );
            }
            let done = ends && reading != Reading::Copy && ready.upto == length;
            if ready.upto == from && !done {
                shipped.left = u64::from(length.saturating_sub(from));
                return Ok(shipped);
            }
            segment.attempt();
            if !ready.events.is_empty() {
                shipment.add(&ready.events, self.timezone).await?;
            }
            shipment
                .commit(i64::from(ready.upto), i64::from(length), done)
                .await?;
            segment.confirmed(ready.upto);
            shipped.events += ready.events.len() as u64;
            room -= ready.events.len();
            if done {
                shipped.segments = 1;
                return Ok(shipped);
            }
            if room == 0 {
                shipped.left = u64::from(length - ready.upto);
                return Ok(shipped);
            }
        }
    }
}
