//! What can go wrong with the private cluster, said to a technician: what, where, what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Every failure of the private cluster. The texts stand alone: print them as they are.
#[derive(Debug, thiserror::Error)]
// The message of a variant is its documentation.
#[allow(missing_docs)]
pub enum ClusterError {
    #[error("cannot {action} {}: {source}.{}", path.display(), hint(&source.to_string(), path))]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    #[error(
        "PostgreSQL's server programs (initdb, postgres) were not found in {looked}.\n\
         Install them: apt install postgresql postgis postgresql-15-postgis-3\n\
         or give a database of yours in GEONANTES_DATABASE_URL."
    )]
    NoServer { looked: String },

    #[error(
        "PostgreSQL {found} in {} is too old: version {oldest} or later is needed.\n\
         Install one: apt install postgresql postgis postgresql-15-postgis-3",
        bin.display()
    )]
    TooOld {
        found: u32,
        oldest: u32,
        bin: PathBuf,
    },

    #[error(
        "PostgreSQL {major} is here but PostGIS is not installed for it.\n\
         Install it: apt install postgresql-{major}-postgis-3"
    )]
    NoPostgis { major: u32 },

    #[error(
        "{} was made by PostgreSQL {data}, but the programs found are of {found}.\n\
         Either install that version again (apt install postgresql-{data} \
         postgresql-{data}-postgis-3), or dump the data with it (pg_dump) and restore it into \
         another GEONANTES_HOME. Nothing was changed.",
        folder.display()
    )]
    OtherMajor {
        folder: PathBuf,
        data: u32,
        found: String,
    },

    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` \
         to run it as. Create one (adduser --system --group postgres) or start as a user that \
         is not root."
    )]
    NoUser,

    #[error(
        "{} belongs to the user {owner}: start as root or as that user, or choose another \
         GEONANTES_HOME.",
        path.display()
    )]
    NotOurs { path: PathBuf, owner: String },

    #[error(
        "the user {user}, who owns the data in {}, can no longer reach that folder: give it \
         passage (chmod o+x on the folders above it). Nothing was changed.",
        path.display()
    )]
    Unreachable { path: PathBuf, user: String },

    #[error(
        "{} is in use by another geonantes program{}: stop that one first, or choose another \
         GEONANTES_HOME.",
        home.display(),
        holder(*pid)
    )]
    Busy { home: PathBuf, pid: Option<i32> },

    #[error(
        "{} holds databases but lacks {missing}: it is damaged, and was left as it is. Restore a \
         backup of it, or choose another GEONANTES_HOME.",
        folder.display()
    )]
    Damaged {
        folder: PathBuf,
        missing: &'static str,
    },

    #[error("no folder for PostgreSQL's socket can be used. Tried: {tried}")]
    NoSocket { tried: String },

    #[error("initdb failed; its folder {} was removed again.{}\n{output}", folder.display(), hint(output, folder))]
    InitFailed { folder: PathBuf, output: String },

    #[error(
        "PostgreSQL did not start ({why}).{} The end of its log, {}:\n{tail}",
        hint(tail, folder),
        log.display()
    )]
    StartFailed {
        why: String,
        folder: PathBuf,
        log: PathBuf,
        tail: String,
    },

    #[error(
        "PostgreSQL (process {pid}) runs on {} but does not answer ({why}) and does not stop. \
         Look at it (its log is {}), end it (kill -QUIT {pid}), then start again.",
        folder.display(),
        log.display()
    )]
    Deaf {
        pid: i32,
        folder: PathBuf,
        log: PathBuf,
        why: String,
    },

    #[error(
        "processes of an earlier PostgreSQL still use {}: {}. They were asked to end and did \
         not; end them (kill -9), then start again.",
        folder.display(),
        list(pids)
    )]
    Orphans { folder: PathBuf, pids: Vec<i32> },

    #[error("the private PostgreSQL refused {what}: {source}")]
    Sql {
        what: &'static str,
        source: sqlx::Error,
    },
}

impl ClusterError {
    /// An I/O failure with what was tried and where.
    pub(super) fn io(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> ClusterError + use<> {
        let path = path.to_path_buf();
        move |source| ClusterError::Io {
            action,
            path,
            source,
        }
    }
}

fn holder(pid: Option<i32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

fn list(pids: &[i32]) -> String {
    pids.iter()
        .map(i32::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The two causes a technician can mend alone, recognised in PostgreSQL's own words.
fn hint(text: &str, folder: &Path) -> String {
    let full = [
        "No space left on device",
        "Check free disk space",
        "quota exceeded",
    ];
    if full.iter().any(|words| text.contains(words)) {
        format!(
            " The disk of {} is full: free some space and start again, nothing is lost.",
            folder.display()
        )
    } else if text.contains("Permission denied") {
        " Give the user it runs as the right to that, or start as the one who owns it.".into()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named() {
        let error = ClusterError::InitFailed {
            folder: "/data/pg.new".into(),
            output: "could not write: No space left on device".into(),
        };
        assert!(error.to_string().contains("free some space"), "{error}");
        let full = std::io::Error::from_raw_os_error(28);
        let error = ClusterError::io("write", Path::new("/data/log"))(full);
        assert!(error.to_string().contains("free some space"), "{error}");
    }
}
