//! A segment of the journal: a file of a fixed size, mapped into memory, that records are written
//! to without a lock and without a system call. What is in it survives the end of the program,
//! however it ends; what was synced survives the machine's.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use memmap2::{MmapOptions, MmapRaw};
use uuid::Uuid;

use super::head::{ATTEMPTED, Head};
use super::record::{BYTES, Names, Record, STATE, Slot, State, WORDS};
use crate::model::Event;

/// Records begin on a page.
const PAGE: usize = 4096;

/// One file of the journal.
#[derive(Debug)]
pub struct Segment {
    /// Its name, and that of its row in the ledger.
    pub id: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// When it was made, in microseconds since 1970.
    pub opened_us: i64,
    /// Where it lies.
    pub path: PathBuf,
    /// Size of the file.
    pub bytes: u64,
    names: Arc<Names>,
    file: File,
    map: MmapRaw,
    first: usize,
    capacity: u32,
    seed: u32,
    /// The next place to write to; beyond the capacity when it is full or sealed.
    next: AtomicU64,
    /// Places that may ever be written to.
    end: AtomicU32,
    /// Records that the ledger has confirmed.
    shipped: AtomicU32,
    /// Records that were there when the disk last took the file.
    synced: AtomicU32,
}

/// A record's place, by which it is settled once what it stands for has gone out.
#[derive(Debug)]
pub struct Place {
    segment: Arc<Segment>,
    index: u32,
}

impl Place {
    /// Says how the response ended.
    pub fn settle(self, state: State) {
        let word = &self.segment.words(self.index)[0];
        let kept = word.load(Ordering::Relaxed) & !STATE;
        word.store(kept | state as u64, Ordering::Release);
    }
}

/// The records that can be shipped after a watermark.
#[derive(Debug)]
pub struct Ready<'a> {
    /// The records, as events.
    pub events: Vec<Event<'a>>,
    /// The watermark once they are shipped.
    pub upto: u32,
    /// Places passed over because their checksum does not agree.
    pub damaged: u32,
}

/// How a segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It is still written to: reading stops at a place that is not filled yet.
    Live,
    /// A copy of it, perhaps made while it was written to: reading stops at the first doubt.
    Copy,
    /// Nobody writes to it any more: places that were never filled are passed over.
    Ended,
}

impl Segment {
    /// Makes a segment with its room on disk reserved, so that writing to it cannot fail.
    ///
    /// # Errors
    /// When the disk is full or the file cannot be made; nothing is left behind.
    pub fn create(
        folder: &Path,
        instance: Uuid,
        bytes: u64,
        names: Arc<Names>,
        now_us: i64,
    ) -> io::Result<Self> {
        let id = Uuid::now_v7();
        let path = folder.join(format!("{id}.seg"));
        let made = Self::make(&path, id, instance, bytes, names, now_us);
        if made.is_err() {
            let _ = std::fs::remove_file(&path);
        }
        made
    }

    fn make(
        path: &Path,
        id: Uuid,
        instance: Uuid,
        bytes: u64,
        names: Arc<Names>,
        now_us: i64,
    ) -> io::Result<Self> {
        let first = Head::room(&names).next_multiple_of(PAGE);
        let bytes = bytes
            .max((first + PAGE) as u64)
            .next_multiple_of(PAGE as u64);
        let capacity = (bytes as usize - first) / BYTES;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        // A hole in the file would end the program (SIGBUS) when the disk is full at its turn; and
        // room that was only promised would have the requests wait for the file system's journal.
        nix::fcntl::posix_fallocate(&file, 0, bytes as i64)?;
        let zeros = vec![0; 256 * PAGE];
        for at in (0..bytes).step_by(zeros.len()) {
            let length = zeros.len().min((bytes - at) as usize);
            file.write_all_at(&zeros[..length], at)?;
        }
        let head = Head {
            first,
            capacity,
            id,
            instance,
            opened_us: now_us,
            names,
        };
        file.write_all_at(&head.to_bytes(), 0)?;
        file.sync_all()?;
        let segment = Self::map(file, path, bytes)?;
        // The first write to a page of a mapped file goes through the file system: now, not under
        // the requests.
        for index in (0..segment.capacity).step_by(PAGE / BYTES) {
            segment.words(index)[0].store(0, Ordering::Relaxed);
        }
        Ok(segment)
    }

    /// Opens a segment that some run of the program left, and finds where its records end: behind
    /// the last one whose checksum agrees.
    ///
    /// # Errors
    /// When the file cannot be read or is no segment.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let bytes = file.metadata()?.len();
        let segment = Self::map(file, path, bytes)?;
        let end = (0..segment.capacity)
            .rev()
            .find(|index| matches!(segment.slot(*index), Slot::Record(..)))
            .map_or(0, |last| last + 1);
        segment.next.store(u64::from(end), Ordering::Relaxed);
        Ok(segment)
    }

    fn map(file: File, path: &Path, bytes: u64) -> io::Result<Self> {
        let head = Head::read(&file, bytes).map_err(|error| {
            let words = format!("{} is no segment of the journal: {error}", path.display());
            io::Error::new(error.kind(), words)
        })?;
        let map = MmapOptions::new().map_raw(&file)?;
        Ok(Self {
            id: head.id,
            instance: head.instance,
            opened_us: head.opened_us,
            path: path.to_owned(),
            bytes,
            names: head.names,
            file,
            map,
            first: head.first,
            capacity: head.capacity as u32,
            seed: crc32c::crc32c(head.id.as_bytes()),
            next: AtomicU64::new(0),
            end: AtomicU32::new(head.capacity as u32),
            shipped: AtomicU32::new(0),
            synced: AtomicU32::new(0),
        })
    }

    /// The words at a place below the capacity.
    fn words(&self, index: u32) -> &[AtomicU64; WORDS] {
        assert!(index < self.capacity, "a place inside the segment");
        // SAFETY: the mapping is `first + capacity × 64` bytes long at least (checked when it was
        // made) and lives as long as `self`; `first` is a multiple of the page, so every record is
        // aligned for u64; every access from this process is atomic.
        unsafe {
            &*self
                .map
                .as_mut_ptr()
                .add(self.first + index as usize * BYTES)
                .cast::<[AtomicU64; WORDS]>()
        }
    }

    fn attempted_word(&self) -> &AtomicU64 {
        // SAFETY: as above; the word lies in the head, which is FIXED bytes long.
        unsafe { &*self.map.as_mut_ptr().add(ATTEMPTED * 8).cast::<AtomicU64>() }
    }

    /// Writes a record in doubt; none when the segment is full.
    pub fn append(self: &Arc<Self>, record: &Record) -> Option<Place> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        let index = u32::try_from(index).ok().filter(|i| *i < self.capacity)?;
        let words = record.encode(State::InDoubt, index, self.seed);
        let place = self.words(index);
        for (to, from) in place.iter().zip(words).skip(1) {
            to.store(from, Ordering::Relaxed);
        }
        place[0].store(words[0], Ordering::Release);
        Some(Place {
            segment: self.clone(),
            index,
        })
    }

    /// What stands at a place.
    pub fn slot(&self, index: u32) -> Slot {
        let place = self.words(index);
        let state = place[0].load(Ordering::Acquire);
        let mut words = [state; WORDS];
        for (to, from) in words.iter_mut().zip(place).skip(1) {
            *to = from.load(Ordering::Relaxed);
        }
        Record::decode(&words, index, self.seed)
    }

    /// Places written to.
    pub fn len(&self) -> u32 {
        let next = self.next.load(Ordering::Acquire);
        let end = self.end.load(Ordering::Acquire);
        u32::try_from(next).map_or(end, |next| next.min(end))
    }

    /// Has no more records written: whoever comes later finds it full.
    pub fn seal(&self) {
        let next = self.next.swap(u64::from(u32::MAX), Ordering::AcqRel);
        if next < u64::from(self.capacity) {
            self.end.store(next as u32, Ordering::Release);
        }
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether nothing more can be written.
    pub fn is_full(&self) -> bool {
        self.next.load(Ordering::Relaxed) >= u64::from(self.capacity)
    }

    /// Records that the ledger has confirmed, as far as this process knows.
    pub fn shipped(&self) -> u32 {
        self.shipped.load(Ordering::Relaxed)
    }

    /// The ledger has confirmed so many.
    pub fn confirmed(&self, upto: u32) {
        self.shipped.fetch_max(upto, Ordering::Relaxed);
    }

    /// From now on a shipment may have reached the ledger: the detail can no longer be folded.
    pub fn attempt(&self) {
        self.attempted_word().store(1, Ordering::Release);
    }

    /// Whether a shipment was ever begun.
    pub fn was_attempted(&self) -> bool {
        self.attempted_word().load(Ordering::Acquire) != 0
    }

    /// The records from a watermark on that can be shipped, `most` at most. Those that are not
    /// settled yet are waited for, until they are older than `patience`.
    pub fn ready(
        &self,
        from: u32,
        most: usize,
        reading: Reading,
        now_us: i64,
        patience: Duration,
    ) -> Ready<'_> {
        let mut ready = Ready {
            events: Vec::new(),
            upto: from,
            damaged: 0,
        };
        let young = now_us - i64::try_from(patience.as_micros()).unwrap_or(i64::MAX);
        for index in from..self.len() {
            match self.slot(index) {
                Slot::Record(record, State::InDoubt)
                    if reading != Reading::Ended && record.at_us > young =>
                {
                    break;
                }
                Slot::Record(record, state) => ready.events.push(record.event(state, &self.names)),
                Slot::Empty if reading != Reading::Ended => break,
                Slot::Damaged if reading == Reading::Copy => break,
                Slot::Damaged => ready.damaged += 1,
                Slot::Empty => {}
            }
            ready.upto = index + 1;
            if ready.events.len() == most {
                break;
            }
        }
        ready
    }

    /// Has the disk take what was written since it last did.
    ///
    /// # Errors
    /// When it fails.
    pub fn sync(&self) -> io::Result<()> {
        let (from, length) = (self.synced.load(Ordering::Relaxed), self.len());
        if from < length {
            // Only what is new: a page that was synced has to be asked of the file system again.
            let start = self.first + from as usize * BYTES;
            let start = start - start % PAGE;
            let end = self.first + length as usize * BYTES;
            self.map.flush_range(start, end - start)?;
            self.synced.store(length, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Places behind the last whole record where a cut left something.
    fn torn_places(&self) -> impl Iterator<Item = u32> {
        (self.len()..self.capacity).filter(|index| {
            let words = self.words(*index);
            words.iter().any(|word| word.load(Ordering::Relaxed) != 0)
        })
    }

    /// How many places behind the last whole record were left half written.
    pub fn torn(&self) -> u64 {
        self.torn_places().count() as u64
    }

    /// Overwrites them; how many there were.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn repair(&self) -> io::Result<u64> {
        let mut torn = 0;
        for index in self.torn_places() {
            for word in self.words(index) {
                word.store(0, Ordering::Relaxed);
            }
            torn += 1;
        }
        if torn > 0 {
            self.file.sync_data()?;
        }
        Ok(torn)
    }

    /// Removes the file; what the mapping still shows goes with the value.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}
