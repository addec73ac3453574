//! The program's router on a port of its own, in this process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use geonantes::access::Filter;
use geonantes::app::App;
use geonantes::config::{Config, FileConfig, Limits};
use geonantes::http;
use geonantes::store::Published;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::client::{self, Answer};
use super::database::Database;
use super::postgres::shared;

/// A server over a database of its own.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its parts.
    pub app: Arc<App>,
    /// Its database.
    pub database: Database,
    stop: Mutex<Option<oneshot::Sender<()>>>,
}

static READ_ONLY: LazyLock<Server> = LazyLock::new(|| {
    Database::prepare();
    shared().run(Server::start())
});

impl Server {
    /// The one that tests share which only read: the template's rows, never changed.
    pub fn shared() -> &'static Server {
        &READ_ONLY
    }

    /// One over a clone of the template.
    pub async fn start() -> Server {
        Self::with(Database::clone_template().await, |_| ()).await
    }

    /// One with other limits than the default ones.
    pub async fn with(database: Database, change: impl FnOnce(&mut Limits)) -> Server {
        Self::configured(database, |file| change(&mut file.limits)).await
    }

    /// One with another configuration than the default one.
    pub async fn configured(database: Database, change: impl FnOnce(&mut FileConfig)) -> Server {
        Self::build(database, change, Filter::On).await
    }

    /// One that judges by itself what callers may see, or leaves it to the database; it lets each
    /// of them ask for much at once.
    pub async fn judging(database: Database, filter: Filter) -> Server {
        let change = |file: &mut FileConfig| {
            file.limits.heavy_requests = 64;
            file.callers.credential.heavy = 64;
            file.callers.address.heavy = 64;
        };
        Self::build(database, change, filter).await
    }

    async fn build(
        database: Database,
        change: impl FnOnce(&mut FileConfig),
        filter: Filter,
    ) -> Server {
        let mut file = FileConfig::default();
        change(&mut file);
        let limits = file.limits.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let config = Config {
            listen: address,
            home: home(&database.name),
            database: None,
            read_database: None,
            layers: PathBuf::from("/nonexistent"),
            sources: PathBuf::from("/nonexistent"),
            file,
        };
        let mut app = App::new(
            config,
            database.catalogue.clone(),
            database.territory.clone(),
            database.store.clone(),
            PrometheusBuilder::new().build_recorder().handle(),
        );
        app.filter = filter;
        let app = Arc::new(app);
        app.freshness
            .refresh(&app.store, &app.catalogue)
            .await
            .expect("the versions");
        app.keyring.refresh(&app.store).await.expect("the keys");
        app.sessions.refresh(&app.store).await.expect("the secrets");
        let (stop, stopped) = oneshot::channel();
        let router = http::router(app.clone());
        tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            http::serve(listener, router, &limits, stopped).await;
        });
        Server {
            address,
            app,
            database,
            stop: Mutex::new(Some(stop)),
        }
    }

    /// `HEAD` or another method without a body.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let method = method.parse().expect("a method");
        client::request(method, &self.url(path), headers).await
    }

    /// Tells it to stop, as SIGTERM does.
    pub fn stop(&self) {
        drop(self.stop.lock().expect("not poisoned").take());
    }

    /// What a server would learn within the second.
    pub async fn refresh(&self) {
        let (store, catalogue) = (&self.app.store, &self.app.catalogue);
        self.app
            .freshness
            .refresh(store, catalogue)
            .await
            .expect("the versions");
        self.app.keyring.refresh(store).await.expect("the keys");
        self.app.sessions.refresh(store).await.expect("the secrets");
    }

    /// Has it read keys each second, as `geonantes serve` does.
    pub fn keep_keys(&self) {
        let (store, limits) = (self.app.store.clone(), self.app.limits.clone());
        tokio::spawn(self.app.keyring.clone().keep(store, limits));
    }

    /// Gives a key out: roles with commas between them, and a scope.
    pub async fn key(&self, roles: &str, scope: &str) -> String {
        self.database.key(roles, scope).await
    }

    /// Publishes the rows of a query, and has the server know.
    pub async fn publish(&self, id: &str, query: &str) -> Vec<Published> {
        let published = self.database.publish(id, query).await;
        self.refresh().await;
        published
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `GET` of a path.
    pub async fn get(&self, path: &str) -> Answer {
        client::get(&self.url(path), &[]).await
    }

    /// `GET` of a path with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        client::get(&self.url(path), headers).await
    }

    /// `GET` of a path that must answer 200 with JSON.
    pub async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.app.config.home);
    }
}

/// A folder of the server's own, for the files that it keeps.
fn home(name: &str) -> PathBuf {
    let run = format!("it-{}", std::process::id());
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(run)
        .join(name)
}
