//! What keeps the journal while the program serves: synced each second, a spare segment at hand,
//! shipped every few seconds, retention ended once a day.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::journal::{Journal, now_us};
use super::ship::{BATCH, Shipper};
use super::stored::{Health, Stored};
use crate::config::Usage;
use crate::store::usage::SegmentId;
use crate::store::{Store, StoreError};

/// Responses a second above which shipping leaves the processors to the requests…
const BUSY: u64 = 2_000;
/// …and ships so many a second or, when more come, this part of them, unless a quarter of the
/// quota is used.
const PART: u64 = 16;
/// Between two looks for journals that other runs left.
const ADOPT: Duration = Duration::from_secs(60);
/// Between two words to the ledger that this run lives.
const TELL: Duration = Duration::from_secs(4);
/// Between two ends of retention.
const DAY: Duration = Duration::from_secs(86_400);

/// Looks after a journal.
#[derive(Debug)]
pub struct Keeper {
    /// The journal.
    pub journal: Arc<Journal>,
    /// The ledger's database.
    pub store: Store,
    /// The time zone of its days.
    pub timezone: Tz,
    /// What the administrator set.
    pub settings: Usage,
}

/// When each thing was last done.
struct Clock {
    shipped: Instant,
    adopted: Instant,
    told: Option<Instant>,
    ended: Option<Instant>,
    written: u64,
}

impl Keeper {
    /// Keeps the journal until it is aborted.
    pub async fn keep(self: Arc<Self>) {
        let syncing = tokio::spawn(sync(self.journal.clone()));
        let mut clock = Clock {
            shipped: Instant::now(),
            adopted: Instant::now(),
            told: None,
            ended: None,
            written: 0,
        };
        let mut away = false;
        while !syncing.is_finished() {
            tokio::time::sleep(Duration::from_secs(self.settings.ship_s.max(1))).await;
            match self.round(&mut clock).await {
                Ok(()) => away = false,
                Err(error) => {
                    if !away {
                        tracing::warn!(%error, "use cannot be shipped for the moment; the journal keeps it");
                    }
                    away = true;
                }
            }
            self.measure();
        }
    }

    async fn round(&self, clock: &mut Clock) -> Result<(), StoreError> {
        if clock.adopted.elapsed() > ADOPT {
            clock.adopted = Instant::now();
            let journal = self.journal.clone();
            let _ = tokio::task::spawn_blocking(move || journal.adopt()).await;
        }
        let shipper = Shipper {
            store: &self.store,
            timezone: self.timezone.name(),
        };
        // A year can be frozen once its segments are shipped: none spans two days.
        let day = |us: i64| -> Option<NaiveDate> {
            let at: DateTime<Utc> = DateTime::from_timestamp_micros(us)?;
            Some(at.with_timezone(&self.timezone).date_naive())
        };
        self.journal
            .turn(|opened_us| day(opened_us) != day(now_us()));
        let most = self.pace(clock);
        let shipped = shipper.journal(&self.journal, most).await?;
        metrics::counter!("geonantes_usage_shipped_total").increment(shipped.events);
        if clock.told.is_none_or(|told| told.elapsed() > TELL) {
            self.tell().await?;
            clock.told = Some(Instant::now());
        }
        if clock.ended.is_none_or(|ended| ended.elapsed() > DAY) {
            let settings = &self.settings;
            let dropped = self
                .store
                .end_retention(settings.detail_months, settings.hourly_months)
                .await?;
            if dropped > 0 {
                tracing::info!(
                    months = dropped,
                    "the detail of use was dropped at its term"
                );
            }
            clock.ended = Some(Instant::now());
        }
        Ok(())
    }

    /// How many events this round may ship.
    fn pace(&self, clock: &mut Clock) -> usize {
        let elapsed = clock.shipped.elapsed().as_millis().max(1) as u64;
        clock.shipped = Instant::now();
        let written = self.journal.written();
        let rate = (written - clock.written) * 1000 / elapsed;
        clock.written = written;
        if rate < BUSY || self.journal.used() > self.journal.quota() / 4 {
            usize::MAX
        } else {
            BATCH.min((BUSY.max(rate / PART) * elapsed / 1000) as usize)
        }
    }

    async fn tell(&self) -> Result<(), StoreError> {
        let told: Vec<(SegmentId, i64)> = self
            .journal
            .waiting()
            .into_iter()
            .map(|waiting| match &waiting.stored {
                Stored::Segment(segment) => (
                    SegmentId {
                        id: segment.id,
                        instance: segment.instance,
                        opened_us: segment.opened_us,
                    },
                    i64::from(segment.len()),
                ),
                Stored::Fold(fold) => (
                    SegmentId {
                        id: fold.id,
                        instance: fold.instance,
                        opened_us: fold.opened_us,
                    },
                    fold.records as i64,
                ),
            })
            .collect();
        self.store.tell_segments(&told).await
    }

    fn measure(&self) {
        metrics::gauge!("geonantes_usage_journal_bytes").set(self.journal.used() as f64);
        metrics::gauge!("geonantes_usage_journal_quota_bytes").set(self.journal.quota() as f64);
        metrics::gauge!("geonantes_usage_journal_state")
            .set(f64::from(self.journal.health() as u8));
        metrics::gauge!("geonantes_usage_unshipped").set(self.journal.unshipped() as f64);
    }

    /// Takes no more records and ships what there is, within a time. What cannot be shipped stays
    /// on the disk for the next run.
    pub async fn close(&self, patience: Duration) {
        self.journal.close();
        let shipper = Shipper {
            store: &self.store,
            timezone: self.timezone.name(),
        };
        let shipping = async {
            loop {
                let shipped = shipper.journal(&self.journal, usize::MAX).await?;
                if shipped.left == 0 {
                    return Ok::<(), StoreError>(());
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        match tokio::time::timeout(patience, shipping).await {
            Ok(Ok(())) => self.journal.leave(),
            Ok(Err(error)) => {
                tracing::warn!(%error, "use could not be shipped; the next start ships it");
            }
            Err(_) => tracing::warn!("use was not shipped in time; the next start ships it"),
        }
    }
}

/// Syncs each second, and keeps a spare segment at hand.
async fn sync(journal: Arc<Journal>) {
    let mut synced = 0;
    while !journal.is_closed() {
        let second = tokio::time::timeout(Duration::from_secs(1), journal.rolled.notified())
            .await
            .is_err();
        let written = journal.written();
        let working = journal.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let before = working.health();
            working.tidy();
            if before != Health::Good && working.health() == Health::Good {
                tracing::info!("the journal of use is well below its quota again");
            }
            if second && written != synced {
                working.sync()
            } else {
                Ok(())
            }
        })
        .await;
        if second {
            synced = written;
        }
        match worked {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the journal of use cannot be synced"),
            Err(_) => return,
        }
    }
}
