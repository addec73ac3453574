//! A database of its own for each test, cloned from one that is made once.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use geonantes::catalogue::{Catalogue, Layer, Territory};
use geonantes::config::Limits;
use geonantes::members::{Grant, issue};
use geonantes::store::cluster::SUPERUSER;
use geonantes::store::{Access, Deposit, MEMBER, Published, READER, Store, StoreError};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _};

use super::postgres::{Shared, shared};

/// The template's rows: see the head of the file.
pub const FIXTURE: &str = include_str!("fixture.sql");

const TEMPLATE: &str = "fixture";

/// Layers of the template that have rows, and whether they are demonstration data.
const FILLED: [(&str, bool); 10] = [
    ("communes", false),
    ("sections", false),
    ("parcelles", true),
    ("batiments", true),
    ("adresses", false),
    ("plum-zonage", false),
    ("dossiers-ads", true),
    ("transports-scolaires", true),
    ("cameras-csu", true),
    ("sites-archives", true),
];

/// A restricted layer with rows, besides `cameras-csu`, in a territory-wide scope.
const ALSO_FILLED: (&str, bool) = ("secteurs-craiol", true);

static MADE: LazyLock<()> = LazyLock::new(|| {
    let shared = shared();
    shared.run(async move {
        shared
            .administer(format!("CREATE DATABASE {TEMPLATE}"))
            .await;
        let template = Database::open(TEMPLATE);
        template.store.migrate().await.expect("the migrations run");
        for layer in template.catalogue.layers() {
            template
                .store
                .apply(layer)
                .await
                .expect("the tables are made");
        }
        template.execute(FIXTURE).await;
        for (id, demonstration) in FILLED.into_iter().chain([ALSO_FILLED]) {
            let table = template.layer(id).table();
            let deposit = deposit(demonstration);
            template
                .store
                .publish_relation(template.layer(id), "fixture", &table, &deposit)
                .await
                .unwrap_or_else(|error| panic!("{id}: {error}"));
        }
        template.store.close().await;
    });
});

fn deposit(demonstration: bool) -> Deposit {
    Deposit {
        author: "tests".to_owned(),
        comment: "fixture".to_owned(),
        demonstration,
    }
}

/// One database of the run's PostgreSQL. Dropped with the value.
pub struct Database {
    /// Its name.
    pub name: String,
    /// The shipped catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The shipped territory.
    pub territory: Territory,
    /// The program's door to it.
    pub store: Store,
    shared: &'static Shared,
}

impl Database {
    /// Makes the template, once. Blocks, so never on the shared runtime itself.
    pub fn prepare() {
        LazyLock::force(&MADE);
    }

    /// A clone of the template: four communes, 400 parcels, and what `fixture.sql` says.
    pub async fn clone_template() -> Self {
        Self::prepare();
        Self::create(&format!(" TEMPLATE {TEMPLATE}")).await
    }

    /// An empty database.
    pub async fn empty() -> Self {
        Self::create("").await
    }

    /// A database with every layer's tables, and no row.
    pub async fn empty_with_tables() -> Self {
        let database = Self::empty().await;
        database.store.migrate().await.expect("the migrations run");
        for layer in database.catalogue.layers() {
            database
                .store
                .apply(layer)
                .await
                .expect("the tables are made");
        }
        database
    }

    async fn create(how: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        shared()
            .administer(format!("CREATE DATABASE {name}{how}"))
            .await;
        Self::open(&name)
    }

    fn open(name: &str) -> Self {
        let layers = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
        let catalogue =
            Catalogue::read(&layers).unwrap_or_else(|error| panic!("{}", error.render()));
        let territory = Territory::read(&layers).expect("the shipped territory");
        let shared = shared();
        let access = Access {
            write: shared.options(SUPERUSER, name),
            read: shared.options(READER, name),
            member: shared.options(MEMBER, name),
        };
        let limits = Limits {
            read_connections: 6,
            write_connections: 3,
            ..Limits::default()
        };
        Self {
            name: name.to_owned(),
            store: Store::open(access, &limits, territory.srid(), &territory.served_crs()),
            catalogue: Arc::new(catalogue),
            territory,
            shared,
        }
    }

    /// A layer of the catalogue.
    pub fn layer(&self, id: &str) -> &Layer {
        self.catalogue
            .get(id)
            .unwrap_or_else(|| panic!("no layer {id}"))
    }

    /// Gives a key out: roles with commas between them, and a scope.
    pub async fn key(&self, roles: &str, scope: &str) -> String {
        let grant = Grant {
            label: "tests",
            roles: roles
                .split(',')
                .map(|role| role.parse().expect("a role"))
                .collect(),
            reach: &scope.parse().expect("a scope"),
            quota: None,
            expires: None,
        };
        let issued = issue(&self.store, &grant).await.expect("a key");
        issued.key.reveal().to_owned()
    }

    /// Has communes adhere to the portal's service at a level, from long ago on.
    pub async fn adhere(&self, communes: &[&str], level: &str) {
        for commune in communes {
            let statement = format!(
                "INSERT INTO adhesion (commune, service, level, since) \
                 VALUES ('{commune}', 'sig', '{level}', '2018-01-01')"
            );
            self.execute(&statement).await;
        }
    }

    /// Runs the program on this database, and waits for its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_geonantes"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("NO_COLOR", "1")
            .env(
                "GEONANTES_LAYERS",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("layers"),
            )
            .env("GEONANTES_DATABASE_URL", self.url());
        let run = move || command.output().expect("the program runs");
        tokio::task::spawn_blocking(run).await.expect("a run")
    }

    /// Has the database refuse connections and lose those that it has.
    pub async fn cut_off(&self) {
        let name = &self.name;
        for statement in [
            format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ] {
            self.shared.administer(statement).await;
        }
    }

    /// A connection as a role.
    pub async fn connect(&self, role: &str) -> PgConnection {
        PgConnection::connect_with(&self.shared.options(role, &self.name))
            .await
            .expect("a connection")
    }

    /// An address of the database for the program, as its owner.
    pub fn url(&self) -> String {
        let folder = self.shared.options(SUPERUSER, &self.name);
        let folder = folder.get_socket().expect("a socket").display().to_string();
        let host = folder.replace('/', "%2F");
        format!(
            "postgresql://{SUPERUSER}@{host}:5432/{}?sslmode=disable",
            self.name
        )
    }

    /// The database as GDAL opens it.
    pub fn gdal(&self) -> String {
        let options = self.shared.options(SUPERUSER, &self.name);
        let folder = options
            .get_socket()
            .expect("a socket")
            .display()
            .to_string();
        format!(
            "PG:host={folder} port=5432 user={SUPERUSER} dbname={} active_schema=layer",
            self.name
        )
    }

    /// Runs statements as the owner. Here and below on a connection of the caller's own runtime:
    /// the pools of a shared server belong to another one.
    pub async fn execute(&self, statements: &str) {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(&mut self.connect(SUPERUSER).await)
            .await
            .unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// The rows of a statement, as the owner.
    pub async fn rows(&self, statement: &str) -> Vec<PgRow> {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .fetch_all(&mut self.connect(SUPERUSER).await)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    /// The one value of a statement, as the owner.
    pub async fn one<T>(&self, statement: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
            .fetch_one(&mut self.connect(SUPERUSER).await)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    /// Publishes the rows of a query (`_scope`, fields, `geom` in Lambert-93).
    pub async fn try_publish(&self, id: &str, query: &str) -> Result<Vec<Published>, StoreError> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let relation = format!("delivery_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE TABLE fixture.{relation} AS {query}"))
            .await;
        self.store
            .publish_relation(self.layer(id), "fixture", &relation, &deposit(false))
            .await
    }

    /// As [`Self::try_publish`], for a delivery that is accepted.
    pub async fn publish(&self, id: &str, query: &str) -> Vec<Published> {
        self.try_publish(id, query)
            .await
            .unwrap_or_else(|error| panic!("{id}: {error}"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.name == TEMPLATE {
            return;
        }
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let shared = self.shared;
        shared.spawn(async move { shared.administer(statement).await });
    }
}
