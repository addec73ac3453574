//! What is recorded of a response: who, what, how much; never an address nor a query.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What kind of thing was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Operation {
    /// Anything else that is served: documents, styles, pages, scripts.
    Page = 0,
    /// A vector tile.
    Tile = 1,
    /// A page of features.
    Items = 2,
    /// One feature.
    Item = 3,
    /// A look-up: parcel references, addresses.
    Lookup = 4,
    /// A file of features.
    Export = 5,
    /// A contribution.
    Ingest = 6,
    /// A change of one feature.
    Edit = 7,
    /// The sheet of a parcel.
    Sheet = 8,
    /// A document to print.
    Pdf = 9,
    /// Operations: health and metrics.
    Probe = 10,
}

impl Operation {
    /// Every operation, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Page,
        Self::Tile,
        Self::Items,
        Self::Item,
        Self::Lookup,
        Self::Export,
        Self::Ingest,
        Self::Edit,
        Self::Sheet,
        Self::Pdf,
        Self::Probe,
    ];

    /// The word of reports and of the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Tile => "tile",
            Self::Items => "items",
            Self::Item => "item",
            Self::Lookup => "lookup",
            Self::Export => "export",
            Self::Ingest => "ingest",
            Self::Edit => "edit",
            Self::Sheet => "sheet",
            Self::Pdf => "pdf",
            Self::Probe => "probe",
        }
    }
}

/// What a handler tells of its answer while it makes it; the meter reads it at the edge.
///
/// One a request, shared with the body that is still being written after the handler returned.
#[derive(Debug, Default)]
pub struct Tally {
    operation: AtomicU8,
    layer: OnceLock<usize>,
    features: AtomicU32,
    received: AtomicU64,
    database_us: AtomicU32,
}

impl Tally {
    /// What kind of thing is asked for; [`Operation::Page`] until said.
    pub fn is(&self, operation: Operation) {
        self.operation.store(operation as u8, Ordering::Relaxed);
    }

    /// The layer asked of, by its place in the catalogue; the first one said holds.
    pub fn of(&self, layer: usize) {
        let _ = self.layer.set(layer);
    }

    /// So many more features were written.
    pub fn features(&self, more: u32) {
        self.features.fetch_add(more, Ordering::Relaxed);
    }

    /// So many more bytes of files were received.
    pub fn received(&self, more: u64) {
        self.received.fetch_add(more, Ordering::Relaxed);
    }

    /// Waits for the database, and counts the time.
    pub async fn timed<T>(&self, waiting: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let done = waiting.await;
        self.waited(started.elapsed());
        done
    }

    /// So much more time was spent waiting for the database.
    pub fn waited(&self, time: Duration) {
        let us = u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
        self.database_us.fetch_add(us, Ordering::Relaxed);
    }

    /// The operation said last.
    pub fn operation(&self) -> Operation {
        Operation::ALL[usize::from(self.operation.load(Ordering::Relaxed))]
    }

    /// The layer's place in the catalogue, if one was said.
    pub fn layer(&self) -> Option<usize> {
        self.layer.get().copied()
    }

    /// Features written so far.
    pub fn written(&self) -> u32 {
        self.features.load(Ordering::Relaxed)
    }

    /// Bytes of files received so far; they count as the answer's own.
    pub fn bytes_received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Microseconds spent waiting for the database so far.
    pub fn database_us(&self) -> u32 {
        self.database_us.load(Ordering::Relaxed)
    }
}

/// What kind of program asked, by its `User-Agent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ClientFamily {
    /// None of the others.
    Other = 0,
    /// QGIS.
    Qgis = 1,
    /// GDAL and OGR.
    Gdal = 2,
    /// A browser.
    Browser = 3,
    /// A script: curl, Python, R and their like.
    Script = 4,
}

impl ClientFamily {
    /// Every family, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Other,
        Self::Qgis,
        Self::Gdal,
        Self::Browser,
        Self::Script,
    ];

    /// The word of reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Qgis => "qgis",
            Self::Gdal => "gdal",
            Self::Browser => "browser",
            Self::Script => "script",
        }
    }
}
