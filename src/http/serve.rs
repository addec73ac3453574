//! The accept loop: slow senders are cut, requests in flight are finished at the end.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::limits::Peer;
use super::line::Wire;
use crate::config::Limits;

/// Most bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;

/// Serves until `stop` resolves, then finishes the requests in flight within the limit.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.request_s))
        .max_buf_size(HEAD_BYTES)
        .keep_alive(true);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let lingering = TaskTracker::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: leave time for some to come back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let wire = Wire::new(stream, lingering.clone());
        let line = wire.line();
        let peer = Peer(peer.ip());
        let service = router
            .clone()
            .map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(line.clone());
                request.extensions_mut().insert(peer);
                request
            });
        let service = TowerToHyperService::new(service);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(wire), service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let patience = Duration::from_secs(limits.shutdown_s);
    if tokio::time::timeout(patience, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still in flight at the end of the time given to them");
    }
    // Whatever is still going out ends here, and is recorded as cut.
    connections.shutdown().await;
    lingering.close();
    lingering.wait().await;
}
