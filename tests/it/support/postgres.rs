//! The private PostgreSQL of a run: made in seconds, never synced to disk, gone with the run.

use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{LazyLock, mpsc};
use std::time::{Duration, Instant};

use geonantes::store::cluster::SUPERUSER;
use nix::unistd::{Uid, User};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, Connection as _};
use std::os::unix::process::CommandExt as _;

/// Ends PostgreSQL and removes its folder when the other end of standard input closes, which the
/// kernel does for us however the run ends.
const WATCHDOG: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
  -c synchronous_commit=off -c autovacuum=off -c jit=off -c wal_level=minimal -c max_wal_senders=0 \
  -c shared_buffers=128MB -c max_connections=300 -c log_min_messages=fatal \
  -c log_min_error_statement=panic </dev/null >"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait $!
rm -rf "$2"
"#;

/// The server of the run, and the runtime on which what tests share lives.
pub struct Shared {
    folder: PathBuf,
    runtime: tokio::runtime::Runtime,
    _alive: ChildStdin,
}

static SHARED: LazyLock<Result<Shared, String>> = LazyLock::new(Shared::start);

/// The server of the run.
pub fn shared() -> &'static Shared {
    match &*SHARED {
        Ok(shared) => shared,
        Err(reason) => panic!("the tests need a PostgreSQL server with PostGIS: {reason}"),
    }
}

impl Shared {
    fn start() -> Result<Self, String> {
        let programs = programs()?;
        let us = Uid::effective();
        let owner = if us.is_root() {
            // PostgreSQL refuses to run as root.
            let found = User::from_name("postgres").map_err(|error| error.to_string())?;
            Some(found.ok_or("started by root, they need the user « postgres »")?)
        } else {
            None
        };
        let top = if us.is_root() {
            PathBuf::from("/tmp")
        } else {
            std::env::temp_dir()
        };
        let folder = top.join(format!("gn-it-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if let Some(user) = &owner {
            nix::unistd::chown(&folder, Some(user.uid), Some(user.gid))
                .map_err(|error| error.to_string())?;
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir("/").process_group(0);
            if let Some(user) = &owner {
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            command
        };
        let made = command(&programs.join("initdb"))
            .arg("-D")
            .arg(folder.join("data"))
            .args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8"])
            .args(["--locale", "C.UTF-8", "--no-sync"])
            .output()
            .map_err(|error| format!("initdb cannot run: {error}"))?;
        if !made.status.success() {
            let words = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(format!("initdb failed: {words}"));
        }
        let mut watchdog = command(Path::new("/bin/sh"))
            .args(["-c", WATCHDOG, "sh"])
            .args([&programs, &folder])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("sh cannot run: {error}"))?;
        let alive = watchdog.stdin.take().ok_or("no pipe to the watchdog")?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let shared = Self {
            folder,
            runtime,
            _alive: alive,
        };
        shared.wait()?;
        Ok(shared)
    }

    fn wait(&self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let options = self.options(SUPERUSER, "postgres");
            let tried = self.run(async move { PgConnection::connect_with(&options).await });
            match tried {
                Ok(_) => return Ok(()),
                Err(error) if start.elapsed() > Duration::from_secs(60) => {
                    let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    return Err(format!("PostgreSQL does not answer: {error}\n{log}"));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Options of a connection.
    pub fn options(&self, role: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.folder)
            .port(5432)
            .ssl_mode(PgSslMode::Disable)
            .username(role)
            .database(database)
    }

    /// Runs to its end on the shared runtime, from a thread that may belong to another one.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let (sender, receiver) = mpsc::channel();
        self.runtime.spawn(async move {
            let _ = sender.send(work.await);
        });
        receiver
            .recv()
            .expect("the shared work panicked, see above")
    }

    /// Starts something that nobody waits for.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    /// Runs a statement of the administrator.
    pub async fn administer(&self, statement: String) {
        let mut connection = PgConnection::connect_with(&self.options(SUPERUSER, "postgres"))
            .await
            .expect("the administrator's connection");
        sqlx::raw_sql(AssertSqlSafe(statement.clone()))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The folder of initdb and postgres: Debian's newest, or on the PATH.
fn programs() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&path));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .ok_or_else(|| {
            "no initdb on the PATH nor under /usr/lib/postgresql \
             (on Debian: apt-get install postgresql-15 postgresql-15-postgis-3)"
                .to_owned()
        })
}
