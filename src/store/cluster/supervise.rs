//! Watches the server while the program lives, and starts it again when it was killed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::binaries::Binaries;
use super::error::ClusterError;
use super::launch;
use super::lock::Lock;
use super::log;
use super::place::Place;
use super::postmaster::Postmaster;

/// Pauses between starts that fail, in seconds; the last repeats.
const BACK_OFF: [u64; 6] = [0, 1, 2, 5, 10, 30];
/// A server that lived so long was well started: what ended it was something else.
const STEADY: Duration = Duration::from_secs(10);
/// How often the log's size is looked at.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// How a watch ends.
#[derive(Debug)]
enum End {
    Stop,
    Release,
}

/// The task that owns the postmaster and the owner's lock. Dropped, the postmaster is asked to
/// stop and nobody waits for it.
#[derive(Debug)]
pub(super) struct Supervisor {
    end: Option<oneshot::Sender<End>>,
    task: JoinHandle<Result<(), ClusterError>>,
}

impl Supervisor {
    pub fn spawn(
        place: Arc<Place>,
        binaries: Binaries,
        postmaster: Postmaster,
        lock: Lock,
    ) -> Supervisor {
        let (end, ended) = oneshot::channel();
        let task = tokio::spawn(async move {
            let result = watch(&place, &binaries, postmaster, ended).await;
            drop(lock);
            result
        });
        Supervisor {
            end: Some(end),
            task,
        }
    }

    /// Stops the server and waits until it has stopped.
    pub async fn stop(self) -> Result<(), ClusterError> {
        self.finish(End::Stop).await
    }

    /// Stops watching and leaves the server to those who use it.
    pub async fn release(self) -> Result<(), ClusterError> {
        self.finish(End::Release).await
    }

    async fn finish(mut self, end: End) -> Result<(), ClusterError> {
        if let Some(sender) = self.end.take() {
            // A task that is gone has ended its server already.
            let _ = sender.send(end);
        }
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => {
                tracing::warn!(%error, "the watch over PostgreSQL broke off");
                Ok(())
            }
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn watch(
    place: &Place,
    binaries: &Binaries,
    mut postmaster: Postmaster,
    mut ended: oneshot::Receiver<End>,
) -> Result<(), ClusterError> {
    let socket = postmaster.socket.clone();
    let mut failures = 0;
    loop {
        let since = Instant::now();
        let how = tokio::select! {
            end = &mut ended => return finish(place, postmaster, end.ok()).await,
            how = alive(place, &mut postmaster) => how,
        };
        tracing::warn!(
            pid = postmaster.pid, how, log = %place.log().display(),
            "PostgreSQL ended unexpectedly: starting it again"
        );
        if since.elapsed() > STEADY {
            failures = 0;
        }
        postmaster.release();
        let revived = tokio::select! {
            _ = &mut ended => None,
            postmaster = revive(place, binaries, &socket, &mut failures) => Some(postmaster),
        };
        let Some(revived) = revived else {
            // The server half started was asked to stop by being dropped.
            return launch::end(place).await;
        };
        postmaster = revived;
        tracing::info!(pid = postmaster.pid, "PostgreSQL answers again");
    }
}

/// Starts the server again, however often it takes.
async fn revive(
    place: &Place,
    binaries: &Binaries,
    socket: &Path,
    failures: &mut usize,
) -> Postmaster {
    loop {
        sleep(pause(*failures)).await;
        *failures += 1;
        match launch::obtain(place, binaries, Some(socket)).await {
            Ok(postmaster) => return postmaster,
            Err(error) => tracing::error!("{error}"),
        }
    }
}

/// The pause before the next start, after so many that did not last.
fn pause(failures: usize) -> Duration {
    Duration::from_secs(BACK_OFF[failures.min(BACK_OFF.len() - 1)])
}

/// Returns when the server ended; keeps its log short meanwhile.
async fn alive(place: &Place, postmaster: &mut Postmaster) -> String {
    loop {
        tokio::select! {
            how = postmaster.ended() => return how,
            () = sleep(LOG_EVERY) => log::trim(&place.log()),
        }
    }
}

async fn finish(
    place: &Place,
    postmaster: Postmaster,
    end: Option<End>,
) -> Result<(), ClusterError> {
    match end {
        Some(End::Release) => {
            postmaster.release();
            Ok(())
        }
        Some(End::Stop) | None => postmaster.shut_down(place).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_is_bounded() {
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(3), Duration::from_secs(5));
        assert_eq!(pause(1000), Duration::from_secs(30));
    }
}
