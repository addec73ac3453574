//! Beginning, use and end, in every kind of home.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use geonantes::store::cluster::{Cluster, ClusterError};
use nix::unistd::geteuid;
use sqlx::AssertSqlSafe;

use super::{Home, connect, lives, one, remember, remembers};

#[tokio::test]
async fn starts_serves_and_stops() {
    let home = Home::new();
    let cluster = Cluster::start(&home.path).await.expect("start");
    let pid = home.postmaster();
    assert!(cluster.is_owner());
    let mut db = connect(&cluster).await;
    for (setting, value) in [
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("jit", "off"),
        ("shared_buffers", "256MB"),
        ("server_encoding", "UTF8"),
    ] {
        let sql = AssertSqlSafe(format!("SHOW {setting}"));
        let found: String = sqlx::query_scalar(sql)
            .fetch_one(&mut db)
            .await
            .expect(setting);
        assert_eq!(found, value, "{setting}");
    }
    assert_eq!(one(&mut db, "SELECT lower('ÉÀ')").await, "éà");
    drop(db);
    remember(&cluster).await;
    let socket = fs::metadata(cluster.socket_dir()).expect("socket folder");
    assert_eq!(socket.permissions().mode() & 0o777, 0o700);
    let server = fs::metadata(format!("/proc/{pid}")).expect("process");
    assert_ne!(server.uid(), 0, "PostgreSQL runs as root");
    let group = fs::read_to_string(format!("/proc/{pid}/stat")).expect("stat");
    let group = group.rsplit(')').next().and_then(|r| r.split(' ').nth(3));
    assert_eq!(group, Some(pid.to_string().as_str()), "process group");
    cluster.stop().await.expect("stop");
    assert!(!lives(pid));
    assert!(!home.data().join("postmaster.pid").exists());

    let again = Cluster::start(&home.path).await.expect("second start");
    assert!(remembers(&again).await);
    again.stop().await.expect("second stop");
}

#[tokio::test]
async fn a_half_made_folder_is_made_again() {
    let home = Home::new();
    let left = home.path.join("pg.new-1-1");
    fs::create_dir_all(left.join("base/1")).expect("left over");
    fs::create_dir_all(home.data().join("base/1")).expect("half");
    fs::write(home.data().join("PG_VERSION"), "15\n").expect("half");
    let cluster = Cluster::start(&home.path).await.expect("start");
    remember(&cluster).await;
    cluster.stop().await.expect("stop");
    assert!(!left.exists());
    let aside = fs::read_dir(&home.path).expect("home").flatten();
    let aside = aside.filter(|e| e.file_name().to_string_lossy().starts_with("pg.half-"));
    assert_eq!(aside.count(), 1, "what was there is set aside");

    // With somebody's database inside it is damage, not a beginning.
    let control = home.data().join("global/pg_control");
    let kept = home.top.join("pg_control");
    fs::rename(&control, &kept).expect("damage");
    let refused = Cluster::start(&home.path).await.expect_err("damaged");
    assert!(
        matches!(refused, ClusterError::Damaged { .. }),
        "{refused:?}"
    );
    fs::rename(&kept, &control).expect("repair");

    // Another version's data are refused as such.
    let version = home.data().join("PG_VERSION");
    let text = fs::read_to_string(&version).expect("version");
    fs::write(&version, "9.6\n").expect("other version");
    let refused = Cluster::start(&home.path).await.expect_err("version");
    assert!(
        matches!(refused, ClusterError::OtherMajor { data: 9, .. }),
        "{refused:?}"
    );
    fs::write(&version, text).expect("version");

    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(remembers(&cluster).await);
    cluster.stop().await.expect("stop");
    Cluster::remove(&home.path).await.expect("remove");
    assert!(!home.data().exists());
}

#[tokio::test]
async fn a_failed_start_shows_the_end_of_the_log() {
    let home = Home::new();
    let cluster = Cluster::start(&home.path).await.expect("start");
    cluster.stop().await.expect("stop");
    let conf = home.data().join("postgresql.auto.conf");
    fs::write(&conf, "shared_buffers = 'lots'\n").expect("nonsense");
    let failed = Cluster::start(&home.path).await.expect_err("nonsense");
    let text = failed.to_string();
    assert!(text.contains("invalid value"), "{text}");
    assert!(text.contains("postgresql.log"), "{text}");
}

#[tokio::test]
async fn one_owner_and_any_number_of_users() {
    let home = Home::new();
    let owner = Cluster::start(&home.path).await.expect("start");
    let refused = Cluster::start(&home.path).await.expect_err("second owner");
    let text = refused.to_string();
    let us = format!("process {}", std::process::id());
    assert!(text.contains(&us), "{text}");
    let refused = Cluster::remove(&home.path).await.expect_err("in use");
    assert!(matches!(refused, ClusterError::Busy { .. }), "{refused:?}");

    let user = Cluster::join(&home.path).await.expect("join");
    assert!(!user.is_owner());
    remember(&user).await;
    user.stop().await.expect("leave");
    assert!(remembers(&owner).await, "a user's end is not the owner's");
    let pid = home.postmaster();
    owner.stop().await.expect("stop");
    assert!(!lives(pid));

    // Without an owner the first command keeps it, and the last one stops it.
    let first = Cluster::join(&home.path).await.expect("first");
    let second = Cluster::join(&home.path).await.expect("second");
    assert!(first.is_owner() && !second.is_owner());
    let pid = home.postmaster();
    first.stop().await.expect("first leaves");
    assert!(remembers(&second).await);
    assert_eq!(home.postmaster(), pid);
    second.stop().await.expect("last leaves");
    assert!(!lives(pid));
}

#[tokio::test]
async fn a_deep_home_has_its_socket_elsewhere() {
    let mut home = Home::new();
    home.path = home.top.join("d".repeat(60)).join("e".repeat(60));
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(!cluster.socket_dir().starts_with(&home.path));
    remember(&cluster).await;
    assert!(remembers(&cluster).await);
    let socket = cluster.socket_dir().to_path_buf();
    cluster.stop().await.expect("stop");
    // As after a restart of the machine.
    fs::remove_dir_all(&socket).expect("socket folder");
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(remembers(&cluster).await);
    cluster.stop().await.expect("stop");
    fs::remove_dir_all(socket).expect("clean");
}

/// Root only: a home that PostgreSQL's user cannot reach. Other users always reach their own.
#[tokio::test]
async fn a_closed_home_has_its_data_elsewhere() {
    if !geteuid().is_root() {
        return;
    }
    let mut home = Home::new();
    fs::set_permissions(&home.top, fs::Permissions::from_mode(0o700)).expect("close");
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(!cluster.data_dir().starts_with(&home.path));
    remember(&cluster).await;
    cluster.stop().await.expect("stop");
    // A home that was moved keeps its data.
    let moved = home.top.join("moved");
    fs::rename(&home.path, &moved).expect("move");
    home.path = moved;
    let cluster = Cluster::start(&home.path).await.expect("start");
    assert!(remembers(&cluster).await);
    let socket = cluster.socket_dir().to_path_buf();
    cluster.stop().await.expect("stop");
    fs::remove_dir_all(socket).expect("clean");
}
