//! The journal: a folder of segments, one of them written to, the others waiting to be shipped.
//!
//! `<home>/journal/<instance>/` belongs to one run of the program, which holds a lock of the
//! kernel on it; what a run leaves behind is adopted and shipped by the next.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use uuid::Uuid;

use super::adopt::{self, Folder};
use super::fold::Fold;
use super::record::{Names, Record};
use super::segment::{Place, Segment};
use super::stored::{Health, Stored, Waiting};

/// Bytes of a segment, where the quota allows: 65,000 responses.
const SEGMENT_BYTES: u64 = 4 << 20;
/// Segments that the quota holds at least.
const FEWEST: u64 = 16;

/// Nothing more can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

#[derive(Debug, Default)]
struct Shelf {
    spare: Option<Arc<Segment>>,
    /// Oldest first; the segment written to is not among them.
    waiting: Vec<Waiting>,
}

/// A running program's journal.
#[derive(Debug)]
pub struct Journal {
    /// This run of the program.
    pub instance: Uuid,
    top: PathBuf,
    folder: Arc<Folder>,
    names: Arc<Names>,
    quota: u64,
    segment_bytes: u64,
    active: ArcSwap<Segment>,
    shelf: Mutex<Shelf>,
    health: AtomicU8,
    closed: AtomicBool,
    /// Records of the segments that were filled.
    rolled_over: AtomicU64,
    /// Woken when a segment was taken into use.
    pub(super) rolled: tokio::sync::Notify,
}

/// Now, in microseconds since 1970.
pub fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or(Duration::ZERO).as_micros()).unwrap_or(i64::MAX)
}

impl Journal {
    /// Makes this run's folder under a home, and adopts what earlier runs left.
    ///
    /// # Errors
    /// When the folder or the first segment cannot be made.
    pub fn open(home: &Path, names: Names, quota: u64) -> io::Result<Self> {
        let top = home.join("journal");
        let (instance, folder) = Folder::create(&top)?;
        let names = Arc::new(names);
        let segment_bytes = SEGMENT_BYTES.min(quota / FEWEST);
        let first = Segment::create(
            folder.path(),
            instance,
            segment_bytes,
            names.clone(),
            now_us(),
        )?;
        let journal = Self {
            instance,
            folder: Arc::new(folder),
            names,
            quota,
            segment_bytes,
            active: ArcSwap::from_pointee(first),
            shelf: Mutex::default(),
            health: AtomicU8::new(Health::Good as u8),
            closed: AtomicBool::new(false),
            rolled_over: AtomicU64::new(0),
            rolled: tokio::sync::Notify::new(),
            top,
        };
        journal.adopt();
        Ok(journal)
    }

    /// What runs that have ended left under a home. Each folder is locked while the value lives.
    pub fn left(home: &Path) -> Vec<Waiting> {
        adopt::orphans(&home.join("journal"))
    }

    /// Takes over what runs that have ended left behind.
    pub fn adopt(&self) {
        let found = adopt::orphans(&self.top);
        if found.is_empty() {
            return;
        }
        let mut shelf = self.shelf();
        shelf.waiting.extend(found);
        shelf.waiting.sort_by_key(|waiting| waiting.stored.id());
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Writes a record in doubt, to be settled later. A fifth of a microsecond: no lock, no system
    /// call, no allocation.
    ///
    /// # Errors
    /// When the quota or the disk is exhausted, or the journal was closed.
    pub fn record(&self, record: &Record) -> Result<Place, Full> {
        loop {
            if self.closed.load(Ordering::Relaxed) {
                return Err(Full);
            }
            let active = self.active.load();
            if let Some(place) = active.append(record) {
                return Ok(place);
            }
            self.roll(active.id)?;
        }
    }

    /// Takes the next segment into use, unless another thread just did.
    fn roll(&self, full: Uuid) -> Result<(), Full> {
        let mut shelf = self.shelf();
        let active = self.active.load_full();
        if self.is_closed() {
            return Err(Full);
        }
        if active.id != full {
            return Ok(());
        }
        let next = match shelf.spare.take() {
            Some(spare) => spare,
            None if self.has_room(&shelf) => self.make().ok_or(Full)?,
            None => return Err(self.no_room()),
        };
        self.rolled_over
            .fetch_add(u64::from(active.len()), Ordering::Relaxed);
        shelf.waiting.push(Waiting {
            stored: Stored::Segment(active),
            folder: self.folder.clone(),
        });
        self.active.store(next);
        drop(shelf);
        self.rolled.notify_one();
        Ok(())
    }

    /// Takes the next segment into use when the one written to is out of date.
    pub fn turn(&self, is_old: impl FnOnce(i64) -> bool) {
        let active = self.active.load_full();
        if is_old(active.opened_us) {
            active.seal();
            // Full, if there is no room for another: then the next record says so.
            let _ = self.roll(active.id);
        }
    }

    fn has_room(&self, shelf: &Shelf) -> bool {
        self.used_by(shelf) + self.segment_bytes <= self.quota
    }

    fn no_room(&self) -> Full {
        self.cannot_grow("its quota is used up");
        Full
    }

    fn cannot_grow(&self, reason: &str) {
        let before = self.health.swap(Health::Full as u8, Ordering::Relaxed);
        if before != Health::Full as u8 {
            tracing::error!(
                reason,
                "the journal of use cannot grow: when it is full, billed requests are answered \
                 503; the database must come back, or [usage] journal_bytes grow"
            );
        }
    }

    /// A new segment, if the disk has room for it.
    fn make(&self) -> Option<Arc<Segment>> {
        let made = Segment::create(
            self.folder.path(),
            self.instance,
            self.segment_bytes,
            self.names.clone(),
            now_us(),
        );
        match made {
            Ok(segment) => Some(Arc::new(segment)),
            Err(error) => {
                self.cannot_grow(&error.to_string());
                None
            }
        }
    }

    fn used_by(&self, shelf: &Shelf) -> u64 {
        let waiting: u64 = shelf.waiting.iter().map(|w| w.stored.bytes()).sum();
        let spare = shelf.spare.as_ref().map_or(0, |spare| spare.bytes);
        self.active.load().bytes + spare + waiting
    }

    /// Bytes on disk.
    pub fn used(&self) -> u64 {
        self.used_by(&self.shelf())
    }

    /// Bytes that it may take.
    pub fn quota(&self) -> u64 {
        self.quota
    }

    /// How it is, as of the last look.
    pub fn health(&self) -> Health {
        match self.health.load(Ordering::Relaxed) {
            0 => Health::Good,
            1 => Health::Folding,
            _ => Health::Full,
        }
    }

    /// Whether nothing more can be recorded for the moment.
    pub fn is_full(&self) -> bool {
        self.health() == Health::Full && self.active.load().is_full()
    }

    /// Makes the spare segment, and folds the oldest detail while more than four fifths of the
    /// quota are used. Touches the disk.
    pub fn tidy(&self) {
        let mut shelf = self.shelf();
        if self.is_closed() {
            return;
        }
        let bound = self.quota / 5 * 4;
        let before = self.health();
        let mut health = Health::Good;
        if self.used_by(&shelf) + self.segment_bytes > bound {
            health = Health::Folding;
            self.fold(&mut shelf, bound);
        }
        let (used, has_room) = (self.used_by(&shelf), self.has_room(&shelf));
        let mut has_spare = shelf.spare.is_some();
        // Requests that fill a segment meanwhile must not wait for the disk behind this lock.
        drop(shelf);
        if !has_spare && has_room {
            has_spare = self.make().is_some_and(|spare| self.keep_spare(spare));
        } else if !has_spare {
            self.no_room();
        }
        if !has_spare {
            health = Health::Full;
        }
        if before < Health::Folding && health == Health::Folding {
            tracing::error!(
                used,
                quota = self.quota,
                "the journal of use has passed four fifths of its quota: its oldest detail is \
                 folded into counts until the database takes it again"
            );
        }
        self.health.store(health as u8, Ordering::Relaxed);
    }

    fn keep_spare(&self, spare: Arc<Segment>) -> bool {
        let mut shelf = self.shelf();
        if self.is_closed() {
            let _ = spare.remove();
            return false;
        }
        shelf.spare = Some(spare);
        true
    }

    fn fold(&self, shelf: &mut Shelf, bound: u64) {
        for place in 0..shelf.waiting.len() {
            if self.used_by(shelf) + self.segment_bytes <= bound {
                return;
            }
            let Stored::Segment(segment) = &shelf.waiting[place].stored else {
                continue;
            };
            // What may be in the ledger already, in part, keeps its detail.
            if segment.was_attempted() {
                continue;
            }
            let segment = segment.clone();
            match Fold::of(&segment, now_us()) {
                Ok(Some(fold)) => shelf.waiting[place].stored = Stored::Fold(Arc::new(fold)),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "a segment cannot be folded"),
            }
        }
    }

    /// Everything that waits to be shipped, oldest first, the segment written to at the end.
    pub fn waiting(&self) -> Vec<Waiting> {
        let shelf = self.shelf();
        let active = Waiting {
            stored: Stored::Segment(self.active.load_full()),
            folder: self.folder.clone(),
        };
        shelf.waiting.iter().cloned().chain([active]).collect()
    }

    /// Whether a segment is the one written to.
    pub fn is_active(&self, id: Uuid) -> bool {
        !self.is_closed() && self.active.load().id == id
    }

    /// Whether the folder is this run's own.
    pub fn is_own(&self, folder: &Folder) -> bool {
        folder.path() == self.folder.path()
    }

    /// Records that the ledger has not confirmed.
    pub fn unshipped(&self) -> u64 {
        let count = |waiting: &Waiting| match &waiting.stored {
            Stored::Segment(segment) => u64::from(segment.len() - segment.shipped()),
            Stored::Fold(fold) => fold.records,
        };
        self.waiting().iter().map(count).sum()
    }

    /// Has the disk take what was written. Touches the disk.
    ///
    /// # Errors
    /// When it fails.
    pub fn sync(&self) -> io::Result<()> {
        for waiting in self.waiting() {
            if let Stored::Segment(segment) = &waiting.stored
                && self.is_own(&waiting.folder)
            {
                segment.sync()?;
            }
        }
        Ok(())
    }

    /// Responses that this run has recorded.
    pub fn written(&self) -> u64 {
        let active = self.active.load();
        self.rolled_over.load(Ordering::Relaxed) + u64::from(active.len())
    }

    /// Whether it takes no more records.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The ledger has all of it: the file goes.
    pub fn forget(&self, gone: &Waiting) {
        gone.stored.remove();
        let mut shelf = self.shelf();
        shelf
            .waiting
            .retain(|waiting| waiting.stored.id() != gone.stored.id());
        let last = !shelf
            .waiting
            .iter()
            .any(|waiting| waiting.folder.path() == gone.folder.path());
        drop(shelf);
        if last && !self.is_own(&gone.folder) {
            gone.folder.remove();
        }
    }

    /// Takes no more records: what is not recorded from now on is not handed out whole.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.active.load().seal();
        let spare = self.shelf().spare.take();
        if let Some(spare) = spare {
            let _ = spare.remove();
        }
        if let Err(error) = self.sync() {
            tracing::warn!(%error, "the journal cannot be synced");
        }
    }

    /// Removes the folder of a run that has shipped everything.
    pub fn leave(&self) {
        self.folder.remove();
    }
}
