//! Strangers who mean harm, or do not know what they do: no fault of ours, nothing told that is
//! nobody's business, and the next caller is served as before.

mod connections;
mod oddities;
mod requests;

use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;

use crate::support::{Raw, Server, exchange};

/// What an answer never holds, unless the request said it first.
const INNER_WORDS: [&str; 19] = [
    "layer.",
    "SELECT",
    "INSERT",
    "pg_",
    "_since",
    "_hash",
    "geom_3857",
    "/work",
    "/home",
    "/root",
    "/tmp",
    "relation",
    "syntax error",
    "sqlx",
    "postgres",
    "panicked",
    "src/",
    "RUST_",
    "root:x:",
];

/// Words that no page may hold as they are, whoever said them.
const LIVE_WORDS: [&str; 3] = ["<script>alert", "<img src=x", "href=\"javascript:"];

/// One request, as bytes.
pub struct Attempt {
    pub label: String,
    pub bytes: Vec<u8>,
}

/// What is wrong with the answer, if anything is.
fn verdict(attempt: &Attempt, answer: &Raw) -> Option<String> {
    let text = answer.text();
    let asked = String::from_utf8_lossy(&attempt.bytes).into_owned();
    let asked = format!("{asked} {}", percent_decode_str(&asked).decode_utf8_lossy());
    let head = text.split("\r\n\r\n").next().unwrap_or("").to_lowercase();
    let busy = answer.status == 503 && head.contains("retry-after");
    if answer.status >= 500 && !busy {
        return Some(format!("status {}", answer.status));
    }
    if (400..500).contains(&answer.status)
        && head.contains("x-request-id")
        && !head.contains("problem+json")
        && !head.contains("text/html")
        && !asked.starts_with("HEAD")
    {
        return Some(format!("a refusal that is no problem: {head}"));
    }
    let told = INNER_WORDS
        .iter()
        .find(|word| text.contains(**word) && !asked.contains(**word));
    if let Some(word) = told {
        return Some(format!("tells « {word} »: {text}"));
    }
    let html = head.contains("text/html");
    let live = LIVE_WORDS.iter().find(|word| html && text.contains(**word));
    live.map(|word| format!("« {word} » is live in a page"))
}

/// Sends every attempt, several at a time; gives what went wrong.
async fn assault(server: &Server, attempts: Vec<Attempt>) -> Vec<String> {
    use futures::StreamExt as _;
    let address = server.address;
    futures::stream::iter(attempts)
        .map(|attempt| async move {
            let answer = exchange(address, &attempt.bytes, Duration::from_secs(5)).await;
            verdict(&attempt, &answer).map(|wrong| format!("{}: {wrong}", attempt.label))
        })
        .buffer_unordered(8)
        .filter_map(|wrong| async move { wrong })
        .collect()
        .await
}

/// The middle time of a few simple requests.
async fn pace(server: &Server) -> Duration {
    let mut times = Vec::new();
    for _ in 0..15 {
        let start = Instant::now();
        let answer = server.get("/collections/parcelles/items?limit=10").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        times.push(start.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_requests_are_refused_without_a_fault_or_a_word() {
    let server = Server::start().await;
    let before = pace(&server).await;
    let attempts = requests::all(&server).await;
    assert!(attempts.len() >= 900, "only {} attempts", attempts.len());
    let wrong = assault(&server, attempts).await;
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let after = pace(&server).await;
    // Other tests run beside this one: what is looked for is a server that got stuck.
    assert!(
        after < before * 5 + Duration::from_millis(200),
        "{before:?} became {after:?}"
    );
    let rows: i64 = server
        .database
        .one("SELECT count(*) FROM layer.parcelles")
        .await;
    assert_eq!(rows, 400, "somebody's statement ran");
}
