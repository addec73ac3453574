//! The real program on a database of the run, with a home of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::client::get;

/// How long a start or an end may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder for the program's state, removed with the value.
pub struct Home(pub PathBuf);

impl Home {
    /// A folder of its own.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "gn-home-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a home");
        Self(path)
    }

    /// The segments of every run's journal under it.
    pub fn segments(&self) -> Vec<PathBuf> {
        let list = |path: &Path| -> Vec<PathBuf> {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect()
        };
        let mut found: Vec<PathBuf> = list(&self.0.join("journal"))
            .iter()
            .flat_map(|folder| list(folder))
            .filter(|path| path.file_name().is_some_and(|name| name != "lock"))
            .collect();
        found.sort();
        found
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program with a home and a database.
pub fn program(home: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geonantes"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GEONANTES_HOME", home)
        .env("GEONANTES_LAYERS", root.join("layers"))
        .env("GEONANTES_DATABASE_URL", database)
        .stdin(Stdio::null());
    let config = home.join("config.toml");
    if config.exists() {
        command.env("GEONANTES_CONFIG", config);
    }
    command
}

/// Runs a command of the program to its end.
pub async fn run(home: &Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = program(home, database, arguments);
    tokio::task::spawn_blocking(move || command.output().expect("the program runs"))
        .await
        .expect("a run")
}

/// A server in a process of its own.
pub struct Instance {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Instance {
    /// Starts one that serves, and waits until it is ready.
    pub async fn start(home: &Home, database: &str) -> Self {
        let mut instance = Self::launch(home, database);
        instance.ready().await;
        instance
    }

    /// Starts one that logs all that it can, and waits until it is ready.
    pub async fn talkative(home: &Home, database: &str) -> Self {
        let mut instance = Self::logging(home, database, "debug");
        instance.ready().await;
        instance
    }

    /// Starts one without waiting.
    pub fn launch(home: &Home, database: &str) -> Self {
        Self::logging(home, database, "info,sqlx=warn,sqlx::query=error")
    }

    fn logging(home: &Home, database: &str, level: &str) -> Self {
        let address = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("its number");
        let log = home.0.join(format!("{}.log", address.port()));
        let child = program(
            &home.0,
            database,
            &["serve", "--listen", &address.to_string()],
        )
        .env("RUST_LOG", level)
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("the program starts");
        Self {
            child,
            address,
            log,
        }
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self) {
        let start = Instant::now();
        loop {
            let listens = tokio::net::TcpStream::connect(self.address).await.is_ok();
            if listens && get(&self.url("/health/ready"), &[]).await.status == 200 {
                return;
            }
            let ended = self.child.try_wait().expect("its state");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "not ready ({ended:?}):\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL.
    pub fn slay(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("its end");
    }

    /// SIGTERM, and waits for an end in order.
    pub async fn stop(mut self) {
        kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM).expect("SIGTERM");
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                assert!(status.success(), "{status}:\n{}", self.log());
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "it does not end:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
