//! Operations: is it alive, is it ready, what does it measure.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::usage::Health;

/// `GET /health/live`: the program answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: the database is reachable and its migrations are current.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let database = app.store.ping().await.is_ok();
    let state = app.store.migration_state().await;
    let migrations = state.map_or("unknown", |state| state.word());
    // Without it restricted layers answer too, more slowly: an update of PostGIS undoes it.
    let indexed = app.store.overlaps_use_indexes().await.unwrap_or(false);
    let ready = database && migrations == "current";
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = serde_json::json!({
        "ready": ready,
        "database": if database { "reachable" } else { "unreachable" },
        "migrations": migrations,
        "restricted_layers_indexed": indexed,
        "usage_journal": app.meter.health().map_or("off", Health::word),
    });
    let mut response = (status, axum::Json(body)).into_response();
    if !ready {
        response.headers_mut().insert(header::RETRY_AFTER, 2.into());
    }
    response
}

/// `GET /metrics`: Prometheus text.
pub async fn metrics(State(app): State<Arc<App>>) -> String {
    metrics::gauge!("geonantes_tile_cache_bytes").set(app.tiles.bytes() as f64);
    let snapshot = app.freshness.now();
    metrics::gauge!("geonantes_database_reachable").set(f64::from(u8::from(snapshot.reachable)));
    for layer in app.catalogue.layers() {
        let version = snapshot
            .get(layer.id.as_str())
            .map_or(0, |state| state.version);
        metrics::gauge!("geonantes_layer_version", "layer" => layer.id.to_string())
            .set(version as f64);
    }
    app.metrics.render()
}
