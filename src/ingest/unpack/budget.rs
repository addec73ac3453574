//! How much a delivery may unpack, counted as it is written.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Ingest;

use super::{Stop, machine, words};

/// An archive may grow that many times, once it holds more than `SMALL`: tables of blanks do, in
/// documents that are sound.
const GROWTH: u64 = 500;
/// Bytes that an archive of any size may hold.
const SMALL: u64 = 64 << 20;

/// What is left of the limits.
pub(super) struct Budget {
    arriving: u64,
    unpacked: u64,
    files: usize,
    most: Ingest,
    names: HashSet<PathBuf>,
    given_up: Arc<AtomicBool>,
}

impl Budget {
    /// With those limits, until it is given up.
    pub fn new(limits: &Ingest, given_up: Arc<AtomicBool>) -> Self {
        Self {
            given_up,
            arriving: limits.file_bytes,
            unpacked: limits.unpacked_bytes,
            files: limits.files,
            most: limits.clone(),
            names: HashSet::new(),
        }
    }

    /// Files that a delivery may hold.
    pub fn most_files(&self) -> usize {
        self.most.files
    }

    /// Counts bytes as they were delivered.
    pub fn arrived(&mut self, bytes: u64, name: &str) -> Result<(), Stop> {
        self.arriving = self
            .arriving
            .checked_sub(bytes)
            .ok_or_else(|| words::too_large(name, self.most.file_bytes))?;
        Ok(())
    }

    /// Counts a file, whose name no other may have, whatever its case.
    pub fn named(&mut self, home: &Path, name: &str) -> Result<(), Stop> {
        self.files = self
            .files
            .checked_sub(1)
            .ok_or_else(|| words::too_many(self.most.files))?;
        if self.names.insert(home.join(name.to_lowercase())) {
            Ok(())
        } else {
            Err(words::twice(name).into())
        }
    }

    /// Puts a plain file in its place without writing it again where the disk is the same.
    pub fn link(&mut self, from: &Path, to: &Path, name: &str) -> Result<u64, Stop> {
        let size = fs::metadata(from).map_err(machine(name))?.len();
        self.arrived(size, name)?;
        if fs::hard_link(from, to).is_err() {
            fs::copy(from, to).map_err(machine(name))?;
        }
        Ok(size)
    }

    /// Writes one entry of an archive of `packed` bytes, of which `written` were written before.
    pub fn write(
        &mut self,
        from: &mut dyn Read,
        to: &Path,
        name: &str,
        pace: &mut Pace,
    ) -> Result<u64, Stop> {
        let mut file = File::create_new(to).map_err(machine(name))?;
        self.pass(from, &mut file, name, pace)
    }

    /// Unpacks what is not kept: it takes time all the same.
    pub fn skip(&mut self, from: &mut dyn Read, name: &str, pace: &mut Pace) -> Result<u64, Stop> {
        self.pass(from, &mut io::sink(), name, pace)
    }

    fn pass(
        &mut self,
        from: &mut dyn Read,
        to: &mut dyn Write,
        name: &str,
        pace: &mut Pace,
    ) -> Result<u64, Stop> {
        let mut buffer = vec![0; 64 << 10];
        let mut size = 0;
        loop {
            if self.given_up.load(Ordering::Relaxed) {
                return Err(machine(name)(io::ErrorKind::Interrupted.into()));
            }
            let read = match from.read(&mut buffer) {
                Ok(0) => return Ok(size),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(words::damaged(name, &error).into()),
            };
            self.unpacked = self
                .unpacked
                .checked_sub(read as u64)
                .ok_or_else(|| words::too_large(name, self.most.unpacked_bytes))?;
            pace.written += read as u64;
            if pace.written > SMALL && pace.written > pace.packed.saturating_mul(GROWTH) {
                return Err(words::bomb(name).into());
            }
            to.write_all(&buffer[..read]).map_err(machine(name))?;
            size += read as u64;
        }
    }
}

/// How an archive grows.
pub(super) struct Pace {
    packed: u64,
    written: u64,
}

impl Pace {
    /// Of an archive of that many bytes.
    pub fn of(packed: u64) -> Self {
        Self { packed, written: 0 }
    }
}
