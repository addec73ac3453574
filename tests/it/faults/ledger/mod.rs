//! Two instances on one database under load, ended and cut off in every way: each response that a
//! client saw whole is in the ledger exactly once, and what the ledger has beyond that was in
//! flight at a cut, and says so.

mod load;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use geonantes::catalogue::{Catalogue, Territory};
use geonantes::config::Limits;
use geonantes::store::cluster::{Cluster, SUPERUSER};
use geonantes::store::{Access, Deposit, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use self::load::{Class, GDAL, Load, Log, class};
use super::{chance, rounds};
use crate::cluster::Home as ClusterHome;
use crate::support::{FIXTURE, Home, Instance, run};

/// Clients with a key, and as many without.
const CLIENTS: usize = 4;

/// Nobody is held back: refusals are another test's.
const CONFIG: &str = "[callers.address]\nper_second = 100000\nburst = 100000\nat_once = 500\n\
                      heavy = 100\n[callers.credential]\nper_second = 100000\nburst = 100000\n\
                      at_once = 500\nheavy = 100\n[limits]\nheavy_requests = 100\n\
                      [usage]\nship_s = 1\n";

/// The database, its instances, and copies of what the killed ones left.
struct Scene {
    cluster_home: ClusterHome,
    cluster: Option<Cluster>,
    url: String,
    homes: [Home; 2],
    instances: [Option<Instance>; 2],
    copies: Home,
}

impl Scene {
    async fn new() -> Self {
        let cluster_home = ClusterHome::new();
        let cluster = Cluster::start(&cluster_home.path).await.expect("start");
        fill(&cluster).await;
        let folder = cluster.socket_dir().display().to_string();
        let host = folder.replace('/', "%2F");
        let homes = [Home::new(), Home::new()];
        for home in &homes {
            std::fs::write(home.0.join("config.toml"), CONFIG).expect("a configuration");
        }
        Self {
            url: format!("postgresql://{SUPERUSER}@{host}:5432/geonantes?sslmode=disable"),
            cluster_home,
            cluster: Some(cluster),
            homes,
            instances: [None, None],
            copies: Home::new(),
        }
    }

    async fn connect(&self) -> PgConnection {
        let cluster = self.cluster.as_ref().expect("it runs");
        PgConnection::connect_with(&cluster.options(SUPERUSER))
            .await
            .expect("a connection")
    }

    async fn program(&self, place: usize, arguments: &[&str]) -> std::process::Output {
        run(&self.homes[place].0, &self.url, arguments).await
    }

    /// A key of the territory: the text, and its number.
    async fn key(&self) -> (String, i32) {
        let arguments = [
            "keys",
            "create",
            "--role",
            "application",
            "--scope",
            "territoire",
            "--label",
            "faults",
            "--json",
        ];
        let output = self.program(0, &arguments).await;
        assert!(output.status.success(), "{output:?}");
        let made: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let number = sqlx::query_scalar("SELECT number FROM key WHERE id = $1::uuid")
            .bind(made["id"].as_str())
            .fetch_one(&mut self.connect().await)
            .await
            .expect("its number");
        (made["key"].as_str().expect("a key").to_owned(), number)
    }

    async fn start(&mut self, load: &Load) {
        for (instance, home) in self.instances.iter_mut().zip(&self.homes) {
            if instance.is_none() {
                *instance = Some(Instance::start(home, &self.url).await);
            }
        }
        let addresses = self.instances.iter().flatten().map(|one| one.address);
        *load.addresses.lock().expect("not poisoned") = addresses.collect();
    }

    fn slay(&mut self, place: usize) {
        if let Some(mut instance) = self.instances[place].take() {
            instance.slay();
        }
        for path in self.homes[place].segments() {
            let name = path.file_name().expect("a name");
            let _ = std::fs::copy(&path, self.copies.0.join(name));
        }
    }

    /// Ships copies of what killed instances left, whoever else ships the same just now.
    async fn ship_copies(&self) {
        let copies = self.copies.0.display().to_string();
        let output = self
            .program(0, &["usage", "journal", "ship", &copies])
            .await;
        assert!(output.status.success(), "{output:?}");
    }

    async fn fault(&mut self, round: u32, long: bool) {
        match round % 6 {
            0 => self.slay(0),
            1 => self.slay(1),
            2 => {
                self.slay(0);
                tokio::time::sleep(Duration::from_millis(chance(300))).await;
                self.slay(1);
            }
            3 => self.interrupt_shipping().await,
            4 => {
                let place = chance(2) as usize;
                if let Some(instance) = self.instances[place].take() {
                    instance.stop().await;
                }
            }
            _ => self.stop_database(if long { 60 } else { 4 }).await,
        }
    }

    /// Cuts the connections that ship, again and again.
    async fn interrupt_shipping(&self) {
        let mut db = self.connect().await;
        for _ in 0..20 {
            sqlx::query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = 'geonantes-write' AND state <> 'idle'",
            )
            .execute(&mut db)
            .await
            .expect("an end");
            tokio::time::sleep(Duration::from_millis(chance(150))).await;
        }
    }

    async fn stop_database(&mut self, seconds: u64) {
        let cluster = self.cluster.take().expect("it runs");
        cluster.stop().await.expect("stop");
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let started = Cluster::start(&self.cluster_home.path).await;
        self.cluster = Some(started.expect("start"));
    }

    async fn verify(&self, when: &str) {
        for place in 0..2 {
            let output = self.program(place, &["usage", "verify"]).await;
            let words = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{when}: {words}");
        }
    }
}

/// Migrates, and publishes the parcels and communes of the fixture.
async fn fill(cluster: &Cluster) {
    let layers = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&layers).unwrap_or_else(|error| panic!("{}", error.render()));
    let territory = Territory::read(&layers).expect("the territory");
    let options = cluster.options(SUPERUSER);
    let access = Access {
        write: options.clone(),
        read: options.clone(),
        member: options,
    };
    let store = Store::open(
        access,
        &Limits::default(),
        territory.srid(),
        &territory.served_crs(),
    );
    store.migrate().await.expect("the migrations run");
    for layer in catalogue.layers() {
        store.apply(layer).await.expect("the tables are made");
    }
    sqlx::raw_sql(AssertSqlSafe(FIXTURE))
        .execute(store.write_pool())
        .await
        .expect("the fixture");
    let deposit = Deposit {
        author: "faults".into(),
        comment: String::new(),
        demonstration: false,
    };
    for id in ["parcelles", "communes"] {
        let layer = catalogue.get(id).expect("a layer");
        store
            .publish_relation(layer, "fixture", &layer.table(), &deposit)
            .await
            .unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    store.close().await;
}

/// Whole, aborted and in doubt.
type Counts = [i64; 3];

async fn ledger(db: &mut PgConnection) -> BTreeMap<Class, Counts> {
    let rows = sqlx::query(
        "SELECT coalesce(key, 0), client, layer, operation, status, \
           count(*) FILTER (WHERE outcome = 0), count(*) FILTER (WHERE outcome = 1), \
           count(*) FILTER (WHERE outcome = 2) \
         FROM usage.event WHERE operation <> 10 GROUP BY 1, 2, 3, 4, 5",
    )
    .fetch_all(db)
    .await
    .expect("the ledger");
    let mut found = BTreeMap::new();
    for row in rows {
        let class = class(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        let counts: &mut Counts = found.entry(class).or_default();
        for (outcome, count) in counts.iter_mut().enumerate() {
            *count += row.get::<i64, _>(5 + outcome);
        }
    }
    found
}

/// What the clients saw against what the ledger has; the sums, for who reads the output.
fn compare(log: &Log, ledger: &BTreeMap<Class, Counts>) -> Counts {
    let none = [0; 3];
    let mut beyond: BTreeMap<i16, i64> = BTreeMap::new();
    let mut sums = none;
    let mut wrong = Vec::new();
    let mut classes: Vec<&Class> = log.seen.keys().chain(ledger.keys()).collect();
    classes.sort();
    classes.dedup();
    for class in classes {
        let seen = log.seen.get(class).copied().unwrap_or(0);
        let counts = ledger.get(class).unwrap_or(&none);
        let [whole, aborted, in_doubt] = *counts;
        // A refusal is short: who means to cut it may have it whole.
        let refused = class.1 == GDAL && class.4 >= 400;
        if !refused && (seen < whole || seen > whole + in_doubt) {
            wrong.push(format!("{class:?}: seen {seen}, in the ledger {counts:?}"));
        }
        *beyond.entry(class.1).or_default() += whole + aborted + in_doubt - seen;
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    for (client, more) in beyond {
        let cut = log.cut.get(&client).copied().unwrap_or(0);
        if more > cut {
            wrong.push(format!(
                "client {client}: {more} responses more than were seen, and only {cut} were cut"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    sums
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_response_is_counted_once_whatever_ends() {
    let rounds = rounds().max(6);
    let mut scene = Scene::new().await;
    let (key, number) = scene.key().await;
    let load = Load::start(CLIENTS, &key, number);
    scene.start(&load).await;
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_millis(200 + chance(1200))).await;
        // PostgreSQL stands still for a minute once, in the long campaign.
        scene.fault(round, rounds > 20 && round == 5).await;
        let ended = scene.instances.iter().any(Option::is_none);
        if ended {
            scene.ship_copies().await;
        }
        scene.start(&load).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let log = load.stop().await;
    scene.verify("with both instances alive").await;
    for place in 0..2 {
        if let Some(instance) = scene.instances[place].take() {
            instance.stop().await;
        }
    }
    scene.ship_copies().await;
    scene.verify("at the end").await;
    for home in &scene.homes {
        assert!(home.segments().is_empty(), "{:?}", home.segments());
    }
    let sums = compare(&log, &ledger(&mut scene.connect().await).await);
    let seen: i64 = log.seen.values().sum();
    let cut: i64 = log.cut.values().sum();
    assert!(
        seen > i64::from(rounds) * 20,
        "only {seen} answers were seen"
    );
    println!(
        "{rounds} rounds, {seen} answers seen whole, {cut} cut; the ledger has {} whole, {} \
         aborted, {} in doubt",
        sums[0], sums[1], sums[2]
    );
    let cluster = scene.cluster.take().expect("it runs");
    cluster.stop().await.expect("stop");
}
