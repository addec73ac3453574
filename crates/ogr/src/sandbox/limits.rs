//! Memory, time, files, processes.

use std::fs;

use exchange::Bounds;
use nix::sys::resource::{Resource, setrlimit};

use super::{Ajar, ajar};

/// Files open at once: the dataset's own, and the data of GDAL and PROJ.
const FILES: u64 = 128;
/// Bytes of a file that the child writes.
const WRITTEN: u64 = 8 << 30;

/// Sets the limits of this process.
pub(super) fn set(bounds: &Bounds, writes: bool) -> Result<(), Ajar> {
    let memory = bounds.memory.saturating_add(mapped());
    // The gentle signal first: it says that it was time that ran out.
    let limits = [
        (Resource::RLIMIT_AS, memory, memory),
        (Resource::RLIMIT_CPU, bounds.seconds, bounds.seconds + 5),
        (Resource::RLIMIT_NOFILE, FILES, FILES),
        (
            Resource::RLIMIT_FSIZE,
            if writes { WRITTEN } else { 0 },
            WRITTEN,
        ),
        (Resource::RLIMIT_CORE, 0, 0),
        (Resource::RLIMIT_NPROC, 0, 0),
    ];
    for (resource, soft, hard) in limits {
        setrlimit(resource, soft, hard).map_err(|error| ajar(&format!("{resource:?}"), &error))?;
    }
    Ok(())
}

/// Bytes of address space taken already, mostly by GDAL's libraries: the limit is for what comes on top.
fn mapped() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    // Where /proc is not mounted: what the libraries of Debian 12 take, and some.
    pages.map_or(1 << 30, |pages| pages * 4096)
}
