//! From whatever state a killed program left to a server that answers.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::Connection;

use super::binaries::Binaries;
use super::database;
use super::error::ClusterError;
use super::init;
use super::log;
use super::place::Place;
use super::postmaster::{Patience, Postmaster, Silence, connect};
use super::process::{self, PidFile, Running, Status};
use super::socket;

/// A start or a recovery that logs nothing for so long has failed. (Recovery of a large log says
/// every ten seconds where it is.)
const START_LIMIT: Duration = Duration::from_secs(120);
/// A ready server that does not answer for so long is stopped and started again.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// Backends notice the death of their postmaster at once, unless they compute.
const ORPHANS_ALONE: Duration = Duration::from_secs(3);
const ORPHANS_ASKED: Duration = Duration::from_secs(3);
/// After SIGKILL only the kernel can still hold them, in a write to a broken disk.
const ORPHANS_KILLED: Duration = Duration::from_secs(10);
/// How often a start is tried that failed for a reason that goes away.
const ATTEMPTS: u32 = 5;

/// A server on the place's data that answers: the live one, or a new one. The caller holds the
/// owner's lock.
pub(super) async fn obtain(
    place: &Place,
    binaries: &Binaries,
    folder: Option<&Path>,
) -> Result<Postmaster, ClusterError> {
    let mut attempt = 1;
    loop {
        match process::observe(place) {
            Running::Live(file) => {
                if let Some(postmaster) = adopt(place, file).await? {
                    tracing::info!(pid = postmaster.pid, "adopted the PostgreSQL left running");
                    return Ok(postmaster);
                }
            }
            Running::Orphans(pids) => end_orphans(place, pids).await?,
            Running::Nothing => {
                let socket = match folder {
                    Some(folder) => folder.to_path_buf(),
                    None => socket::choose(place)?,
                };
                match start(place, binaries, &socket).await {
                    Err(ClusterError::StartFailed { why, tail, .. })
                        if attempt < ATTEMPTS && may_pass(&why, &tail) =>
                    {
                        attempt += 1;
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    result => return result,
                }
            }
        }
    }
}

/// As [`obtain`], with the database made; a server killed in between is replaced.
pub(super) async fn obtain_ready(
    place: &Place,
    binaries: &Binaries,
) -> Result<Postmaster, ClusterError> {
    let mut attempt = 1;
    loop {
        let mut postmaster = obtain(place, binaries, None).await?;
        match database::ensure(place, &postmaster.socket).await {
            Ok(()) => return Ok(postmaster),
            Err(error) if attempt == ATTEMPTS => return Err(error),
            Err(error) => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                if postmaster.has_ended().is_none() {
                    return Err(error);
                }
                attempt += 1;
            }
        }
    }
}

/// Stops whatever runs on the data. The caller holds the owner's lock.
pub(super) async fn end(place: &Place) -> Result<(), ClusterError> {
    loop {
        match process::observe(place) {
            Running::Live(file) => {
                Postmaster::new(file.pid, place.home.clone(), None)
                    .shut_down(place)
                    .await?;
            }
            Running::Orphans(pids) => end_orphans(place, pids).await?,
            Running::Nothing => return Ok(()),
        }
    }
}

/// Whether a start failed for a reason that goes away: it was killed itself, or (PostgreSQL's
/// words) a server killed an instant ago still holds something.
fn may_pass(why: &str, tail: &str) -> bool {
    why.starts_with("signal: 9")
        || tail.contains("pre-existing shared memory block")
        || tail.contains("lock file \"")
}

/// Waits for a live server to answer; `None` when it ended, by itself or by us.
async fn adopt(place: &Place, mut file: PidFile) -> Result<Option<Postmaster>, ClusterError> {
    let mut patience = Patience::new(START_LIMIT, "the PostgreSQL left running");
    let mut deaf = Patience::new(ANSWER_LIMIT, "the PostgreSQL left running to answer");
    loop {
        let mut why = format!("it is {:?}", file.status).to_lowercase();
        let mut patient = true;
        if let (Status::Ready, Some(socket)) = (file.status, &file.socket) {
            match connect(place, socket, "postgres").await {
                Ok(db) => {
                    let _ = db.close().await;
                    return Ok(Some(Postmaster::new(file.pid, socket.clone(), None)));
                }
                Err(Silence::Failed(error)) => {
                    // Its socket is gone, or it hangs, or somebody froze it.
                    process::send(file.pid, Signal::SIGCONT);
                    why = error.to_string();
                    patient = deaf.pause(0).await;
                }
                Err(Silence::Busy | Silence::NoDatabase) => {}
            }
        }
        patient &= patience.pause(log::len(&place.log())).await;
        if !patient {
            let pid = file.pid;
            tracing::warn!(pid, why, "PostgreSQL runs but does not answer: stopping it");
            return match Postmaster::new(pid, place.home.clone(), None)
                .shut_down(place)
                .await
            {
                Ok(()) => Ok(None),
                Err(_) => Err(ClusterError::Deaf {
                    pid,
                    folder: place.data.clone(),
                    log: place.log(),
                    why,
                }),
            };
        }
        match process::observe(place) {
            Running::Live(now) => file = now,
            _ => return Ok(None),
        }
    }
}

/// Ends the processes of a killed postmaster: without one they can serve nobody, and no new
/// server may touch the data before the last of them is gone.
async fn end_orphans(place: &Place, mut pids: Vec<i32>) -> Result<(), ClusterError> {
    tracing::info!(?pids, "waiting for processes of a killed PostgreSQL");
    for (limit, then) in [
        (ORPHANS_ALONE, Some(Signal::SIGQUIT)),
        (ORPHANS_ASKED, Some(Signal::SIGKILL)),
        (ORPHANS_KILLED, None),
    ] {
        let mut patience = Patience::new(limit, "processes of a killed PostgreSQL");
        loop {
            match process::observe(place) {
                Running::Orphans(left) => pids = left,
                _ => return Ok(()),
            }
            if !patience.pause(0).await {
                break;
            }
        }
        if let Some(signal) = then {
            tracing::warn!(?pids, %signal, "ending processes of a killed PostgreSQL");
            pids.iter().for_each(|pid| process::send(*pid, signal));
        }
    }
    Err(ClusterError::Orphans {
        folder: place.data.clone(),
        pids,
    })
}

/// Starts a new server; nothing runs on the data.
async fn start(
    place: &Place,
    binaries: &Binaries,
    folder: &Path,
) -> Result<Postmaster, ClusterError> {
    socket::prepare(place, folder)?;
    socket::clear(folder);
    clear_pid_file(place)?;
    init::configure(place, folder)?;
    log::trim(&place.log());
    let from = log::len(&place.log());
    let out = log::open(&place.log())?;
    place.give(&place.log())?;
    let err = out
        .try_clone()
        .map_err(ClusterError::io("open", &place.log()))?;
    let child = place
        .command(&binaries.bin.join("postgres"))
        .arg("-D")
        .arg(&place.data)
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(ClusterError::io("run postgres in", &binaries.bin))?;
    // A child that was not waited for has its number.
    let pid = child.id().map_or(0, |id| id as i32);
    let mut postmaster = Postmaster::new(pid, folder.to_path_buf(), Some(child));
    let mut patience = Patience::new(START_LIMIT, "PostgreSQL to recover and start");
    let failed = |why: String| ClusterError::StartFailed {
        why,
        folder: place.data.clone(),
        log: place.log(),
        tail: log::tail(&place.log(), from),
    };
    let mut why = String::from("it takes too long");
    loop {
        if let Some(status) = postmaster.has_ended() {
            return Err(failed(status));
        }
        // Asked only once it says it is ready: each refused connection is a line in its log.
        let file = process::read_pid_file(&place.data);
        if file.is_some_and(|f| f.pid == pid && f.status == Status::Ready) {
            match connect(place, folder, "postgres").await {
                Ok(db) => {
                    let _ = db.close().await;
                    return Ok(postmaster);
                }
                Err(Silence::Failed(error)) => why = error.to_string(),
                Err(Silence::Busy | Silence::NoDatabase) => {}
            }
        }
        if !patience.pause(log::len(&place.log())).await {
            return Err(failed(why));
        }
    }
}

/// PostgreSQL takes a pid file whose number belongs to anything alive of its user (or to a
/// zombie) for another server and gives up. Nothing runs here, so such a file is removed; other
/// stale ones are left to PostgreSQL, which checks more.
fn clear_pid_file(place: &Place) -> Result<(), ClusterError> {
    let path = place.data.join("postmaster.pid");
    let stale = match process::read_pid_file(&place.data) {
        Some(file) => process::exists(file.pid),
        // Empty or torn: PostgreSQL refuses to start on it.
        None => path.exists(),
    };
    if stale {
        tracing::info!(file = %path.display(), "removing the pid file of a killed PostgreSQL");
        std::fs::remove_file(&path).map_err(ClusterError::io("remove", &path))?;
    }
    Ok(())
}
