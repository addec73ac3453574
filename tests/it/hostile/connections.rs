//! Connections that waste: slow senders, readers that stop or leave, idle ones, floods.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::pace;
use crate::support::{Database, Server};

const LARGE: &str = "/collections/adresses/items?limit=10000";

/// A server with enough addresses for a page of several megabytes, and short limits.
async fn large(heavy: usize) -> Server {
    let database = Database::clone_template().await;
    database
        .publish(
            "adresses",
            "SELECT '44109' AS _scope, 'c' || n AS cle_interop, 'entrée' AS position, \
             repeat('Rue très longue ', 20) AS voie_nom, '44109' AS commune_insee, n::bigint AS \
             numero, ST_Point(354000 + n % 200, 6688000 + n / 200, 2154) AS geom \
             FROM generate_series(1, 12000) n",
        )
        .await;
    Server::with(database, |limits| {
        limits.heavy_requests = heavy;
        limits.request_s = 2;
        limits.stall_s = 2;
    })
    .await
}

async fn ask(server: &Server, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let text = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(text.as_bytes()).await.expect("sent");
    stream
}

/// Reads until the other side closes, within a time.
async fn closes_within(stream: &mut TcpStream, limit: Duration) -> bool {
    let mut buffer = [0; 4096];
    let reading = async { while let Ok(1..) = stream.read(&mut buffer).await {} };
    tokio::time::timeout(limit, reading).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_senders_are_cut_and_keep_nobody_waiting() {
    let server = large(8).await;
    let mut slow = Vec::new();
    for _ in 0..60 {
        let mut stream = TcpStream::connect(server.address)
            .await
            .expect("a connection");
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a")
            .await
            .expect("sent");
        slow.push(stream);
    }
    pace(&server).await;
    for stream in &mut slow {
        assert!(
            closes_within(stream, Duration::from_secs(10)).await,
            "a slow sender is kept"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_never_comes_is_not_waited_for() {
    let server = Server::shared();
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let head = b"POST /collections HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    stream.write_all(head).await.expect("sent");
    let mut start = [0; 12];
    let reading = stream.read_exact(&mut start);
    tokio::time::timeout(Duration::from_secs(5), reading)
        .await
        .expect("in time")
        .expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 405");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn downloads_cut_in_the_middle_give_their_place_back() {
    let server = large(2).await;
    for _ in 0..30 {
        let mut stream = ask(&server, LARGE).await;
        let mut some = [0; 200];
        stream.read_exact(&mut some).await.expect("a beginning");
        assert!(matches!(&some[9..12], b"200" | b"503"));
        drop(stream);
    }
    large_page_answers(&server).await;
    pace(&server).await;
}

/// Heavy requests are answered again, after those before have been let go.
async fn large_page_answers(server: &Server) {
    let start = Instant::now();
    loop {
        let answer = server.get(LARGE).await;
        if answer.status == 200 {
            assert_eq!(answer.json()["numberReturned"], 10_000);
            return;
        }
        assert_eq!(answer.status, 503);
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "the places are never given back"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_so_many_heavy_requests_the_answer_is_to_come_back() {
    let server = large(2).await;
    // Readers that take nothing hold their places until they are let go.
    let mut stalled = [ask(&server, LARGE).await, ask(&server, LARGE).await];
    for stream in &mut stalled {
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.expect("a beginning");
        assert_eq!(&start, b"HTTP/1.1 200");
    }
    let answer = server.get(LARGE).await;
    answer.problem(503);
    assert!(!answer.header("retry-after").is_empty());
    // Small pages are not kept back, nor are the stalled readers kept for ever.
    pace(&server).await;
    large_page_answers(&server).await;
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_so_many_requests_too() {
    let database = Database::clone_template().await;
    let server = Server::with(database, |limits| limits.requests = 0).await;
    let answer = server.get("/").await;
    answer.problem(503);
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_keep_nobody_out() {
    let server = Server::shared();
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(
            TcpStream::connect(server.address)
                .await
                .expect("a connection"),
        );
    }
    pace(server).await;
    drop(idle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::shared();
    let mut text = String::new();
    for limit in 1..=20 {
        let last = if limit == 20 {
            "Connection: close\r\n"
        } else {
            ""
        };
        text += &format!(
            "GET /collections/communes/items?limit={limit}&f=json HTTP/1.1\r\nHost: x\r\n{last}\r\n"
        );
    }
    let raw =
        crate::support::exchange(server.address, text.as_bytes(), Duration::from_secs(5)).await;
    let all = raw.text();
    assert_eq!(all.matches("HTTP/1.1 200 OK").count(), 20);
    let mut from = 0;
    for limit in 1..=20 {
        let marker = format!("limit={limit}&f=json");
        let place = all[from..]
            .find(&marker)
            .unwrap_or_else(|| panic!("{limit} is out of order"));
        from += place;
    }
}

/// Whoever is being answered when the program stops gets the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_flight_are_finished_at_the_end() {
    let server = large(8).await;
    let address = server.address;
    let mut stream = ask(&server, LARGE).await;
    let mut body = vec![0; 1000];
    stream.read_exact(&mut body).await.expect("a beginning");
    server.stop();
    let start = Instant::now();
    while TcpStream::connect(address).await.is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "it still takes connections"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let reading = stream.read_to_end(&mut body);
    tokio::time::timeout(Duration::from_secs(15), reading)
        .await
        .expect("in time")
        .expect("the rest");
    let text = String::from_utf8_lossy(&body);
    assert!(
        text.contains("\"numberReturned\":10000"),
        "cut at {} bytes",
        body.len()
    );
}
