//! Makes the data folder, so that a folder under its final name is always a finished one.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use super::binaries::Binaries;
use super::error::ClusterError;
use super::place::Place;
use super::settings::{self, SUPERUSER};

/// Prefix of the folders that initdb works in, beside the data folder.
const UNFINISHED: &str = "pg.new-";
/// The line that makes PostgreSQL read our settings.
const INCLUDE: &str = "include_if_exists 'geonantes.conf'";
/// Object numbers below this one are PostgreSQL's own: a database above it is somebody's.
const FIRST_OWN_OID: u32 = 16384;

/// The programs for the data folder, which is made first when there is none. The owner's lock is
/// held.
pub(super) async fn ensure(place: &Place) -> Result<Binaries, ClusterError> {
    clear_unfinished(&place.base);
    if let Some(major) = finished(&place.data)? {
        let owner = fs::metadata(&place.data).map_err(ClusterError::io("read", &place.data))?;
        if place.user.is_some() && owner.uid() == 0 {
            hand_over(place, &place.data)?;
        }
        return Binaries::find(Some((&place.data, major)));
    }
    let binaries = Binaries::find(None)?;
    tracing::info!(data = %place.data.display(), postgresql = binaries.major, "making the database cluster");
    let folder = place.base.join(format!("{UNFINISHED}{}", stamp()));
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(ClusterError::io("create", &folder))?;
    let made = make(place, &binaries, &folder).await;
    if made.is_err() {
        let _ = fs::remove_dir_all(&folder);
    }
    made.map(|()| binaries)
}

/// initdb, our settings, then the rename that makes it count.
async fn make(place: &Place, binaries: &Binaries, folder: &Path) -> Result<(), ClusterError> {
    place.give(folder)?;
    // `trust` on the socket is safe: its folder is closed to every user but PostgreSQL's own
    // (and root), who could read the files anyway. Nothing listens on TCP, and if somebody
    // makes it listen, `reject` keeps strangers out until they write a rule of their own.
    // Text sorts by code point (collate C): an index then survives an upgrade of the system's
    // C library, and serves prefix searches; upper and lower case know accents (ctype C.UTF-8).
    let out = place
        .command(&binaries.bin.join("initdb"))
        .arg("--pgdata")
        .arg(folder)
        .args(["--username", SUPERUSER])
        .args(["--auth-local=trust", "--auth-host=reject"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--lc-collate=C", "--lc-messages=C"])
        .arg("--data-checksums")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .await
        .map_err(ClusterError::io("run initdb in", &binaries.bin))?;
    if !out.status.success() {
        let text = String::from_utf8_lossy(&out.stderr);
        return Err(ClusterError::InitFailed {
            folder: folder.to_path_buf(),
            output: text.trim().to_string(),
        });
    }
    let conf = folder.join("postgresql.conf");
    fs::OpenOptions::new()
        .append(true)
        .open(&conf)
        .and_then(|mut file| {
            writeln!(file, "\n# Settings of geonantes\n{INCLUDE}")?;
            file.sync_all()
        })
        .map_err(ClusterError::io("write", &conf))?;
    fs::rename(folder, &place.data)
        .and_then(|()| fs::File::open(&place.base)?.sync_all())
        .map_err(ClusterError::io("create", &place.data))
}

/// Writes `geonantes.conf` for the start to come.
pub(super) fn configure(place: &Place, socket: &Path) -> Result<(), ClusterError> {
    let conf = place.data.join("geonantes.conf");
    let new = place.data.join("geonantes.conf.new");
    let text = settings::render(socket, &place.name());
    if fs::read_to_string(&conf).is_ok_and(|now| now == text) {
        return Ok(());
    }
    fs::write(&new, text)
        .and_then(|()| fs::rename(&new, &conf))
        .map_err(ClusterError::io("write", &conf))
}

/// The major version of a finished cluster, `None` when there is none (any more): what holds no
/// database of anybody's is set aside, never deleted.
fn finished(data: &Path) -> Result<Option<u32>, ClusterError> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries.count(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ClusterError::io("read", data)(error)),
    };
    let version = fs::read_to_string(data.join("PG_VERSION")).ok();
    let version = version.and_then(|text| text.trim().split('.').next()?.parse().ok());
    let missing = match version {
        Some(_) if !data.join("global/pg_control").exists() => "global/pg_control",
        Some(major) => return Ok(Some(major)),
        None => "PG_VERSION",
    };
    if holds_databases(data) {
        return Err(ClusterError::Damaged {
            folder: data.to_path_buf(),
            missing,
        });
    }
    if entries == 0 {
        // An empty folder is no obstacle to the rename.
        return Ok(None);
    }
    let aside = data.with_file_name(format!("pg.half-{}", stamp()));
    fs::rename(data, &aside).map_err(ClusterError::io("set aside", data))?;
    tracing::warn!(
        folder = %aside.display(), missing,
        "the data folder was only half made; it was set aside under this name"
    );
    Ok(None)
}

/// Whether somebody's database lies there. The first database made after initdb gets this number
/// or a higher one.
fn holds_databases(data: &Path) -> bool {
    let Ok(entries) = fs::read_dir(data.join("base")) else {
        return false;
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .any(|oid| oid >= FIRST_OWN_OID)
}

/// Deletes the data folder, where it is, and the link to it. Nothing runs on it. It loses its
/// name first, so that a kill in the middle leaves no damaged cluster behind.
pub(super) fn remove(place: &Place) -> Result<(), ClusterError> {
    let cluster = ["PG_VERSION", "base"];
    if !cluster.iter().any(|name| place.data.join(name).exists()) {
        // Not PostgreSQL's, whatever it is; the next start sets it aside.
        return Ok(());
    }
    let doomed = place.base.join(format!("{UNFINISHED}{}", stamp()));
    fs::rename(&place.data, &doomed)
        .and_then(|()| fs::remove_dir_all(&doomed))
        .map_err(ClusterError::io("delete", &place.data))?;
    // Absent where the data lay in the home itself.
    let _ = fs::remove_file(place.home.join("pg"));
    let _ = fs::remove_file(place.log());
    Ok(())
}

/// Tells one attempt's folder from another's, also in a container, where numbers repeat.
fn stamp() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |duration| duration.as_secs());
    format!("{seconds}-{}", std::process::id())
}

/// Data copied by root belong to root, and PostgreSQL refuses them: hands them all over.
fn hand_over(place: &Place, path: &Path) -> Result<(), ClusterError> {
    let meta = fs::symlink_metadata(path).map_err(ClusterError::io("read", path))?;
    if meta.is_dir() {
        let entries = fs::read_dir(path).map_err(ClusterError::io("read", path))?;
        for entry in entries.flatten() {
            hand_over(place, &entry.path())?;
        }
    }
    if meta.is_symlink() {
        return Ok(());
    }
    place.give(path)
}

/// Removes what a killed initdb left: never a cluster, it has not had its name yet.
fn clear_unfinished(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with(UNFINISHED) {
            continue;
        }
        tracing::info!(folder = %entry.path().display(), "removing a half-made data folder");
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            // An initdb that outlived its program may still write there: the next start's turn.
            tracing::warn!(folder = %entry.path().display(), %error, "cannot remove it yet");
        }
    }
}
