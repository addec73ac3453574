//! A connection as the meter sees it: which responses have been handed to it, and whether their
//! bytes have reached the reader's system.
//!
//! hyper calls `poll_flush` only when all that it holds is with the kernel. What was handed over
//! before that is *sent*. It is *whole* once there is evidence: the reader asks for something
//! else, or closes in order, or its system has acknowledged every byte. A reader that closes with
//! bytes unread makes its system answer with a reset: what was sent is then *aborted*.

use std::io::{self, IoSlice};
use std::os::fd::AsRawFd as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_util::task::TaskTracker;

use crate::usage::{Place, State};

/// How long a quiet connection is given before its acknowledged bytes count as read.
const QUIET: Duration = Duration::from_secs(1);
/// How long a connection that we close is listened to for a reset.
const LINGER: Duration = Duration::from_secs(3);
/// Between two looks at it.
const GLANCE: Duration = Duration::from_millis(50);

mod system {
    nix::ioctl_read_bad!(
        /// Bytes of a socket that the other system has not acknowledged (SIOCOUTQ).
        unacknowledged, nix::libc::TIOCOUTQ, nix::libc::c_int
    );
}

/// The responses of a connection that are not settled yet.
#[derive(Debug, Default)]
pub struct Line {
    pending: Mutex<Pending>,
}

#[derive(Debug, Default)]
struct Pending {
    /// Their last frame was handed to hyper.
    handed: Vec<Place>,
    /// Their last byte is with the kernel.
    sent: Vec<Place>,
}

impl Line {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A response's last frame is handed over.
    pub fn hand(&self, place: Place) {
        self.pending().handed.push(place);
    }

    /// All that was handed over is with the kernel. Whether anything is sent and not settled.
    fn flushed(&self) -> bool {
        let pending = &mut *self.pending();
        pending.sent.append(&mut pending.handed);
        !pending.sent.is_empty()
    }

    fn has_sent(&self) -> bool {
        !self.pending().sent.is_empty()
    }

    fn settle_sent(&self, state: State) {
        for place in self.pending().sent.drain(..) {
            place.settle(state);
        }
    }

    /// The connection is gone: what was not sent never will be.
    fn cut(&self) {
        for place in self.pending().handed.drain(..) {
            place.settle(State::Aborted);
        }
    }
}

/// A stream whose responses are followed.
#[derive(Debug)]
pub struct Wire {
    /// None once it lingers.
    stream: Option<TcpStream>,
    line: Arc<Line>,
    /// Whether something is sent and not settled.
    waits: bool,
    /// Since when, at least.
    since: Instant,
    /// Wakes a quiet connection.
    quiet: Option<Pin<Box<Sleep>>>,
    broken: bool,
    /// Those that linger.
    lingering: TaskTracker,
}

impl Wire {
    /// Follows a stream; `lingering` tells who still listens after its end.
    pub fn new(stream: TcpStream, lingering: TaskTracker) -> Self {
        Self {
            lingering,
            stream: Some(stream),
            line: Arc::default(),
            waits: false,
            since: Instant::now(),
            quiet: None,
            broken: false,
        }
    }

    /// What the meter tells of the stream's responses.
    pub fn line(&self) -> Arc<Line> {
        self.line.clone()
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        match &mut self.stream {
            Some(stream) => Ok(Pin::new(stream)),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn settle(&mut self, state: State) {
        self.line.settle_sent(state);
        self.waits = false;
    }

    /// Settles what was sent by what a read tells: bytes are another request, none the end.
    fn heard(&mut self, read: &io::Result<()>, bytes: usize) {
        match read {
            Ok(()) if bytes > 0 => self.settle(State::Whole),
            Ok(()) => {
                if self.stream.as_ref().is_some_and(is_acknowledged) {
                    self.settle(State::Whole);
                }
            }
            Err(_) => self.settle(State::Aborted),
        }
    }

    /// Settles what was sent to a reader that keeps quiet.
    fn listen(&mut self, context: &mut Context<'_>) {
        let quiet = self
            .quiet
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(QUIET)));
        while quiet.as_mut().poll(context).is_ready() {
            if self.since.elapsed() >= QUIET && self.stream.as_ref().is_some_and(is_acknowledged) {
                self.line.settle_sent(State::Whole);
                self.waits = false;
                self.quiet = None;
                return;
            }
            quiet.as_mut().reset(Instant::now() + QUIET);
        }
    }
}

/// Whether the other system has every byte.
fn is_acknowledged(stream: &TcpStream) -> bool {
    let mut bytes = 0;
    // SAFETY: the descriptor is open as long as the stream lives, and the kernel writes one int.
    let asked = unsafe { system::unacknowledged(stream.as_raw_fd(), &raw mut bytes) };
    asked.is_ok() && bytes == 0
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let room = buffer.remaining() > 0;
        let read = self.stream()?.poll_read(context, buffer);
        self.broken |= matches!(read, Poll::Ready(Err(_)));
        if self.waits {
            match &read {
                Poll::Ready(read) if room => self.heard(read, buffer.filled().len() - before),
                Poll::Ready(_) => {}
                Poll::Pending => self.listen(context),
            }
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write(context, bytes);
        self.broken |= matches!(written, Poll::Ready(Err(_)));
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write_vectored(context, bytes);
        self.broken |= matches!(written, Poll::Ready(Err(_)));
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream
            .as_ref()
            .is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.stream()?.poll_flush(context);
        if matches!(flushed, Poll::Ready(Ok(()))) && self.line.flushed() && !self.waits {
            self.waits = true;
            self.since = Instant::now();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(context)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.line.cut();
        if !self.line.has_sent() {
            return;
        }
        if self.broken {
            self.settle(State::Aborted);
            return;
        }
        // Without a runtime the program ends: what was sent stays in doubt.
        if let Some(stream) = self.stream.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let lingering = linger(stream, self.line.clone());
            runtime.spawn(self.lingering.track_future(lingering));
        }
    }
}

/// Waits for what the reader makes of the last bytes of a connection that is closed.
async fn linger(mut stream: TcpStream, line: Arc<Line>) {
    let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
    let started = Instant::now();
    let mut ended = false;
    while started.elapsed() < LINGER {
        let mut rest = [0; 4096];
        tokio::select! {
            read = stream.read(&mut rest), if !ended => match read {
                Ok(0) => ended = true,
                Ok(_) => {}
                Err(_) => return line.settle_sent(State::Aborted),
            },
            () = tokio::time::sleep(GLANCE) => {}
        }
        if (ended || started.elapsed() > QUIET) && is_acknowledged(&stream) {
            return line.settle_sent(State::Whole);
        }
    }
    if ended {
        // The reader closed, and its system never took the rest.
        line.settle_sent(State::Aborted);
    }
}
