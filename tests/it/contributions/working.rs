//! The work on contributions that instances share, over a delivery that does what its file says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use geonantes::ingest::contributions::{AGAIN, Deliver, Run, Worker};
use geonantes::model::{Counts, OutcomeReport, Progress, Question, ScopeOutcome, State};
use serde_json::Value as Json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{contribute, number, server};
use crate::support::{Form, Server};

/// How often each word was delivered, and how many deliveries are under way.
#[derive(Default)]
struct Seen {
    runs: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

fn outcome(state: State) -> OutcomeReport {
    let counts = Counts {
        added: 3,
        ..Counts::default()
    };
    OutcomeReport {
        state,
        collection: Some("piscines".parse().expect("an id")),
        scope: Some("44109".to_owned()),
        version: None,
        counts,
        scopes: vec![ScopeOutcome {
            scope: "44109".to_owned(),
            version: None,
            compared_with: 0,
            counts,
        }],
        reading: Vec::new(),
        findings: Vec::new(),
        totals: Vec::new(),
        severities: Vec::new(),
        questions: Vec::new(),
        changes: Vec::new(),
        shapes: Vec::new(),
    }
}

fn asking(option: &str) -> OutcomeReport {
    let mut asked = outcome(State::Asked);
    asked.questions.push(Question {
        option: option.to_owned(),
        text: "Laquelle ?".to_owned(),
        choices: Vec::new(),
    });
    asked
}

/// A delivery that does what its first file says.
fn scripted(seen: Arc<Seen>) -> Deliver {
    Arc::new(move |run: Run| {
        let seen = seen.clone();
        Box::pin(async move {
            seen.runs.fetch_add(1, Ordering::SeqCst);
            let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.most.fetch_max(now, Ordering::SeqCst);
            let done = script(run).await;
            seen.now.fetch_sub(1, Ordering::SeqCst);
            Ok(done)
        })
    })
}

async fn script(run: Run) -> Vec<OutcomeReport> {
    let text = std::fs::read_to_string(&run.files[0]).expect("the file");
    let publishes = run.expected.is_some();
    let state = match text.trim() {
        "asks" if run.wishes.crs.is_none() => return vec![asking("crs")],
        "moves" if publishes => return vec![asking("again")],
        "panics" => panic!("as the test wants"),
        "lasts" => {
            (run.progress)(Progress {
                phase: "Lecture".to_owned(),
                done: 7,
                total: Some(10),
            });
            tokio::time::sleep(Duration::from_secs(600)).await;
            State::Checked
        }
        "takes a while" => {
            tokio::time::sleep(Duration::from_millis(400)).await;
            State::Checked
        }
        "bad" => State::Rejected,
        "same" => State::Unchanged,
        _ if publishes => State::Published,
        _ => State::Checked,
    };
    vec![outcome(state)]
}

/// An instance at work.
struct At {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn work(server: &Server, seen: &Arc<Seen>) -> At {
    let stop = CancellationToken::new();
    let worker = Worker::new(server.app.clone(), scripted(seen.clone()), stop.clone());
    At {
        stop,
        task: tokio::spawn(worker.work()),
    }
}

/// What a contribution says once it says that.
pub async fn until(server: &Server, key: &str, id: i64, is: impl Fn(&Json) -> bool) -> Json {
    let path = format!("/contributions/{id}");
    let mut last = Json::Null;
    for _ in 0..1_200 {
        last = server.get_with(&path, &[("x-api-key", key)]).await.json();
        if is(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to that: {last:#}");
}

async fn sent(server: &Server, key: &str, word: &str) -> i64 {
    number(&contribute(server, key, Form::new().file("mot.txt", word.as_bytes())).await)
}

pub async fn act(server: &Server, key: &str, path: &str, fields: &[(&str, &str)]) -> (u16, Json) {
    let url = server.url(&format!("/contributions/{path}"));
    let answer = crate::support::post(&url, &[("x-api-key", key)], fields).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn each_comes_to_what_its_files_make_of_it() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let at = work(&server, &Arc::default());
    for (word, state) in [
        ("good", "compared"),
        ("bad", "rejected"),
        ("same", "unchanged"),
        ("asks", "asked"),
        ("panics", "rejected"),
    ] {
        let id = sent(&server, &key, word).await;
        let told = until(&server, &key, id, |it| it["state"] != "received").await;
        assert_eq!(told["state"], state, "{word}");
        let said = told["message"].as_str().expect("a message");
        assert_eq!(!said.is_empty(), word == "panics", "{said}");
    }
    // A question answered, the comparison published.
    let id = sent(&server, &key, "asks").await;
    let told = until(&server, &key, id, |it| it["state"] == "asked").await;
    assert_eq!(told["outcomes"][0]["questions"][0]["option"], "crs");
    let (status, _) = act(&server, &key, &format!("{id}/publish"), &[]).await;
    assert_eq!(status, 409);
    let (status, told) = act(&server, &key, &id.to_string(), &[("crs", "EPSG:3947")]).await;
    assert_eq!((status, &told["wishes"]["crs"]), (202, &"EPSG:3947".into()));
    let told = until(&server, &key, id, |it| it["state"] == "compared").await;
    // Who publishes says what it saw.
    let old = (told["revision"].as_i64().expect("a number") - 1).to_string();
    let publish = format!("{id}/publish");
    assert_eq!(
        act(&server, &key, &publish, &[("revision", &old)]).await.0,
        409
    );
    assert_eq!(
        act(&server, &key, &publish, &[("accept", "true")]).await.0,
        400
    );
    assert_eq!(act(&server, &key, &publish, &[]).await.0, 202);
    until(&server, &key, id, |it| it["state"] == "published").await;
    assert_eq!(act(&server, &key, &publish, &[]).await.0, 409);
    at.stop.cancel();
    at.task.await.expect("it ends");
}

#[tokio::test]
async fn what_moved_is_compared_again() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let _at = work(&server, &Arc::default());
    // Seen when it is asked for: the scope is published at another version than compared with.
    let id = sent(&server, &key, "good").await;
    until(&server, &key, id, |it| it["state"] == "compared").await;
    server
        .database
        .execute(
            "INSERT INTO publication (layer, version, scope, count, hash, added, removed, changed, \
               unchanged, author, comment, demonstration) \
             VALUES ('piscines', 900, '44109', 0, '', 0, 0, 0, 0, 'autre', '', false)",
        )
        .await;
    let (status, told) = act(&server, &key, &format!("{id}/publish"), &[]).await;
    assert_eq!(status, 409, "{told}");
    assert!(
        told["detail"]
            .as_str()
            .expect("a detail")
            .contains("compared again")
    );
    // Seen when it is published.
    let id = sent(&server, &key, "moves").await;
    let told = until(&server, &key, id, |it| it["state"] == "compared").await;
    let before = told["revision"].as_i64().expect("a number");
    server
        .database
        .execute("UPDATE publication SET superseded_by = version WHERE layer = 'piscines'")
        .await;
    assert_eq!(
        act(&server, &key, &format!("{id}/publish"), &[]).await.0,
        202
    );
    let told = until(&server, &key, id, |it| {
        it["state"] == "compared" && it["revision"].as_i64() > Some(before + 1)
    })
    .await;
    assert_eq!(told["message"], AGAIN);
    assert_eq!(told["publishing"], false);
}

#[tokio::test]
async fn instances_share_the_work_and_each_does_one_at_a_time() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(sent(&server, &key, "takes a while").await);
    }
    let seen = Arc::<Seen>::default();
    let _both = [work(&server, &seen), work(&server, &seen)];
    for id in ids {
        until(&server, &key, id, |it| it["state"] == "compared").await;
    }
    assert_eq!(seen.runs.load(Ordering::SeqCst), 8, "each was read once");
    assert_eq!(seen.most.load(Ordering::SeqCst), 2, "by both");
}

#[tokio::test]
async fn the_work_of_an_instance_that_is_gone_is_taken_over() {
    let database = crate::support::Database::clone_template().await;
    let server = Server::configured(database, |file| file.ingest.lease_s = 1).await;
    super::adhere(&server).await;
    server.keep_keys();
    let key = server.key("contributor", "44109").await;
    let seen = Arc::<Seen>::default();
    let first = work(&server, &seen);
    let id = sent(&server, &key, "lasts").await;
    let told = until(&server, &key, id, |it| it["progress"]["done"] == 7).await;
    assert_eq!(told["progress"]["phase"], "Lecture");
    // Renewed, it stays with who has it.
    let second = work(&server, &seen);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(seen.runs.load(Ordering::SeqCst), 1);
    // Gone without a word.
    first.task.abort();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(seen.runs.load(Ordering::SeqCst), 2);
    // One that stops gives its work back at once.
    second.stop.cancel();
    second.task.await.expect("it ends");
    let holder: Option<String> = server
        .database
        .one(&format!(
            "SELECT worker::text FROM contribution WHERE id = {id}"
        ))
        .await;
    assert_eq!(holder, None);
    // One that brings instances down is not tried for ever.
    server
        .database
        .execute(&format!(
            "UPDATE contribution SET attempts = 3 WHERE id = {id}"
        ))
        .await;
    let _third = work(&server, &seen);
    let told = until(&server, &key, id, |it| it["state"] == "rejected").await;
    assert!(
        told["message"]
            .as_str()
            .expect("a message")
            .contains("3 fois")
    );
    assert_eq!(seen.runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_withdrawn_while_it_is_read_is_let_go() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let seen = Arc::<Seen>::default();
    let _at = work(&server, &seen);
    let id = sent(&server, &key, "lasts").await;
    until(&server, &key, id, |it| it["progress"]["done"] == 7).await;
    let path = format!("/contributions/{id}");
    assert_eq!(
        server
            .send("DELETE", &path, &[("x-api-key", &key)])
            .await
            .status,
        200
    );
    // The instance goes on to the next one.
    let next = sent(&server, &key, "good").await;
    until(&server, &key, next, |it| it["state"] == "compared").await;
    until(&server, &key, id, |it| it["state"] == "withdrawn").await;
}

#[tokio::test]
async fn a_key_that_is_revoked_meanwhile_publishes_nothing() {
    let server = server().await;
    let key = server.key("contributor", "44109").await;
    let other = server.key("contributor", "44018,44109").await;
    let id = sent(&server, &key, "good").await;
    server
        .database
        .execute("UPDATE key SET revoked = now() WHERE communes = '{44109}'")
        .await;
    server.refresh().await;
    let _at = work(&server, &Arc::default());
    let told = until(&server, &other, id, |it| it["state"] == "rejected").await;
    assert!(
        told["message"]
            .as_str()
            .expect("a message")
            .contains("ne peut plus déposer")
    );
}
