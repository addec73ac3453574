//! The walls, from inside: each test runs in a process of its own that shuts itself in.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use exchange::Bounds;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

use super::*;

/// Runs something in a process of its own that has shut itself in for a file of that folder. How it
/// ends: with 0 when `act` says so.
fn inside(folder: &Path, bounds: Bounds, act: impl FnOnce() -> bool) -> WaitStatus {
    let request = Request {
        task: Task::Inspect {
            path: folder.join("file.shp"),
        },
        bounds,
    };
    // SAFETY: the child calls nothing that another thread of the test could hold a lock of, but the
    // allocator, which the C library makes whole after a fork.
    match unsafe { fork() }.expect("a process") {
        ForkResult::Parent { child } => waitpid(child, None).expect("an end"),
        ForkResult::Child => {
            let code = match enter(&request) {
                Ok(()) => i32::from(!act()),
                Err(_) => 99,
            };
            // SAFETY: ends this process without the parent's destructors.
            unsafe { libc::_exit(code) }
        }
    }
}

fn bounds() -> Bounds {
    Bounds {
        features: 10,
        vertices: 10,
        columns: 10,
        text: 10,
        memory: 256 << 20,
        seconds: 60,
    }
}

#[track_caller]
fn holds(act: impl FnOnce(&Path) -> bool) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file.shp"), "x").expect("a file");
    let end = inside(folder.path(), bounds(), || act(folder.path()));
    assert!(matches!(end, WaitStatus::Exited(_, 0)), "{end:?}");
}

/// Whether something is refused for want of a right.
fn denied<T>(result: std::io::Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied)
}

#[test]
fn the_delivery_is_read_and_nothing_else() {
    holds(|folder| fs::read(folder.join("file.shp")).is_ok() && fs::read_dir(folder).is_ok());
    holds(|_| denied(File::open("/etc/passwd")));
    holds(|_| denied(fs::read_dir("/")));
    holds(|_| denied(fs::read_dir("/tmp")));
    holds(|_| denied(File::open("/proc/self/environ")));
    holds(|folder| denied(File::open(folder.join("../../etc/passwd"))));
}

#[test]
fn nothing_is_written() {
    holds(|folder| denied(File::create(folder.join("new"))));
    holds(|folder| {
        File::options()
            .append(true)
            .open(folder.join("file.shp"))
            .is_err()
    });
    holds(|folder| denied(fs::remove_file(folder.join("file.shp"))));
    holds(|folder| denied(fs::rename(folder.join("file.shp"), folder.join("other"))));
    holds(|folder| denied(std::os::unix::fs::symlink("/etc", folder.join("link"))));
    holds(|folder| denied(fs::create_dir(folder.join("sub"))));
}

#[test]
fn nobody_is_called() {
    holds(|_| denied(TcpStream::connect("127.0.0.1:5432")));
    holds(|_| denied(UdpSocket::bind("127.0.0.1:0")));
    holds(|_| denied(UnixStream::pair()));
    // SAFETY: the call takes three numbers.
    holds(|_| unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW, 0) } == -1);
}

#[test]
fn no_process_and_no_thread_is_started() {
    holds(|_| denied(Command::new("/bin/true").status()));
    holds(|_| denied(std::thread::Builder::new().spawn(|| ())));
    // SAFETY: a child, should there be one, ends at once.
    holds(|_| match unsafe { fork() } {
        Ok(ForkResult::Child) => unsafe { libc::_exit(0) },
        Ok(ForkResult::Parent { .. }) => false,
        Err(_) => true,
    });
}

#[test]
fn no_privilege_is_left() {
    let refused = |call: libc::c_long| {
        // SAFETY: with all arguments zero these calls touch no memory.
        let code = unsafe { libc::syscall(call, 0, 0, 0, 0, 0) };
        code == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
    };
    for call in [
        libc::SYS_ptrace,
        libc::SYS_mount,
        libc::SYS_setuid,
        libc::SYS_kill,
        libc::SYS_bpf,
        libc::SYS_io_uring_setup,
        libc::SYS_unshare,
        libc::SYS_process_vm_readv,
        libc::SYS_memfd_create,
        libc::SYS_execveat,
    ] {
        holds(|_| refused(call));
    }
    // Limits stay as they are.
    holds(|_| {
        nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_AS, 1, 1).is_err()
    });
}

#[test]
fn memory_and_time_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let eater = inside(folder.path(), bounds(), || {
        let mut eaten: Vec<u8> = Vec::new();
        eaten.try_reserve_exact(300 << 20).is_err()
    });
    assert!(matches!(eater, WaitStatus::Exited(_, 0)), "{eater:?}");
    let hasty = Bounds {
        seconds: 1,
        ..bounds()
    };
    let looper = inside(folder.path(), hasty, || {
        loop {
            std::hint::spin_loop();
        }
    });
    assert!(
        matches!(looper, WaitStatus::Signaled(_, Signal::SIGXCPU, _)),
        "{looper:?}"
    );
}

#[test]
fn a_child_ends_with_the_program_that_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut hears, tells) = std::io::pipe().expect("a pipe");
    // SAFETY: as in `inside`.
    let program = match unsafe { fork() }.expect("a process") {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            inside(folder.path(), bounds(), || {
                let _ = (&tells).write_all(&std::process::id().to_le_bytes());
                loop {
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
            // SAFETY: ends this process without the parent's destructors.
            unsafe { libc::_exit(0) }
        }
    };
    let mut id = [0; 4];
    hears.read_exact(&mut id).expect("the child's number");
    kill(program, Signal::SIGKILL).expect("it is ours");
    waitpid(program, None).expect("its end");
    let stat = format!("/proc/{}/stat", u32::from_le_bytes(id));
    // An end that nobody has waited for yet is an end.
    let runs = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    let patience = Instant::now() + Duration::from_secs(20);
    while runs() {
        assert!(Instant::now() < patience, "it outlives its program");
        std::thread::sleep(Duration::from_millis(20));
    }
}
