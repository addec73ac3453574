//! Bodies written in pieces, each when the reader has taken the one before.

use std::future::Future;
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
    Body::from_stream(futures::stream::poll_fn(move |context| {
        receiver.poll_recv(context).map(|message| match message {
            Some(Some(piece)) => Some(Ok(piece)),
            Some(None) => None,
            None => Some(Err(std::io::Error::other("cut"))),
        })
    }))
}
