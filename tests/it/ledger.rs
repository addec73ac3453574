//! Meter → journal → ledger, with the real program: what a client saw is what the ledger has.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::Row as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Database, Home, Instance, get, request, run};

const TILE: &str = "/tiles/parcelles/14/8119/5755.mvt";

/// Responses by (layer, operation, client, status, outcome).
type Ledger = BTreeMap<(String, i16, i16, i16, i16), i64>;

async fn ledger(database: &Database) -> Ledger {
    let rows = database
        .rows(
            "SELECT layer, operation, client, status, outcome, count(*) FROM usage.event \
             WHERE operation <> 10 GROUP BY 1, 2, 3, 4, 5",
        )
        .await;
    rows.iter()
        .map(|row| {
            let key = (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
            (key, row.get(5))
        })
        .collect()
}

/// Waits until the ledger has so many responses besides probes.
async fn until(database: &Database, count: i64) {
    let start = Instant::now();
    loop {
        let have: i64 = database
            .one("SELECT count(*) FROM usage.event WHERE operation <> 10")
            .await;
        if have >= count {
            assert_eq!(have, count);
            return;
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the ledger has {have} responses of {count}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn verified(home: &Home, database: &Database) -> (bool, String) {
    let output = run(&home.0, &database.url(), &["usage", "verify"]).await;
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

async fn settled_after_stop(home: &Home, database: &Database) {
    let (whole, words) = verified(home, database).await;
    assert!(whole, "{words}");
    assert_eq!(home.segments(), Vec::<PathBuf>::new());
    let open: i64 = database
        .one("SELECT count(*) FROM usage.segment WHERE NOT done")
        .await;
    assert_eq!(open, 0);
}

#[tokio::test]
async fn every_kind_of_answer_is_one_event() {
    let (database, home) = (Database::clone_template().await, Home::new());
    let instance = Instance::start(&home, &database.url()).await;
    let qgis = [("user-agent", "Mozilla/5.0 QGIS/32209/Debian")];
    let at = |path: &str| instance.url(path);
    let tile = get(&at(TILE), &qgis).await;
    assert!(matches!(tile.status, 200 | 204), "{}", tile.status);
    let etag = tile.header("etag").to_owned();
    let held = get(&at(TILE), &[("if-none-match", &etag)]).await;
    assert_eq!(held.status, 304);
    let page = get(
        &at("/collections/parcelles/items?limit=7"),
        &[("user-agent", "curl/8")],
    )
    .await;
    assert_eq!(page.status, 200);
    let whole = get(
        &at("/collections/parcelles/items?f=csv"),
        &[("user-agent", "GDAL/3.6")],
    )
    .await;
    assert_eq!(whole.status, 200);
    assert_eq!(get(&at("/nowhere"), &[]).await.status, 404);
    assert_eq!(
        get(&at("/collections/cameras-csu/items"), &[]).await.status,
        401
    );
    assert_eq!(
        request("HEAD".parse().expect("HEAD"), &at("/"), &[])
            .await
            .status,
        200
    );
    let browser = [
        ("user-agent", "Mozilla/5.0 Firefox/140"),
        ("accept", "text/html"),
    ];
    assert_eq!(get(&at("/"), &browser).await.status, 200);
    until(&database, 8).await;
    let event = |layer: &str, operation, client, status| {
        ((layer.to_owned(), operation, client, status, 0), 1)
    };
    let expected = Ledger::from([
        event(
            "parcelles",
            1,
            1,
            i16::try_from(tile.status).expect("small"),
        ),
        event("parcelles", 1, 0, 304),
        event("parcelles", 2, 4, 200),
        event("parcelles", 5, 2, 200),
        event("", 0, 0, 404),
        event("", 2, 0, 401),
        event("", 0, 0, 200),
        event("", 0, 3, 200),
    ]);
    assert_eq!(ledger(&database).await, expected);
    let row = &database
        .rows("SELECT bytes, features, units, commune, key, service FROM usage.event WHERE operation = 5")
        .await[0];
    assert_eq!(row.get::<i64, _>(0), whole.body.len() as i64);
    assert_eq!(row.get::<i32, _>(1), 400);
    assert_eq!(row.get::<i32, _>(2), 10_400);
    assert_eq!(row.get::<&str, _>(3), "public");
    assert_eq!(row.get::<Option<i32>, _>(4), None);
    let units: i64 = database
        .one("SELECT sum(units)::bigint FROM usage.daily")
        .await;
    assert_eq!(units, 1_000 + 1_000 + 1_070 + 10_400);
    instance.stop().await;
    settled_after_stop(&home, &database).await;
}

#[tokio::test]
async fn what_a_killed_instance_recorded_is_shipped_once_by_the_next() {
    let (database, home) = (Database::clone_template().await, Home::new());
    let mut instance = Instance::start(&home, &database.url()).await;
    for _ in 0..50 {
        let status = get(&instance.url(TILE), &[]).await.status;
        assert!(matches!(status, 200 | 204));
    }
    instance.slay();
    let copies = Home::new();
    let left = home.segments();
    assert!(!left.is_empty());
    for path in &left {
        let name = path.file_name().expect("a name");
        std::fs::copy(path, copies.0.join(name)).expect("a copy");
    }
    let (whole, words) = verified(&home, &database).await;
    assert!(!whole && words.contains("outstanding"), "{words}");
    // Shipped twice from a copy, and by the next run as well.
    let copy = copies.0.display().to_string();
    for _ in 0..2 {
        let output = run(
            &home.0,
            &database.url(),
            &["usage", "journal", "ship", &copy],
        )
        .await;
        assert!(output.status.success(), "{output:?}");
    }
    let next = Instance::start(&home, &database.url()).await;
    until(&database, 50).await;
    next.stop().await;
    let output = run(
        &home.0,
        &database.url(),
        &["usage", "journal", "ship", &copy],
    )
    .await;
    assert!(output.status.success(), "{output:?}");
    until(&database, 50).await;
    settled_after_stop(&home, &database).await;
}

/// Reads so many bytes of an answer and leaves.
async fn cut(instance: &Instance, path: &str, bytes: usize) {
    let mut stream = TcpStream::connect(instance.address)
        .await
        .expect("a connection");
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut taken = vec![0; bytes];
    stream.read_exact(&mut taken).await.expect("the beginning");
}

#[tokio::test]
async fn a_download_that_is_cut_is_recorded_as_such() {
    let (database, home) = (Database::clone_template().await, Home::new());
    let instance = Instance::start(&home, &database.url()).await;
    // Both fit into the buffers of the systems: only a reset tells that they were not read.
    for _ in 0..5 {
        cut(&instance, "/collections/parcelles/items?f=csv", 300).await;
        cut(&instance, "/collections/parcelles/items?limit=100", 300).await;
    }
    until(&database, 10).await;
    let outcomes: Vec<((i16, i16), i64)> = database
        .rows("SELECT operation, outcome, count(*) FROM usage.event WHERE operation <> 10 GROUP BY 1, 2 ORDER BY 1, 2")
        .await
        .iter()
        .map(|row| ((row.get(0), row.get(1)), row.get(2)))
        .collect();
    assert_eq!(outcomes, [((2, 1), 5), ((5, 1), 5)]);
    instance.stop().await;
    settled_after_stop(&home, &database).await;
}
