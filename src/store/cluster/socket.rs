//! The folder of the cluster's socket.
//!
//! A socket's whole path has at most 107 bytes on Linux, and some file systems carry no sockets:
//! each candidate is tried by binding one.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::error::ClusterError;
use super::place::{Place, short_hash};
use super::settings::PORT;

/// As long as the real socket's name, so that the limit on a path's length shows.
const PROBE: &str = ".probe.socket";

/// The first usable folder: in the home, else where the system keeps such things.
pub(super) fn choose(place: &Place) -> Result<PathBuf, ClusterError> {
    let mut tried = Vec::new();
    for folder in candidates(place) {
        match usable(place, &folder) {
            Ok(()) => return Ok(folder),
            Err(error) => tried.push(error.to_string()),
        }
    }
    Err(ClusterError::NoSocket {
        tried: tried.join("; "),
    })
}

fn candidates(place: &Place) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if place.base == place.home {
        folders.push(place.home.join("run"));
    }
    let name = format!("geonantes-{}", short_hash(&place.data));
    if geteuid().is_root() {
        folders.push(Path::new("/run").join(&name));
    } else if let Some(run) = std::env::var_os("XDG_RUNTIME_DIR") {
        folders.push(PathBuf::from(run).join(&name));
    }
    folders.push(Path::new("/tmp").join(&name));
    folders
}

/// Makes the folder ready for a start: it exists (those under /run are gone after a reboot), is
/// PostgreSQL's user's own and closed to others.
pub(super) fn prepare(place: &Place, folder: &Path) -> Result<(), ClusterError> {
    let built = fs::DirBuilder::new().mode(0o700).create(folder);
    match built {
        Ok(()) => place.give(folder)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(ClusterError::io("create", folder)(error)),
    }
    // Not followed: in /tmp somebody else may have put a link there.
    let meta = fs::symlink_metadata(folder).map_err(ClusterError::io("read", folder))?;
    if meta.uid() != place.uid() || !meta.is_dir() {
        return Err(ClusterError::NotOurs {
            path: folder.to_path_buf(),
            owner: meta.uid().to_string(),
        });
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .map_err(ClusterError::io("close", folder))
}

fn usable(place: &Place, folder: &Path) -> Result<(), ClusterError> {
    prepare(place, folder)?;
    let probe = folder.join(PROBE);
    let bound = UnixListener::bind(&probe);
    let _ = fs::remove_file(&probe);
    bound
        .map(drop)
        .map_err(ClusterError::io("bind a socket in", folder))
}

/// Removes what a killed server left, when none runs: its lock file names a process number that
/// another program may have by now, which PostgreSQL would take for a server.
pub(super) fn clear(folder: &Path) {
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let _ = fs::remove_file(folder.join(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_is_as_long_as_the_socket() {
        assert_eq!(PROBE.len(), format!(".s.PGSQL.{PORT}").len());
    }
}
