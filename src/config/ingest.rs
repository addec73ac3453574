//! What a delivery may weigh, and how long it may take.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// Bounds of deliveries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ingest {
    /// Bytes of the files of one delivery, as they are sent.
    pub file_bytes: u64,
    /// Bytes of what its archives hold.
    pub unpacked_bytes: u64,
    /// Files of one delivery, those in its archives included.
    pub files: usize,
    /// Features of one delivery.
    pub features: u64,
    /// Positions of one geometry.
    pub vertices: u64,
    /// Columns of one layer, and layers of one file: what spreadsheets and GeoPackages have at most.
    pub columns: u64,
    /// Bytes of one text value.
    pub text: usize,
    /// Seconds that reading may take.
    pub seconds: u64,
    /// Bytes of memory of the process that reads.
    pub memory: u64,
    /// The program that reads files; `geonantes-ogr` beside this one when absent.
    pub child: Option<PathBuf>,
    /// Bytes of all contributions whose files are kept in the database.
    pub kept_bytes: u64,
    /// Days for which files are kept after a contribution has come to its end, and for which one
    /// waits for its contributor.
    pub kept_days: u32,
    /// Seconds that sending the files of one contribution may take.
    pub upload_s: u64,
    /// Seconds after which another instance takes over the work of one that says nothing.
    pub lease_s: u64,
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            unpacked_bytes: 4 << 30,
            files: 20_000,
            features: 5_000_000,
            vertices: 1_000_000,
            columns: 2_000,
            text: 65_536,
            seconds: 600,
            memory: 1 << 30,
            child: None,
            kept_bytes: 20 << 30,
            kept_days: 30,
            upload_s: 3_600,
            lease_s: 30,
        }
    }
}

impl Ingest {
    /// Time after which the work of a silent instance is taken over.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_s)
    }

    /// Time that an upload may take.
    pub fn upload(&self) -> Duration {
        Duration::from_secs(self.upload_s)
    }
}
