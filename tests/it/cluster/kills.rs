//! What kills leave behind is adopted, ended or recovered, and nothing is lost.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use geonantes::store::cluster::{Cluster, ClusterError, SUPERUSER};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, geteuid};
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};

use super::{Home, lives, owner, remember, remembers, slay, wait_gone};

#[tokio::test]
async fn recovers_when_everything_was_killed() {
    let home = Home::new();
    let program = owner(&home);
    let joined = Cluster::join(&home.path).await.expect("join");
    remember(&joined).await;
    let pid = home.postmaster();
    kill(Pid::from_raw(pid), Signal::SIGSTOP).expect("freeze, so that nobody revives it");
    slay(program);
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("kill");
    wait_gone(pid);
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert_ne!(home.postmaster(), pid);
    assert!(remembers(&cluster).await);
    cluster.stop().await.expect("stop");
}

#[tokio::test]
async fn adopts_the_server_of_a_killed_program_and_stops_it() {
    let home = Home::new();
    let program = owner(&home);
    let pid = home.postmaster();
    slay(program);
    assert!(lives(pid), "PostgreSQL must outlive the kill");
    // Frozen too: it takes connections and says nothing.
    kill(Pid::from_raw(pid), Signal::SIGSTOP).expect("freeze");
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert_eq!(home.postmaster(), pid);
    remember(&cluster).await;

    // An adopted one is watched too.
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("kill");
    let pool = pool(&cluster).await;
    assert_eq!(eventually(&pool).await, "Rezé");
    let pid = home.postmaster();
    cluster.stop().await.expect("stop");
    assert!(!lives(pid));
}

async fn pool(cluster: &Cluster) -> PgPool {
    PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(cluster.options(SUPERUSER))
}

/// What is remembered, as soon as a pool gets it again.
async fn eventually(pool: &PgPool) -> String {
    let start = Instant::now();
    loop {
        match sqlx::query_scalar("SELECT name FROM memory")
            .fetch_one(pool)
            .await
        {
            Ok(name) => return name,
            Err(error) => assert!(start.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn revives_a_killed_server_and_pools_find_it() {
    let home = Home::new();
    let cluster = Cluster::start(&home.path).await.expect("start");
    remember(&cluster).await;
    let pool = pool(&cluster).await;
    for _ in 0..2 {
        assert_eq!(eventually(&pool).await, "Rezé");
        let pid = home.postmaster();
        kill(Pid::from_raw(pid), Signal::SIGKILL).expect("kill");
        wait_gone(pid);
        assert_eq!(eventually(&pool).await, "Rezé");
        assert_ne!(home.postmaster(), pid);
    }
    pool.close().await;
    let pid = home.postmaster();
    cluster.stop().await.expect("stop");
    assert!(!lives(pid));
}

#[tokio::test]
async fn ends_busy_processes_of_a_killed_server() {
    let home = Home::new();
    let program = owner(&home);
    let joined = Cluster::join(&home.path).await.expect("join");
    remember(&joined).await;
    let options = joined.options(SUPERUSER);
    // Computes and never waits, so that it does not notice the death of its postmaster.
    let busy = tokio::spawn(async move {
        let mut db = PgConnection::connect_with(&options).await?;
        sqlx::raw_sql("DO $$BEGIN WHILE clock_timestamp() < now() + '1 min' LOOP END LOOP; END$$")
            .execute(&mut db)
            .await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    slay(program);
    let pid = home.postmaster();
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("kill");
    wait_gone(pid);
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(busy.await.expect("task").is_err());
    assert!(remembers(&cluster).await);
    cluster.stop().await.expect("stop");
}

/// A stranger under PostgreSQL's user, whose number stands in the files of a dead server.
struct Stranger(Child);

impl Stranger {
    fn like(path: &Path) -> Stranger {
        let owner = fs::metadata(path).expect("data");
        let mut command = Command::new("sleep");
        command.arg("60").current_dir("/");
        if geteuid() != Uid::from_raw(owner.uid()) {
            command.uid(owner.uid()).gid(owner.gid());
        }
        Stranger(command.spawn().expect("sleep"))
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_stale_pid_file_with_a_used_number_is_seen_through() {
    let home = Home::new();
    let cluster = Cluster::start(&home.path).await.expect("start");
    remember(&cluster).await;
    let pid_file = home.data().join("postmaster.pid");
    let socket_lock = cluster.socket_dir().join(".s.PGSQL.5432.lock");
    let text = fs::read_to_string(&pid_file).expect("pid file");
    let pid = home.postmaster().to_string();
    cluster.stop().await.expect("stop");
    let mut stranger = Stranger::like(&home.data());
    let forged = text.replacen(&pid, &stranger.0.id().to_string(), 1);
    for content in [forged.as_str(), "", "999999999\n"] {
        for path in [&pid_file, &socket_lock] {
            fs::write(path, content).expect("forge");
        }
        let cluster = Cluster::start(&home.path).await.expect("start");
        assert!(remembers(&cluster).await);
        cluster.stop().await.expect("stop");
    }
    let alive = stranger.0.try_wait().expect("stranger").is_none();
    assert!(alive, "the stranger was harmed");
}

#[tokio::test]
async fn a_dropped_owner_leaves_nothing_running() {
    let home = Home::new();
    let cluster = Cluster::start(&home.path).await.expect("start");
    remember(&cluster).await;
    let pid = home.postmaster();
    drop(cluster);
    // The next start waits for the end of the last.
    let mut next = Cluster::start(&home.path).await;
    while matches!(next, Err(ClusterError::Busy { .. })) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        next = Cluster::start(&home.path).await;
    }
    let cluster = next.expect("start");
    assert!(remembers(&cluster).await);
    assert_ne!(home.postmaster(), pid);
    assert!(!lives(pid));
    cluster.stop().await.expect("stop");
}
