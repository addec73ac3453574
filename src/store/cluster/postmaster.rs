//! One running PostgreSQL server: how it ends, and whether it answers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{Connection, Row};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::error::ClusterError;
use super::place::Place;
use super::process;
use super::settings::{PORT, SUPERUSER};

/// A fast shutdown writes what is in memory; on a slow disk that takes a while.
const FAST: Duration = Duration::from_secs(60);
/// An immediate one only ends the processes.
const IMMEDIATE: Duration = Duration::from_secs(15);
/// When a wait is told to the person at the terminal.
const TELL_AFTER: Duration = Duration::from_secs(5);
/// One attempt to connect; who can wait tries again.
const CONNECT: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(50);

/// A live postmaster that we answer for: dropped, it is asked to stop.
#[derive(Debug)]
pub(super) struct Postmaster {
    pub pid: i32,
    pub socket: PathBuf,
    /// `None` when another program started it.
    child: Option<Child>,
    /// Of the process, to know it from a later one with its number.
    birth: Option<u64>,
    ours: bool,
}

impl Postmaster {
    pub fn new(pid: i32, socket: PathBuf, child: Option<Child>) -> Postmaster {
        Postmaster {
            pid,
            socket,
            child,
            birth: process::birth(pid),
            ours: true,
        }
    }

    /// Waits until it is gone; says how it ended, where that is known.
    pub async fn ended(&mut self) -> String {
        match &mut self.child {
            Some(child) => match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            None => {
                while self.lives() {
                    sleep(POLL).await;
                }
                "gone".into()
            }
        }
    }

    /// How it ended, `None` while it runs.
    pub fn has_ended(&mut self) -> Option<String> {
        match &mut self.child {
            Some(child) => child.try_wait().ok().flatten().map(|s| s.to_string()),
            None => (!self.lives()).then(|| "gone".into()),
        }
    }

    fn lives(&self) -> bool {
        self.birth.is_some() && process::birth(self.pid) == self.birth
    }

    /// Fast shutdown (clients are cut off, everything is written), immediate after a minute.
    pub async fn shut_down(mut self, place: &Place) -> Result<(), ClusterError> {
        for (signal, limit) in [(Signal::SIGINT, FAST), (Signal::SIGQUIT, IMMEDIATE)] {
            if self.has_ended().is_none() {
                process::send(self.pid, signal);
                // A frozen one acts on a signal only once it is woken.
                process::send(self.pid, Signal::SIGCONT);
            }
            if self.ended_within(limit).await {
                self.ours = false;
                return Ok(());
            }
            tracing::warn!(pid = self.pid, %signal, "PostgreSQL does not stop");
        }
        self.ours = false;
        Err(ClusterError::Deaf {
            pid: self.pid,
            folder: place.data.clone(),
            log: place.log(),
            why: "it ignores every signal".into(),
        })
    }

    async fn ended_within(&mut self, limit: Duration) -> bool {
        if timeout(TELL_AFTER, self.ended()).await.is_ok() {
            return true;
        }
        tracing::info!(
            pid = self.pid,
            "waiting for PostgreSQL to write its data and stop"
        );
        timeout(limit - TELL_AFTER, self.ended()).await.is_ok()
    }

    /// Leaves it running for the programs that use it.
    pub fn release(mut self) {
        self.ours = false;
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        // The way out of a panic or an early return: no time to wait, the next start does.
        if self.ours && self.has_ended().is_none() {
            process::send(self.pid, Signal::SIGINT);
        }
    }
}

/// Options of a connection over the socket in `folder`.
pub(super) fn options(folder: &Path, role: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(folder)
        .port(PORT)
        .username(role)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// Why a server does not serve (yet).
#[derive(Debug)]
pub(super) enum Silence {
    /// It starts, stops, recovers or is full: it may answer later.
    Busy,
    /// The database asked for does not exist (yet).
    NoDatabase,
    Failed(sqlx::Error),
}

impl Silence {
    /// The failure of something that could not wait.
    pub fn into_error(self, what: &'static str) -> ClusterError {
        let source = match self {
            Silence::Failed(error) => error,
            Silence::Busy => sqlx::Error::PoolTimedOut,
            Silence::NoDatabase => sqlx::Error::RowNotFound,
        };
        ClusterError::Sql { what, source }
    }
}

/// Connects, and checks that the server is the one of this data folder.
pub(super) async fn connect(
    place: &Place,
    socket: &Path,
    database: &str,
) -> Result<PgConnection, Silence> {
    let attempt = async {
        let mut db = PgConnection::connect_with(&options(socket, SUPERUSER, database)).await?;
        let row = sqlx::query("SHOW data_directory")
            .fetch_one(&mut db)
            .await?;
        let data: String = row.try_get(0)?;
        if Path::new(&data) != place.data {
            let text = format!("another PostgreSQL answers there, on {data}");
            return Err(sqlx::Error::Configuration(text.into()));
        }
        Ok(db)
    };
    let result = match timeout(CONNECT, attempt).await {
        Ok(result) => result,
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    };
    result.map_err(|error| {
        let code = error.as_database_error().and_then(|e| e.code());
        match code.as_deref() {
            // cannot_connect_now, too_many_connections, admin and crash shutdown.
            Some("57P03" | "53300" | "57P01" | "57P02") => Silence::Busy,
            Some("3D000") => Silence::NoDatabase,
            _ => Silence::Failed(error),
        }
    })
}

/// Waiting that may last as long as something moves, and that is told after a while.
pub(super) struct Patience {
    limit: Duration,
    since: Instant,
    moved: Instant,
    mark: u64,
    told: bool,
    what: &'static str,
}

impl Patience {
    /// `limit` counts from the last movement; `what` completes "waiting for …".
    pub fn new(limit: Duration, what: &'static str) -> Patience {
        let now = Instant::now();
        Patience {
            limit,
            since: now,
            moved: now,
            mark: 0,
            told: false,
            what,
        }
    }

    /// A pause; false when patience is at its end. `mark` is anything that changes when the
    /// other side makes progress, such as the length of its log.
    pub async fn pause(&mut self, mark: u64) -> bool {
        if mark != self.mark {
            self.mark = mark;
            self.moved = Instant::now();
        }
        if !self.told && self.since.elapsed() > TELL_AFTER {
            self.told = true;
            tracing::info!("waiting for {}", self.what);
        }
        sleep(POLL).await;
        self.moved.elapsed() < self.limit
    }
}
