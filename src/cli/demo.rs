//! `geonantes demo`.

use std::net::SocketAddr;

use super::serve::{listen, serve};
use super::session::{Session, Use};

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on [default: GEONANTES_LISTEN, or 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Loads the demonstration if need be, and serves it until told to stop.
///
/// # Errors
/// When the address is taken, the sources are missing or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut session = Session::open(Use::Own).await?;
    if let Some(address) = arguments.listen {
        session.config.listen = address;
    }
    let listener = listen(&session).await?;
    let served = serve(&session, listener, |_| ()).await;
    session.close().await?;
    served
}
