//! What runs on a data folder: `postmaster.pid` and the system's list of processes (Linux).
//!
//! The pid file alone is not believed: after a kill its number may belong to nobody, or to
//! another program. Processes are recognised by their command line, which anybody may read
//! (their working folder may not be, in a container): the postmaster's has `-D <data>`, the
//! others' titles begin with the cluster's name, a setting that contains a hash of the folder.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::place::Place;

/// What PostgreSQL writes into the last line of `postmaster.pid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Starting,
    Ready,
    Stopping,
}

/// The lines of `postmaster.pid` that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: i32,
    /// `None` before the socket is open.
    pub socket: Option<PathBuf>,
    pub status: Status,
}

/// What runs on a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Running {
    /// A postmaster, with its pid file.
    Live(PidFile),
    /// No postmaster, but processes of one that was killed (or that lost its pid file).
    Orphans(Vec<i32>),
    Nothing,
}

/// Looks at the data folder and at the processes.
pub(super) fn observe(place: &Place) -> Running {
    let processes = processes(place);
    match read_pid_file(&place.data) {
        Some(file) if is_ours(file.pid, &processes) => Running::Live(file),
        _ if processes.is_empty() => Running::Nothing,
        _ => Running::Orphans(processes.iter().map(|p| p.pid).collect()),
    }
}

/// When a process began, in the kernel's ticks since it started; `None` when it is gone or a
/// zombie. With its number it names a process for good: numbers are used again.
pub(super) fn birth(pid: i32) -> Option<u64> {
    let stat = Stat::of(&PathBuf::from(format!("/proc/{pid}")))?;
    (stat.state != "Z").then_some(stat.birth)
}

/// Whether any process has this number. Also a zombie, or somebody else's.
pub(super) fn exists(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None) != Err(nix::errno::Errno::ESRCH)
}

/// Sends a signal; a process that is gone is what was wanted.
pub(super) fn send(pid: i32, signal: Signal) {
    // Zero and less would mean groups of processes, our own among them.
    if pid > 0
        && let Err(error) = kill(Pid::from_raw(pid), signal)
        && error != nix::errno::Errno::ESRCH
    {
        tracing::warn!(pid, %signal, %error, "cannot signal PostgreSQL");
    }
}

/// `postmaster.pid` of a data folder, `None` when absent or not (yet) readable.
pub(super) fn read_pid_file(data: &Path) -> Option<PidFile> {
    parse_pid_file(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
}

/// Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
fn parse_pid_file(text: &str) -> Option<PidFile> {
    let mut lines = text.lines();
    // A server in single-user mode writes its number with a minus sign.
    let pid = lines.next()?.trim().parse::<i32>().ok()?.checked_abs()?;
    if pid == 0 {
        return None;
    }
    let lines: Vec<&str> = lines.map(str::trim).collect();
    let socket = lines.get(3).filter(|line| !line.is_empty());
    let status = match lines.get(6).copied() {
        Some("ready" | "standby") => Status::Ready,
        Some("stopping") => Status::Stopping,
        _ => Status::Starting,
    };
    Some(PidFile {
        pid,
        socket: socket.map(PathBuf::from),
        status,
    })
}

#[derive(Debug)]
struct Process {
    pid: i32,
    parent: i32,
}

/// A postmaster started by hand has another command line, but children of ours.
fn is_ours(pid: i32, processes: &[Process]) -> bool {
    processes.iter().any(|p| p.pid == pid || p.parent == pid)
}

/// The processes of the cluster. Zombies have no command line and are not among them.
fn processes(place: &Place) -> Vec<Process> {
    let title = format!("postgres: {}: ", place.name());
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        // A command line can be made up by anybody, but not under PostgreSQL's user.
        if entry.metadata().map(|m| m.uid()).ok() != Some(place.uid()) {
            continue;
        }
        let Ok(line) = fs::read(entry.path().join("cmdline")) else {
            continue;
        };
        if (line.starts_with(title.as_bytes()) || serves(&line, &place.data))
            && let Some(stat) = Stat::of(&entry.path())
        {
            found.push(Process {
                pid,
                parent: stat.parent,
            });
        }
    }
    found
}

/// Whether a command line (NUL between arguments) is `postgres … -D <data> …`.
fn serves(line: &[u8], data: &Path) -> bool {
    let arguments: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
    let program = arguments[0].rsplit(|byte| *byte == b'/').next();
    program == Some(b"postgres")
        && arguments
            .windows(2)
            .any(|pair| pair[0] == b"-D" && pair[1] == data.as_os_str().as_encoded_bytes())
}

/// What `/proc/<pid>/stat` tells: `pid (name) state parent …`, the beginning being field 22.
struct Stat {
    state: String,
    parent: i32,
    birth: u64,
}

impl Stat {
    fn of(folder: &Path) -> Option<Stat> {
        let text = fs::read_to_string(folder.join("stat")).ok()?;
        // The name may contain anything, parentheses and spaces too.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        Some(Stat {
            state: fields.first()?.to_string(),
            parent: fields.get(1)?.parse().ok()?,
            birth: fields.get(19)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_pid_file_at_each_stage() {
        let head = "4242\n/d/pg\n1700000000\n5432\n";
        let starting = parse_pid_file(head).expect("pid");
        assert_eq!((starting.pid, starting.socket), (4242, None));
        assert_eq!(starting.status, Status::Starting);
        let ready = parse_pid_file(&format!("{head}/d/run\n\n  123   456\nready   \n"));
        let ready = ready.expect("pid");
        assert_eq!(ready.socket.as_deref(), Some(Path::new("/d/run")));
        assert_eq!(ready.status, Status::Ready);
        assert_eq!(parse_pid_file("nonsense"), None);
        assert_eq!(parse_pid_file(""), None);
        assert_eq!(parse_pid_file("0\n"), None);
    }

    #[test]
    fn a_process_is_known_by_its_birth() {
        let us = std::process::id() as i32;
        assert!(birth(us).is_some_and(|ticks| ticks > 0));
        assert_eq!(birth(us), birth(us));
        assert_eq!(birth(i32::MAX), None);
    }

    #[test]
    fn tells_a_server_from_a_mention_of_it() {
        let data = Path::new("/d/pg");
        assert!(serves(
            b"/usr/lib/postgresql/15/bin/postgres\0-D\0/d/pg\0",
            data
        ));
        assert!(!serves(b"/bin/postgres\0-D\0/d/pg2\0", data));
        assert!(!serves(b"vi\0-D\0/d/pg\0", data));
        assert!(!serves(b"", data));
    }
}
