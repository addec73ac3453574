//! Bodies written in pieces, each when the reader has taken the one before.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use tokio::sync::mpsc;

use crate::model::Problem;
use crate::store::StoreError;

/// Why a body ends before it is whole.
#[derive(Debug)]
pub(super) enum Cut {
    /// The reader left, or took nothing for too long.
    Gone,
    /// The rest cannot be had.
    Failed(Problem),
}

impl From<Problem> for Cut {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<StoreError> for Cut {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Where the pieces go.
#[derive(Debug)]
pub(super) struct Outlet {
    /// `None` ends a body that is whole.
    sender: mpsc::Sender<Option<Bytes>>,
    stall: Duration,
}

impl Outlet {
    /// Hands a piece over, waiting until the one before is taken.
    pub(super) async fn send(&self, piece: Vec<u8>) -> Result<(), Cut> {
        self.hand(Some(piece.into())).await
    }

    async fn hand(&self, message: Option<Bytes>) -> Result<(), Cut> {
        match tokio::time::timeout(self.stall, self.sender.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Cut::Gone),
        }
    }
}

/// A body that `write` hands over piece by piece. Whatever ends it early, a panic included, breaks
/// the transfer: a short answer must not look whole.
pub(super) fn body<W, F>(stall: Duration, write: W) -> Body
where
    W: FnOnce(Outlet) -> F + Send + 'static,
    F: Future<Output = Result<Outlet, Cut>> + Send + 'static,
{
    let (sender, mut receiver) = mpsc::channel(1);
    let outlet = Outlet { sender, stall };
    tokio::spawn(async move {
        let written = match write(outlet).await {
            Ok(outlet) => outlet.hand(None).await,
            Err(cut) => Err(cut),
        };
        match written {
            Ok(()) => {}
            Err(Cut::Gone) => tracing::debug!("a reader left before the end"),
            Err(Cut::Failed(problem)) => tracing::warn!(?problem, "an answer was cut"),
        }
    });
    let mut whole = false;
    Body::from_stream(futures::stream::poll_fn(move |context| {
        // Compression asks again after the end.
        if whole {
            return Poll::Ready(None);
        }
        receiver.poll_recv(context).map(|message| match message {
            Some(Some(piece)) => Some(Ok(piece)),
            Some(None) => {
                whole = true;
                None
            }
            None => Some(Err(std::io::Error::other("cut"))),
        })
    }))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    const STALL: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_whole_body_ends_well_and_stays_ended() {
        let mut body = body(STALL, |outlet| async move {
            outlet.send(b"one ".to_vec()).await?;
            outlet.send(b"two".to_vec()).await?;
            Ok(outlet)
        });
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            bytes.extend(frame.expect("no failure").into_data().expect("data"));
        }
        assert_eq!(bytes, b"one two");
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_body_that_ends_early_is_broken() {
        let failed = body(STALL, |outlet| async move {
            outlet.send(b"one".to_vec()).await?;
            Err(Problem::Timeout.into())
        });
        assert!(failed.collect().await.is_err());
        let panicked = body(STALL, |outlet| async move {
            outlet.send(b"one".to_vec()).await?;
            panic!("in a writer");
        });
        assert!(panicked.collect().await.is_err());
    }

    #[tokio::test]
    async fn a_reader_that_stalls_finds_the_body_broken() {
        let mut body = body(STALL, |outlet| async move {
            for _ in 0..3 {
                outlet.send(b"piece".to_vec()).await?;
            }
            Ok(outlet)
        });
        assert!(body.frame().await.is_some_and(|frame| frame.is_ok()));
        tokio::time::sleep(STALL * 4).await;
        assert!(body.collect().await.is_err());
    }
}
