//! Keys and adhesions in memory, read each second: what a key is worth is known without asking
//! the database, and revocations hold within the second on every instance.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::key::Key;
use super::refusal::Refusal;
use super::ring::Ring;
use super::standing::{Standing, standing};
use crate::access::limits::Limits;
use crate::catalogue::Territory;
use crate::model::{Caller, Reach, Through};
use crate::store::{Store, StoreError};

/// Readings that unknown keys may cause: one in this time.
const APART: Duration = Duration::from_millis(200);

/// How long a reading may take before the database counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// Age of the last reading from which credentials are stale.
const FRESH: Duration = Duration::from_secs(3);

/// Age of the last reading up to which known keys are honoured (DESIGN, decision 10).
const HONOURED: Duration = Duration::from_secs(600);

/// How often everything is read again even though nothing seems to have changed: a database that
/// was restored may count its changes as before.
const WHOLE: Duration = Duration::from_secs(60);

/// How often the sums of the month are read from the ledger.
const SUMMED: Duration = Duration::from_secs(5);

/// How often last uses are written down.
const NOTED: Duration = Duration::from_secs(60);

/// The keyring of an instance.
#[derive(Debug)]
pub struct Keyring {
    territory: Territory,
    ring: ArcSwap<Ring>,
    born: Instant,
    /// When the database last answered, in milliseconds since `born`; negative before the first
    /// time.
    answered: AtomicI64,
    failing: AtomicBool,
    reading: tokio::sync::Mutex<Readings>,
    uses: Mutex<HashMap<i32, DateTime<Utc>>>,
}

/// What readings need to know of those before; who holds it reads.
#[derive(Debug, Default)]
struct Readings {
    /// The last one that an unknown key caused.
    caused: Option<Instant>,
    whole: Option<Instant>,
    noted: Option<Instant>,
    summed: Option<Instant>,
}

impl Keyring {
    /// An empty one, to be filled by [`Keyring::refresh`].
    pub fn new(territory: Territory) -> Self {
        Self {
            territory,
            ring: ArcSwap::default(),
            born: Instant::now(),
            answered: AtomicI64::new(-1),
            failing: AtomicBool::new(false),
            reading: tokio::sync::Mutex::default(),
            uses: Mutex::default(),
        }
    }

    /// Reads keys and adhesions if they changed, or if it is another day.
    ///
    /// # Errors
    /// When the database does not answer; what was known before stays.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let mut readings = self.reading.lock().await;
        self.read(store, &mut readings).await
    }

    /// Keeps the keyring up to date, writes last uses down, and has the limits learn what the
    /// ledger knows of quotas.
    pub async fn keep(self: Arc<Self>, store: Store, limits: Arc<Limits>) {
        let round = || async {
            if let Err(error) = self.round(&store, &limits).await {
                tracing::debug!(%error, "keys and adhesions cannot be read");
            }
        };
        store.watch_members(round).await;
    }

    async fn round(&self, store: &Store, limits: &Limits) -> Result<(), StoreError> {
        self.refresh(store).await?;
        if self.is_due(|readings| &mut readings.noted, NOTED).await {
            self.note_uses(store).await;
        }
        if self.is_due(|readings| &mut readings.summed, SUMMED).await {
            limits.tidy();
            self.read_quotas(store, limits).await?;
        }
        Ok(())
    }

    /// Whether something was last done longer ago than that; if so, it counts as done now.
    async fn is_due(
        &self,
        last: impl Fn(&mut Readings) -> &mut Option<Instant>,
        every: Duration,
    ) -> bool {
        let mut readings = self.reading.lock().await;
        let last = last(&mut readings);
        let due = last.is_none_or(|last| last.elapsed() >= every);
        if due {
            *last = Some(Instant::now());
        }
        due
    }

    /// Has the limits learn what keys with a quota used of this month.
    ///
    /// # Errors
    /// When the database does not answer; what was known before stays.
    pub async fn read_quotas(&self, store: &Store, limits: &Limits) -> Result<(), StoreError> {
        let keys: Vec<i32> = {
            let ring = self.ring.load();
            let limited = ring.keys().filter(|key| key.quota.is_some());
            limited.map(|key| key.number).collect()
        };
        if keys.is_empty() {
            return Ok(());
        }
        let month = limits.months.begins(Utc::now());
        let used = store.units_since(&keys, month).await?;
        limits.months.learn(month, &used, Utc::now());
        Ok(())
    }

    /// Who presents that text as a key, now.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub async fn present(&self, store: &Store, text: &str) -> Result<Caller, Refusal> {
        let id = self.find(store, text).await?;
        self.by_id(id, Through::Key)
    }

    /// The identifier of the key of that text, whatever it is worth today.
    ///
    /// A well-formed key that is not known may have been made a moment ago: the database is asked,
    /// once for all who wait, and at most five times a second.
    ///
    /// # Errors
    /// When it is no key, or not known.
    pub async fn find(&self, store: &Store, text: &str) -> Result<Uuid, Refusal> {
        let key: Key = text.parse().map_err(|()| Refusal::Malformed)?;
        let hash = key.hash();
        if self.ring.load().by_hash(&hash).is_none() || self.is_overdue() {
            self.look_again(store, &hash).await;
        }
        let held = self.ring.load().by_hash(&hash).map(|held| held.key.id);
        held.ok_or_else(|| self.unknown())
    }

    /// What the key of that identifier is worth now: a browser session that a key opened lasts no
    /// longer than the key, and follows its roles and communes.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn by_id(&self, id: Uuid, through: Through) -> Result<Caller, Refusal> {
        let ring = self.ring.load();
        let held = ring.by_id(id).ok_or_else(|| self.unknown())?;
        let now = Utc::now();
        let caller = held.worth(through, now, stale(self.age())?)?;
        self.touch(held.key.number, now);
        Ok(caller)
    }

    /// What the key of that number is worth now, whoever asks: work that goes on after a request.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn by_number(&self, number: i32) -> Result<Caller, Refusal> {
        let ring = self.ring.load();
        let held = ring.by_number(number).ok_or_else(|| self.unknown())?;
        held.worth(Through::Session, Utc::now(), stale(self.age())?)
    }

    /// What a credential of single sign-on for these communes is worth today.
    ///
    /// # Errors
    /// When none of them adheres, or adhesions have not been read for too long.
    pub fn standing(&self, reach: &Reach) -> Result<(Standing, bool), Refusal> {
        let stale = stale(self.age())?;
        let ring = self.ring.load();
        let day = self.territory.day(Utc::now());
        let standing = standing(reach, ring.adhesions(), day).ok_or(Refusal::NoAdhesion)?;
        Ok((standing, stale))
    }

    /// How long ago the database last answered; nothing before the first time.
    pub fn age(&self) -> Option<Duration> {
        let answered = self.answered.load(Ordering::Acquire);
        let answered = Duration::from_millis(u64::try_from(answered).ok()?);
        Some(self.born.elapsed().saturating_sub(answered))
    }

    /// A key that is not in the ring: nobody can say what it is while the database is away.
    fn unknown(&self) -> Refusal {
        let failing = self.failing.load(Ordering::Acquire);
        match self.age() {
            Some(age) if age <= FRESH && !failing => Refusal::Unknown,
            _ => Refusal::Away,
        }
    }

    /// Whether a reading is due though none has failed: the machine slept, or was too busy.
    fn is_overdue(&self) -> bool {
        !self.failing.load(Ordering::Acquire) && self.age().is_none_or(|age| age > FRESH)
    }

    fn touch(&self, number: i32, now: DateTime<Utc>) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(number, now);
    }

    /// Reads again for a key that is not known, unless somebody did since it was asked.
    async fn look_again(&self, store: &Store, hash: &[u8; 32]) {
        let asked = Instant::now();
        let mut readings = self.reading.lock().await;
        if self.ring.load().by_hash(hash).is_some() && !self.is_overdue() {
            return;
        }
        match readings.caused {
            Some(last) if last >= asked => return,
            Some(last) if last.elapsed() < APART => {
                tokio::time::sleep(APART - last.elapsed()).await;
            }
            _ => {}
        }
        readings.caused = Some(Instant::now());
        if self.failing.load(Ordering::Acquire) {
            // The round of each second finds out when the database is back.
            return;
        }
        if let Err(error) = self.read(store, &mut readings).await {
            tracing::debug!(%error, "keys cannot be read");
        }
    }

    async fn read(&self, store: &Store, readings: &mut Readings) -> Result<(), StoreError> {
        let begun = self.born.elapsed();
        let reading = self.read_from(store, readings);
        let done = match tokio::time::timeout(PATIENCE, reading).await {
            Ok(done) => done,
            Err(_) => Err(StoreError::Timeout),
        };
        self.failing.store(done.is_err(), Ordering::Release);
        if done.is_ok() {
            let begun = i64::try_from(begun.as_millis()).unwrap_or(i64::MAX);
            self.answered.store(begun, Ordering::Release);
        }
        done
    }

    async fn read_from(&self, store: &Store, readings: &mut Readings) -> Result<(), StoreError> {
        let day = self.territory.day(Utc::now());
        let ring = self.ring.load_full();
        let due = readings.whole.is_none_or(|whole| whole.elapsed() > WHOLE);
        if !due && ring.change() == store.member_change().await? {
            if ring.day() != day {
                self.ring.store(Arc::new(ring.on(day)));
            }
            return Ok(());
        }
        let members = store.members().await?;
        let portal = self.territory.portal_service();
        let service = portal.map_or("", |service| &service.id);
        self.ring.store(Arc::new(Ring::new(members, service, day)));
        readings.whole = Some(Instant::now());
        Ok(())
    }

    /// Writes down when keys were last used; what the database refuses waits for the next time.
    async fn note_uses(&self, store: &Store) {
        let uses: Vec<(i32, DateTime<Utc>)> = {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            uses.drain().collect()
        };
        if uses.is_empty() {
            return;
        }
        if let Err(error) = store.note_uses(&uses).await {
            tracing::debug!(%error, "last uses of keys cannot be written down");
            let mut kept = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            for (number, at) in uses {
                kept.entry(number).or_insert(at);
            }
        }
    }
}

/// Whether a reading of that age is older than it should be.
fn stale(age: Option<Duration>) -> Result<bool, Refusal> {
    match age {
        Some(age) if age <= HONOURED => Ok(age > FRESH),
        _ => Err(Refusal::Away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_honoured_for_ten_minutes_without_the_database() {
        let after = |seconds| stale(Some(Duration::from_secs(seconds)));
        assert_eq!(after(1), Ok(false));
        assert_eq!(after(4), Ok(true));
        assert_eq!(after(600), Ok(true));
        assert_eq!(after(601), Err(Refusal::Away));
        assert_eq!(stale(None), Err(Refusal::Away));
    }
}
