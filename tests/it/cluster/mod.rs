//! The private cluster against real PostgreSQL.
//!
//! Runs as root (PostgreSQL then runs as another user) and as any other user.

mod kills;
mod life;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use geonantes::store::cluster::{Cluster, SUPERUSER};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::Connection;
use sqlx::postgres::PgConnection;

/// A home of its own for each test, removed with its cluster whatever happens.
pub struct Home {
    pub top: PathBuf,
    pub path: PathBuf,
}

impl Home {
    pub fn new() -> Home {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let top = std::env::temp_dir().join(format!("gn-cluster-{}-{n}", std::process::id()));
        let path = top.join("home");
        fs::create_dir_all(&path).expect("home");
        Home { top, path }
    }

    pub fn data(&self) -> PathBuf {
        self.path.join("pg")
    }

    /// The postmaster's number, as PostgreSQL writes it.
    pub fn postmaster(&self) -> i32 {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).expect("pid file");
        let line = text.lines().next().expect("a line");
        line.parse().expect("a number")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path.join("postgresql.log")).unwrap_or_default()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Ok(text) = fs::read_to_string(self.data().join("postmaster.pid"))
            && let Some(pid) = text.lines().next().and_then(|line| line.parse().ok())
        {
            for signal in [Signal::SIGQUIT, Signal::SIGCONT] {
                let _ = kill(Pid::from_raw(pid), signal);
            }
            wait_gone(pid);
        }
        if let Ok(target) = fs::read_link(self.data())
            && let Some(base) = target.parent()
        {
            let _ = fs::remove_dir_all(base);
        }
        let _ = fs::remove_dir_all(&self.top);
    }
}

/// Whether a process lives; one that waits for its parent to notice its end does not.
pub fn lives(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or("").starts_with(" Z"))
}

pub fn wait_gone(pid: i32) {
    let start = Instant::now();
    while lives(pid) && start.elapsed() < Duration::from_secs(15) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Another program that owns the cluster of a home: this one again, as [`owner_process`].
pub fn owner(home: &Home) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("own path"))
        .args(["--exact", "cluster::owner_process"])
        .arg("--nocapture")
        .env("CLUSTER_TEST_HOME", &home.path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("owner");
    let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let ready = lines.map_while(Result::ok).any(|l| l.ends_with("ready"));
    assert!(ready, "the owner did not start:\n{}", home.log());
    child
}

pub fn slay(mut child: Child) {
    child.kill().expect("kill");
    child.wait().expect("wait");
}

/// The program that other tests start and kill; by itself it has nothing to do.
#[tokio::test]
async fn owner_process() {
    let Some(home) = std::env::var_os("CLUSTER_TEST_HOME").map(PathBuf::from) else {
        return;
    };
    let cluster = Cluster::start(&home).await.expect("start");
    println!("\nready");
    tokio::time::sleep(Duration::from_secs(60)).await;
    cluster.stop().await.expect("stop");
}

pub async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect_with(&cluster.options(SUPERUSER))
        .await
        .expect("connection")
}

pub async fn one(db: &mut PgConnection, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(db).await.expect(sql)
}

/// Writes something that must never be lost.
pub async fn remember(cluster: &Cluster) {
    let mut db = connect(cluster).await;
    sqlx::raw_sql("CREATE TABLE memory AS SELECT 'Rezé' AS name")
        .execute(&mut db)
        .await
        .expect("table");
}

pub async fn remembers(cluster: &Cluster) -> bool {
    one(&mut connect(cluster).await, "SELECT name FROM memory").await == "Rezé"
}
