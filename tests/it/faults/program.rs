//! The program over a home of its own, started and killed.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use geonantes::catalogue::Territory;
use geonantes::config::Limits;
use geonantes::store::cluster::SUPERUSER;
use geonantes::store::{Access, Store};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::cluster::Home;
use crate::support::get;

/// How long a start may take, recovery of the database included.
const PATIENCE: Duration = Duration::from_secs(90);

/// The program over a home, with nothing of the environment but its path.
pub fn command(home: &Home) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geonantes"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GEONANTES_HOME", &home.path)
        .env(
            "GEONANTES_LAYERS",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("layers"),
        );
    command
}

/// The program, serving a home of its own.
pub struct Program {
    pub child: Child,
    pub url: String,
}

impl Program {
    pub fn start(home: &Home) -> Self {
        let free = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("its number");
        let child = command(home)
            .args(["serve", "--listen", &free.to_string()])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(home.top.join("program.log")).expect("a log"))
            .spawn()
            .expect("the program starts");
        Self {
            child,
            url: format!("http://{free}"),
        }
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self, home: &Home) {
        let start = Instant::now();
        let address = self.url.trim_start_matches("http://").to_owned();
        loop {
            let listens = tokio::net::TcpStream::connect(&address).await.is_ok();
            if listens && get(&format!("{}/health/ready", self.url), &[]).await.status == 200 {
                return;
            }
            let ended = self.child.try_wait().expect("its state");
            let late = start.elapsed() > PATIENCE;
            assert!(
                ended.is_none() && !late,
                "not ready after {:?} ({ended:?}):\n{}\n{}",
                start.elapsed(),
                std::fs::read_to_string(home.top.join("program.log")).unwrap_or_default(),
                home.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn slay(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("its end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The store of the private cluster, as a publisher beside the program.
pub fn store(home: &Home) -> Store {
    let text = std::fs::read_to_string(home.data().join("postmaster.pid")).expect("the pid file");
    let socket = text.lines().nth(4).expect("the socket's folder");
    let options = PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(5432)
        .ssl_mode(PgSslMode::Disable)
        .username(SUPERUSER)
        .database("geonantes");
    let access = Access {
        write: options.clone(),
        read: options.clone(),
        member: options,
    };
    let territory = Territory::default();
    Store::open(
        access,
        &Limits::default(),
        territory.srid(),
        &territory.served_crs(),
    )
}
