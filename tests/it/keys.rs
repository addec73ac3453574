//! Keys: given out once, presented in four ways, refused as soon as they should be.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use crate::support::{Answer, Database, Server};

const OPEN: &str = "/collections/communes/items?limit=1";

/// The four ways, and the fifth that some clients make of Basic.
const WAYS: [&str; 5] = ["header", "bearer", "basic", "user", "query"];

/// `GET` with a key presented in one of the ways.
async fn present(server: &Server, way: &str, key: &str, path: &str) -> Answer {
    let joint = if path.contains('?') { '&' } else { '?' };
    let authorization =
        |scheme: &str, text: String| [("authorization", format!("{scheme} {text}"))];
    let header = match way {
        "header" => [("x-api-key", key.to_owned())],
        "bearer" => authorization("Bearer", key.to_owned()),
        "basic" => authorization("Basic", BASE64.encode(format!("qgis:{key}"))),
        "user" => authorization("Basic", BASE64.encode(format!("{key}:"))),
        _ => return server.get(&format!("{path}{joint}key={key}")).await,
    };
    let headers = header
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    server.get_with(path, &headers).await
}

fn challenged(answer: &Answer) -> String {
    let detail = answer.problem(401);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Basic realm="), "{challenge}");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    detail
}

async fn create(database: &Database, line: &str) -> Json {
    let mut arguments: Vec<&str> = line.split(' ').collect();
    arguments.extend(["--label", "Qgis de l’urbanisme", "--json"]);
    let output = database.run(&arguments).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// A key made by the command works at once, in every way, and is nowhere in clear afterwards.
#[tokio::test]
async fn a_key_made_a_moment_ago_works_in_every_way() {
    let server = Server::start().await;
    server.database.adhere(&["44109"], "outils").await;
    let made = create(
        &server.database,
        "keys create --role member --role csu --scope 44109",
    )
    .await;
    let key = made["key"].as_str().expect("the key");
    let prefix = made["prefix"].as_str().expect("the prefix");
    assert!(key.starts_with(prefix) && key.starts_with("gn_"), "{made}");
    for way in WAYS {
        let answer = present(&server, way, key, OPEN).await;
        assert_eq!(answer.status, 200, "{way}: {}", answer.text());
    }
    let dump: String = server.database.one("SELECT (key.*)::text FROM key").await;
    assert!(
        dump.contains(prefix) && !dump.contains(&key[12..]),
        "{dump}"
    );

    let listed = server.database.run(&["keys", "list", "--json"]).await;
    let listed: Json = serde_json::from_slice(&listed.stdout).expect("JSON");
    let row = &listed["keys"][0];
    assert_eq!(row["id"], made["id"]);
    assert_eq!(row["roles"], serde_json::json!(["member", "csu"]));
    assert_eq!(
        (&row["scope"], &row["state"]),
        (&"44109".into(), &"valid".into())
    );
    let table = server.database.run(&["keys", "list"]).await;
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("44109 Nantes"), "{table}");
    assert!(!table.contains(&key[12..]), "{table}");
}

#[tokio::test]
async fn a_key_that_is_not_accepted_never_passes_for_nobody() {
    let server = Server::start().await;
    let database = &server.database;
    let key = server.key("member", "territoire").await;
    let expired = server.key("member", "territoire").await;
    let gone = server.key("member", "territoire").await;
    let ending = format!("prefix = '{}'", &expired[..11]);
    database
        .execute(&format!("UPDATE key SET expires = now() WHERE {ending}"))
        .await;
    let output = database.run(&["keys", "revoke", &gone[..11]]).await;
    assert!(output.status.success());
    server.refresh().await;
    let slip = format!("{}0", &key[..key.len() - 1]);
    let stranger = geonantes::members::Key::draw().expect("a key");
    for (presented, reason) in [
        (slip.as_str(), "copied"),
        ("42", "copied"),
        ("", "copied"),
        (stranger.reveal(), "not known"),
        (expired.as_str(), "expired"),
        (gone.as_str(), "revoked"),
    ] {
        for way in WAYS {
            for path in [OPEN, "/", "/nowhere", "/tiles/communes/8/126/89.mvt"] {
                let answer = present(&server, way, presented, path).await;
                let detail = challenged(&answer);
                assert!(detail.contains(reason), "{way} {path}: {detail}");
            }
        }
        for path in ["/health/live", "/static/geonantes.css"] {
            let answer = present(&server, "query", presented, path).await;
            assert_eq!(answer.status, 200, "{path}");
        }
    }
    assert_eq!(present(&server, "header", &key, OPEN).await.status, 200);
    let again = database.run(&["keys", "revoke", &gone[..11]]).await;
    assert_eq!(again.status.code(), Some(1));
    let unknown = database.run(&["keys", "revoke", "gn_nobody00"]).await;
    assert_eq!(unknown.status.code(), Some(1));
}

#[tokio::test]
async fn two_different_credentials_are_one_too_many() {
    let server = Server::start().await;
    let key = server.key("member", "territoire").await;
    let other = server.key("member", "territoire").await;
    let path = format!("{OPEN}&key={key}");
    let same = server.get_with(&path, &[("x-api-key", &key)]).await;
    assert_eq!(same.status, 200, "{}", same.text());
    let differing = server.get_with(&path, &[("x-api-key", &other)]).await;
    let detail = differing.problem(400);
    assert!(
        !detail.contains(&key) && !detail.contains(&other),
        "{detail}"
    );
    let token = [("authorization", "Bearer a.b.c"), ("x-api-key", &key)];
    server.get_with(OPEN, &token).await.problem(400);
}

/// Levels of adhesion: `portail` opens the portal alone, and without one nothing.
#[tokio::test]
async fn a_key_is_worth_what_its_communes_adhere_to() {
    let server = Server::start().await;
    server.database.adhere(&["44109"], "outils").await;
    server.database.adhere(&["44143"], "portail").await;
    for (scope, status, word) in [
        ("44109", 200, ""),
        ("44109,44143,44162", 200, ""),
        ("territoire", 200, ""),
        ("44143", 403, "/connexion"),
        ("44162", 403, "adheres"),
    ] {
        let key = server.key("member", scope).await;
        let answer = present(&server, "basic", &key, OPEN).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text());
        assert!(answer.text().contains(word), "{scope}: {}", answer.text());
    }
    // The last day of an adhesion is the last day of its keys.
    let key = server.key("member", "44109").await;
    server
        .database
        .execute("UPDATE adhesion SET until = current_date - 2")
        .await;
    server.refresh().await;
    assert_eq!(present(&server, "header", &key, OPEN).await.status, 403);
}

/// Revocation and end of adhesion hold within a second on every instance, whoever writes them.
#[tokio::test]
async fn a_revocation_holds_within_a_second_on_every_instance() {
    let server = Server::start().await;
    let second = std::sync::Arc::new(geonantes::members::Keyring::new(
        server.database.territory.clone(),
    ));
    server.keep_keys();
    let store = server.app.store.clone();
    tokio::spawn(
        second
            .clone()
            .keep(store.clone(), server.app.limits.clone()),
    );
    for command in [true, false] {
        let key = server.key("member", "territoire").await;
        assert_eq!(present(&server, "header", &key, OPEN).await.status, 200);
        second.present(&store, &key).await.expect("accepted");
        let begun = if command {
            let output = server.database.run(&["keys", "revoke", &key[..11]]).await;
            assert!(output.status.success());
            Instant::now()
        } else {
            let begun = Instant::now();
            server
                .database
                .execute("UPDATE key SET revoked = now() WHERE revoked IS NULL")
                .await;
            begun
        };
        let refused = async || {
            present(&server, "header", &key, OPEN).await.status == 401
                && second.present(&store, &key).await.is_err()
        };
        while !refused().await {
            assert!(begun.elapsed() < Duration::from_secs(1), "still accepted");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Many who present keys that nobody was given cost the database five readings a second, and do
/// not keep those from working that were made a moment ago.
#[tokio::test]
async fn unknown_keys_are_looked_up_five_times_a_second_at_most() {
    let server = Server::start().await;
    let calls = "SELECT coalesce(sum(xact_commit), 0)::bigint FROM pg_stat_database \
                 WHERE datname = current_database()";
    let before: i64 = server.database.one(calls).await;
    let begun = Instant::now();
    let strangers = (0..300).map(|_| async {
        let key = geonantes::members::Key::draw().expect("a key");
        present(&server, "header", key.reveal(), OPEN).await.status
    });
    let made = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let key = server.key("member", "territoire").await;
        present(&server, "header", &key, OPEN).await.status
    };
    let (statuses, made) = tokio::join!(futures::future::join_all(strangers), made);
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
    assert_eq!(made, 200);
    let elapsed = begun.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let after: i64 = server.database.one(calls).await;
    // The page itself, the key's making and these questions are among them.
    assert!(
        ((after - before) as f64) < 40.0 + elapsed * 10.0,
        "{} transactions in {elapsed} s",
        after - before
    );
}

/// What is known is honoured while the database is away; what is not, nobody can tell.
#[tokio::test]
async fn known_keys_outlive_the_database_for_a_while() {
    let server = Server::start().await;
    let tile = "/tiles/communes/8/126/89.mvt";
    let key = server.key("member", "territoire").await;
    assert_eq!(present(&server, "header", &key, tile).await.status, 200);
    server.keep_keys();
    server.database.cut_off().await;
    let stranger = geonantes::members::Key::draw().expect("a key");
    let begun = Instant::now();
    loop {
        assert_eq!(present(&server, "header", &key, tile).await.status, 200);
        let caller = server.app.keyring.present(&server.app.store, &key).await;
        let caller = caller.expect("honoured");
        if caller.credential().is_some_and(|held| held.stale) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "never stale");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = present(&server, "header", stranger.reveal(), tile).await;
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "5");
}

/// Last uses are written down, and make nobody read the keys again.
#[tokio::test]
async fn the_last_use_is_noted() {
    let server = Server::start().await;
    let key = server.key("application", "territoire").await;
    assert_eq!(present(&server, "query", &key, OPEN).await.status, 200);
    let change: i64 = server
        .database
        .one("SELECT number FROM member_change")
        .await;
    server.keep_keys();
    let begun = Instant::now();
    let noted = "SELECT count(*) FROM key WHERE used > now() - interval '1 minute'";
    while server.database.one::<i64>(noted).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "not noted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let after: i64 = server
        .database
        .one("SELECT number FROM member_change")
        .await;
    assert_eq!(after, change);
}
