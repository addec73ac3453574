//! Where the cluster's data lie, and as whom PostgreSQL runs.
//!
//! PostgreSQL refuses to run as root. Started by root it runs as `postgres` (or as whoever owns
//! data that are there already), with its data in the home when that user can reach it. A home
//! under `/root` it cannot: then the data lie in `/var/lib/geonantes/<hash of the home>`, and
//! `pg` in the home is a symbolic link that leads there, also after the home was moved.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User as Passwd, geteuid};
use sha2::{Digest, Sha256};

use super::error::ClusterError;

/// Data of homes that the unprivileged user cannot reach.
const ELSEWHERE: &str = "/var/lib/geonantes";
/// Where the system's own programs are, whatever the caller's PATH.
const PATH: &str = "/usr/bin:/bin";
/// Users that PostgreSQL may run as when root starts it, best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A user that PostgreSQL runs as instead of root.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// The folders of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// GEONANTES_HOME, canonical.
    pub home: PathBuf,
    /// The folder that holds the data folder and the locks: the home, or one elsewhere.
    pub base: PathBuf,
    /// The data folder, `base/pg`, canonical.
    pub data: PathBuf,
    /// Who PostgreSQL runs as; `None`: whoever we are.
    pub user: Option<User>,
}

impl Place {
    /// Finds or chooses the place of a home, which is created when absent.
    pub fn of(home: &Path) -> Result<Place, ClusterError> {
        fs::create_dir_all(home).map_err(ClusterError::io("create", home))?;
        let home = home
            .canonicalize()
            .map_err(ClusterError::io("open", home))?;
        let link = home.join("pg");
        match link.canonicalize() {
            Ok(data) => Place::found(home, data),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Place::chosen(home),
            Err(error) => Err(ClusterError::io("open", &link)(error)),
        }
    }

    /// The place of data that are there: they stay with their owner.
    fn found(home: PathBuf, data: PathBuf) -> Result<Place, ClusterError> {
        let base = data.parent().unwrap_or(&home).to_path_buf();
        let owner = fs::metadata(&data)
            .map_err(ClusterError::io("read", &data))?
            .uid();
        let us = geteuid();
        let user = match (us.is_root(), owner) {
            // A folder that root made by hand holds no cluster: it gets the usual user.
            (true, 0) => Some(unprivileged()?),
            (true, owner) => Some(user_of(owner)?),
            (false, owner) if owner == us.as_raw() => None,
            (false, owner) => {
                return Err(ClusterError::NotOurs {
                    path: data,
                    owner: name_of(owner),
                });
            }
        };
        if let Some(user) = &user
            && !reaches(user, &base, "-x")
        {
            return Err(ClusterError::Unreachable {
                path: data,
                user: user.name.clone(),
            });
        }
        Ok(Place {
            home,
            base,
            data,
            user,
        })
    }

    /// The place of data to come.
    fn chosen(home: PathBuf) -> Result<Place, ClusterError> {
        if !geteuid().is_root() {
            return Ok(Place::at(home.clone(), home, None));
        }
        let user = unprivileged()?;
        if can_live_in(&user, &home) {
            return Ok(Place::at(home.clone(), home, Some(user)));
        }
        let base = Path::new(ELSEWHERE).join(short_hash(&home));
        fs::create_dir_all(&base).map_err(ClusterError::io("create", &base))?;
        for folder in [Path::new(ELSEWHERE), &base] {
            // Whatever our umask is: PostgreSQL's user passes through, its data folder is closed.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
                .map_err(ClusterError::io("open up", folder))?;
        }
        let link = home.join("pg");
        // Leads nowhere until the data are made, or since they are gone.
        let _ = fs::remove_file(&link);
        match symlink(base.join("pg"), &link) {
            // Another program's first start, at the same instant.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => made.map_err(ClusterError::io("create", &link))?,
        }
        if base.join("pg").exists() {
            tracing::info!(data = %base.display(), "found the data of this home again");
            return Place::found(home, base.join("pg"));
        }
        Ok(Place::at(home, base, Some(user)))
    }

    fn at(home: PathBuf, base: PathBuf, user: Option<User>) -> Place {
        Place {
            data: base.join("pg"),
            home,
            base,
            user,
        }
    }

    /// PostgreSQL's log.
    pub fn log(&self) -> PathBuf {
        self.home.join("postgresql.log")
    }

    /// The name in the titles of the cluster's processes, by which they are told from others.
    pub fn name(&self) -> String {
        format!("geonantes-{}", short_hash(&self.data))
    }

    /// The id that PostgreSQL's processes and files have.
    pub fn uid(&self) -> u32 {
        self.user
            .as_ref()
            .map_or_else(|| geteuid().as_raw(), |user| user.uid)
    }

    /// Hands a file or folder that we made to PostgreSQL's user.
    pub fn give(&self, path: &Path) -> Result<(), ClusterError> {
        match &self.user {
            Some(user) => chown(path, Some(user.uid), Some(user.gid))
                .map_err(ClusterError::io("change the owner of", path)),
            None => Ok(()),
        }
    }

    /// A command that runs as PostgreSQL's user, with a bare environment: nothing of the
    /// caller's PG* or LC_* variables may change where or how the server runs.
    pub fn command(&self, program: &Path) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(program);
        command
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null())
            // Its own process group: Ctrl-C in the terminal reaches the program only, which
            // then stops PostgreSQL after its last request.
            .process_group(0);
        if let Some(user) = &self.user {
            // Setting the id as root also drops the supplementary groups.
            command.uid(user.uid).gid(user.gid);
        }
        command
    }
}

/// 16 hexadecimal digits that stand for a path.
pub(super) fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn unprivileged() -> Result<User, ClusterError> {
    UNPRIVILEGED
        .iter()
        .find_map(|name| Passwd::from_name(name).ok().flatten())
        .map(User::from)
        .ok_or(ClusterError::NoUser)
}

fn user_of(uid: u32) -> Result<User, ClusterError> {
    Passwd::from_uid(Uid::from_raw(uid))
        .ok()
        .flatten()
        .map(User::from)
        .ok_or(ClusterError::NoUser)
}

fn name_of(uid: u32) -> String {
    user_of(uid).map_or_else(|_| uid.to_string(), |user| user.name)
}

impl From<Passwd> for User {
    fn from(entry: Passwd) -> User {
        User {
            name: entry.name,
            uid: entry.uid.as_raw(),
            gid: entry.gid.as_raw(),
        }
    }
}

/// Whether a folder of the user's can be made in `home` and used there. Tried, not computed from
/// mode bits: access lists, read-only and foreign file systems have their say too.
fn can_live_in(user: &User, home: &Path) -> bool {
    let probe = home.join(format!(".pg-probe-{}", std::process::id()));
    let made = fs::create_dir_all(&probe)
        .and_then(|()| chown(&probe, Some(user.uid), Some(user.gid)))
        .and_then(|()| fs::set_permissions(&probe, fs::Permissions::from_mode(0o700)));
    let able = made.is_ok() && reaches(user, &probe, "-w");
    let _ = fs::remove_dir(&probe);
    able
}

/// Asks `test` as that user; a system without it counts as no.
fn reaches(user: &User, path: &Path, flag: &str) -> bool {
    use std::os::unix::process::CommandExt;
    Command::new("test")
        .arg(flag)
        .arg(path)
        .env("PATH", PATH)
        .current_dir("/")
        .uid(user.uid)
        .gid(user.gid)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
