//! What one caller may ask for: a second, at once, a month; and what answers say of it.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use geonantes::access::limits::Payer;
use geonantes::config::{Allowance, FileConfig, Proxy};

use crate::support::{Answer, Database, Home, Instance, Server, get};

const ITEMS: &str = "/collections/communes/items?limit=1";
const TILE: &str = "/tiles/communes/8/126/89.mvt";

const HERE: Payer = Payer::Address(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

async fn server(change: impl FnOnce(&mut FileConfig)) -> Server {
    Server::configured(Database::clone_template().await, change).await
}

/// Three requests, then one a second.
fn three() -> Allowance {
    Allowance {
        per_second: 1,
        burst: 3,
        ..Allowance::default()
    }
}

/// Asks again and again until it is refused; how often it was not. Machines may be slow, so that
/// a request or another comes back in the meantime.
async fn until_refused(mut ask: impl AsyncFnMut() -> Answer) -> (usize, Answer) {
    for times in 0..30 {
        let answer = ask().await;
        if answer.status == 429 {
            return (times, answer);
        }
    }
    panic!("never refused");
}

/// Checks a refusal, and that its headers agree with it.
fn refused(answer: &Answer, limit: &str) -> u64 {
    answer.problem(429);
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!(wait > 0);
    let said = format!("\"{limit}\";r=0;t={wait}");
    assert_eq!(answer.header("ratelimit"), said);
    let policy = answer.header("ratelimit-policy");
    assert!(policy.contains(&format!("\"{limit}\";q=")), "{policy}");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "no-store");
    wait
}

#[tokio::test]
async fn an_address_has_its_requests_a_second_and_a_key_its_own() {
    let server = server(|file| file.callers.address = three()).await;
    let key = server.key("member", "territoire").await;
    // Warm before anything is counted: the first costs a drawing.
    assert_eq!(server.get(TILE).await.status, 200);
    let answer = server.get(ITEMS).await;
    assert_eq!(answer.status, 200);
    let said = answer.header("ratelimit");
    assert!(said.starts_with("\"requests\";r="), "{said}");
    let policy = answer.header("ratelimit-policy");
    assert!(policy.starts_with("\"requests\";q=3;w=3, "), "{policy}");
    let (_, answer) = until_refused(async || server.get(ITEMS).await).await;
    assert_eq!(refused(&answer, "requests"), 1);
    // A tile in memory is not charged, one to be drawn is; probes never are.
    for _ in 0..10 {
        let answer = server.get(TILE).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
        assert_eq!(server.get("/health/live").await.status, 200);
        assert_eq!(server.get("/metrics").await.status, 200);
    }
    let mut columns = 100..;
    let draw = async || {
        let column: u32 = columns.next().expect("endless");
        server
            .get(&format!("/tiles/communes/8/{column}/90.mvt"))
            .await
    };
    refused(&until_refused(draw).await.1, "requests");
    // The key pays for itself, from the same address.
    for _ in 0..5 {
        let answer = server.get_with(ITEMS, &[("x-api-key", &key)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.header("ratelimit-policy").contains("q=10000"));
    }
}

#[tokio::test]
async fn guessing_keys_is_charged_to_the_address() {
    let server = server(|file| file.callers.address = three()).await;
    let guess = async || {
        let answer = server.get_with(TILE, &[("x-api-key", "gn_guess")]).await;
        assert!(matches!(answer.status, 401 | 429));
        answer
    };
    let (times, answer) = until_refused(guess).await;
    assert!(times >= 3, "{times}");
    refused(&answer, "requests");
}

#[tokio::test]
async fn a_proxy_of_ours_says_for_whom_it_asks() {
    let server = server(|file| {
        file.callers.address = three();
        let proxy = Proxy::try_from("127.0.0.1".to_owned()).expect("an address");
        file.callers.trusted_proxies = vec![proxy];
    })
    .await;
    let ask = async |address: &str| {
        let headers = [("x-forwarded-for", address)];
        server.get_with(ITEMS, &headers).await
    };
    let (times, _) = until_refused(async || ask("192.0.2.1").await).await;
    assert!(times >= 3, "{times}");
    assert_eq!(ask("192.0.2.2").await.status, 200);
    // What the client itself wrote before its own address changes nothing.
    let mut invented = 0..;
    let disguised = async || {
        let first: u8 = invented.next().expect("endless");
        ask(&format!("203.0.113.{first}, 192.0.2.1")).await
    };
    let (times, _) = until_refused(disguised).await;
    assert!(times < 10, "{times}");
}

#[tokio::test]
async fn one_caller_has_some_of_the_places_and_never_all() {
    let server = server(|file| {
        file.callers.address.at_once = 2;
        file.callers.address.heavy = 1;
    })
    .await;
    let key = server.key("member", "territoire").await;
    let limits = &server.app.limits;
    let large = "/collections/parcelles/items?limit=2000";
    let held = server.app.heavy_of(HERE).expect("a place");
    refused(&server.get(large).await, "heavy");
    refused(
        &server.get(&large.replace("limit=2000", "f=csv")).await,
        "heavy",
    );
    let answer = server.get_with(large, &[("x-api-key", &key)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    drop(held);
    assert_eq!(server.get(large).await.status, 200);

    let held = [
        limits.enter(HERE).expect("one"),
        limits.enter(HERE).expect("two"),
    ];
    refused(&server.get(ITEMS).await, "at-once");
    assert_eq!(server.get("/health/live").await.status, 200);
    drop(held);
    assert_eq!(server.get(ITEMS).await.status, 200);
}

/// The units of a month: what this instance meters counts at once, what others shipped when the
/// ledger says so; the holder is warned at 80 %.
#[tokio::test]
async fn a_key_has_the_units_of_its_month() {
    let server = server(|_| ()).await;
    let key = server.key("application", "territoire").await;
    server.database.execute("UPDATE key SET quota = 10").await;
    let free = server.key("application", "territoire").await;
    let number: i32 = server
        .database
        .one("SELECT number FROM key WHERE quota = 10")
        .await;
    server.refresh().await;
    let ask = async |path: &str| server.get_with(path, &[("x-api-key", &key)]).await;
    let month = |answer: &Answer| {
        let said = answer.header("ratelimit").to_owned();
        let place = said.find("\"month\";r=").expect("the month's units");
        said[place + 10..]
            .split(';')
            .next()
            .expect("a number")
            .to_owned()
    };
    let answer = ask(ITEMS).await;
    assert_eq!(month(&answer), "10");
    assert!(
        answer
            .header("ratelimit-policy")
            .contains("\"month\";q=10;")
    );
    assert_eq!(answer.header("x-quota-warning"), "");

    server.app.limits.used(number, 7_900);
    let answer = ask(TILE).await;
    assert_eq!((answer.status, month(&answer).as_str()), (200, "2"));
    assert_eq!(answer.header("x-quota-warning"), "");
    server.app.limits.used(number, 500);
    let answer = ask(TILE).await;
    assert_eq!((answer.status, month(&answer).as_str()), (200, "1"));
    assert!(answer.header("x-quota-warning").starts_with("84 %"));

    // Another instance's, which the ledger knows: 12 units in all.
    server.keep_keys();
    server
        .database
        .execute(&format!(
            "INSERT INTO usage.daily SELECT (now() AT TIME ZONE 'Europe/Paris')::date, 'metropolis', \
             {number}, 'sig', 'communes', 1, 1, n, units, 0, 0, 0, 0, 0, 0 \
             FROM (VALUES (12, 12000)) v (n, units)"
        ))
        .await;
    let begun = Instant::now();
    while ask(TILE).await.status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(12), "not learnt");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for path in [TILE, ITEMS] {
        let wait = refused(&ask(path).await, "month");
        assert!(wait <= 31 * 86_400, "{wait}");
    }
    let answer = server.get_with(ITEMS, &[("x-api-key", &free)]).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.header("ratelimit").contains("month"));
}

/// What the meter bills is what the month counts.
#[tokio::test]
async fn tiles_use_up_a_months_units() {
    let database = Database::clone_template().await;
    let key = database.key("application", "territoire").await;
    database.execute("UPDATE key SET quota = 3").await;
    let home = Home::new();
    let program = Instance::start(&home, &database.url()).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = get(&program.url(TILE), &[("x-api-key", &key)]).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            refused(&answer, "month");
        }
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
}

/// The defaults let an office through that pans maps, and the whole of a bench.
#[tokio::test]
async fn the_defaults_disturb_nobody() {
    let server = Server::start().await;
    for _ in 0..300 {
        assert_eq!(server.get(TILE).await.status, 200);
        assert_eq!(server.get(ITEMS).await.status, 200);
    }
}
