//! What the child may still do once it is about to open a stranger's file: read that file's folder
//! and GDAL's own data, write its answer (and the one folder that it was told to write in), for a
//! while, in some memory. It shuts itself in, before GDAL is started, so that no caller can forget.
//!
//! A child of root stays root in name: its files are root's. Neither Landlock nor the filter of system
//! calls knows an exception for root, and none of the calls that privileges serve passes the filter.

mod calls;
mod limits;
mod places;

use std::path::Path;

use exchange::{Request, Task};
use nix::sys::signal::Signal;

/// Why the child could not be shut in: it opens nothing then.
#[derive(Debug)]
pub struct Ajar(pub String);

/// Shuts this process in for a request. Says on the standard error what this kernel cannot do.
///
/// # Errors
/// When a wall that every kernel has cannot be raised.
pub fn enter(request: &Request) -> Result<(), Ajar> {
    let writes = matches!(request.task, Task::Write { .. });
    limits::set(&request.bounds, writes)?;
    // Killed, the program can no longer end a child that a hostile file keeps busy.
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| ajar("parent", &error))?;
    nix::sys::prctl::set_no_new_privs().map_err(|error| ajar("privileges", &error))?;
    let folder = request.task.path().parent().unwrap_or(Path::new("/"));
    if !places::confine(folder, writes)? {
        // The server repeats it once in its log.
        eprintln!(
            "unconfined: this kernel has no Landlock: files are guarded by permissions alone"
        );
    }
    calls::filter()
}

fn ajar(what: &str, error: &dyn std::fmt::Display) -> Ajar {
    Ajar(format!("{what}: {error}"))
}

#[cfg(test)]
mod tests;
