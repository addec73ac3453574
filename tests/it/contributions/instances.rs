//! Instances of the real program on one database: one that is killed loses nothing.

use std::time::Duration;

use serde_json::Value as Json;

use super::number;
use crate::support::{Database, Form, Home, Instance, get, post};

/// Pools of Nantes, as many as it takes to be killed over them.
const POOLS: usize = 6_000;

fn pools() -> Vec<u8> {
    let mut text = String::from("identifiant,nom,commune,x,y\n");
    for n in 0..POOLS {
        let (x, y) = (354_010 + n % 100 * 15, 6_688_010 + n / 100 * 15);
        text.push_str(&format!("p{n},Piscine {n},44109,{x},{y}\n"));
    }
    text.into_bytes()
}

fn home() -> Home {
    let home = Home::new();
    std::fs::write(home.0.join("config.toml"), "[ingest]\nlease_s = 2\n").expect("written");
    home
}

/// Waits until the database says so.
async fn until(database: &Database, what: &str) {
    let statement = format!("SELECT count(*) FROM contribution WHERE {what}");
    for _ in 0..1_200 {
        if database.one::<i64>(&statement).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told: Json = database.one("SELECT to_jsonb(c) FROM contribution c").await;
    panic!("never {what}: {told:#}");
}

#[tokio::test]
async fn one_that_is_killed_is_taken_over_and_publishes_once() {
    let database = Database::clone_template().await;
    database.adhere(&["44109"], "outils").await;
    let key = database.key("contributor", "44109").await;
    let headers = [("x-api-key", key.as_str())];
    let homes = [home(), home(), home()];
    let mut first = Instance::start(&homes[0], &database.url()).await;
    let form = Form::new()
        .field("to", "piscines")
        .field("crs", "EPSG:2154")
        .file("piscines.csv", &pools());
    let id = number(&form.post(&first.url("/contributions"), &headers).await);
    until(&database, "worker IS NOT NULL").await;
    first.slay();
    let state: String = database.one("SELECT state FROM contribution").await;
    assert!(state == "received" || state == "checked", "{state}");

    let mut second = Instance::start(&homes[1], &database.url()).await;
    until(&database, "state = 'compared'").await;
    let path = format!("/contributions/{id}");
    let told = get(&second.url(&path), &headers).await.json();
    assert_eq!(told["outcomes"][0]["counts"]["added"], POOLS, "{told:#}");
    let publish = second.url(&format!("{path}/publish"));
    assert_eq!(post(&publish, &headers, &[]).await.status, 202);
    until(&database, "publisher IS NOT NULL AND worker IS NOT NULL").await;
    second.slay();
    // Whatever it was at: all of it, or nothing.
    let served: i64 = database.one("SELECT count(*) FROM layer.piscines").await;
    assert!(served == 0 || served == POOLS as i64, "{served}");

    let third = Instance::start(&homes[2], &database.url()).await;
    until(&database, "state = 'published'").await;
    let told = get(&third.url(&path), &headers).await.json();
    assert_eq!(
        told["versions"].as_array().expect("versions").len(),
        1,
        "{told:#}"
    );
    assert_eq!(
        told["outcomes"][0]["version"],
        told["versions"][0]["version"]
    );
    let served: i64 = database.one("SELECT count(*) FROM layer.piscines").await;
    assert_eq!(served, POOLS as i64);
    let times: i64 = database
        .one("SELECT count(*) FROM publication WHERE layer = 'piscines'")
        .await;
    assert_eq!(times, 1, "it was published once");
}
