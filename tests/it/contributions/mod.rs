//! Contributions over HTTP: who may send what, what is kept of it, and what becomes of it.

mod instances;
mod merging;
mod publishing;
mod sending;
mod working;

use geonantes::ingest::contributions::{Worker, through_the_door};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::support::{Answer, Form, Server};

/// A server of two communes of level `outils` and one of level `portail`.
async fn server() -> Server {
    let server = Server::start().await;
    adhere(&server).await;
    server
}

async fn adhere(server: &Server) {
    server.database.adhere(&["44109", "44018"], "outils").await;
    server.database.adhere(&["44020"], "portail").await;
    server.refresh().await;
}

/// Sends a form with a key.
async fn contribute(server: &Server, key: &str, form: Form) -> Answer {
    form.post(&server.url("/contributions"), &[("x-api-key", key)])
        .await
}

/// The number of the contribution that an answer tells of.
fn number(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_i64().expect("a number")
}

/// Works on what is sent as the program does.
fn work(server: &Server) {
    let deliver = through_the_door(&server.app);
    let worker = Worker::new(server.app.clone(), deliver, CancellationToken::new());
    server.keep_keys();
    tokio::spawn(worker.work());
}

/// A contribution once nobody is at work on it.
async fn settled(server: &Server, key: &str, id: i64) -> Json {
    working::until(server, key, id, |it| {
        it["publishing"] == false && it["state"] != "received" && it["state"] != "checked"
    })
    .await
}

/// A GeoJSON file of features in Lambert-93.
fn lambert(features: Vec<serde_json::Value>) -> Vec<u8> {
    serde_json::json!({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}},
        "features": features,
    })
    .to_string()
    .into_bytes()
}
