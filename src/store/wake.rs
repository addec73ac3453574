//! What instances read each second, sooner when a notification says so.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::Notify;

/// Runs `round` at once, then each second, sooner when the channel is notified; ends when the
/// pool is closed.
///
/// The notification only wakes the reading: it is lost with a connection, and a standby refuses
/// to listen.
pub(super) async fn each_second<F: Future<Output = ()>>(
    pool: PgPool,
    channel: &'static str,
    mut round: impl FnMut() -> F,
) {
    let wake = Arc::new(Notify::new());
    // Aborted with this future, which holds its handle.
    let listening = tokio::spawn(listen(pool.clone(), channel, wake.clone()));
    let _guard = AbortOnDrop(listening.abort_handle());
    while !pool.is_closed() {
        round().await;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = wake.notified() => {}
        }
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn listen(pool: PgPool, channel: &'static str, wake: Arc<Notify>) {
    while !pool.is_closed() {
        let listener = PgListener::connect_with(&pool).await;
        if let Ok(mut listener) = listener
            && listener.listen(channel).await.is_ok()
        {
            while listener.recv().await.is_ok() {
                wake.notify_one();
            }
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
