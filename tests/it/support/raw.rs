//! Bytes on a socket, for what no client would send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Raw {
    /// The status, 0 when the connection was closed without an answer.
    pub status: u16,
    /// Everything that was received.
    pub bytes: Vec<u8>,
}

impl Raw {
    /// What was received, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Sends bytes and reads until the server closes, or until it says nothing for a while.
pub async fn exchange(address: SocketAddr, bytes: &[u8], silence: Duration) -> Raw {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    // The server may refuse, and close, before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(Ok(count @ 1..)) = tokio::time::timeout(silence, stream.read(&mut buffer)).await {
        received.extend_from_slice(&buffer[..count]);
    }
    let status = std::str::from_utf8(received.get(9..12).unwrap_or_default())
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0);
    Raw {
        status,
        bytes: received,
    }
}
