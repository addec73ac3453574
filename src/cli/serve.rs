//! `geonantes serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::session::{Session, Use};
use crate::app::App;
use crate::http;
use crate::ingest::contributions::{Worker, through_the_door};
use crate::usage::{self, Journal, Keeper};

/// Time given to the journal's last shipment when the program stops.
const SHIPPING: Duration = Duration::from_secs(10);

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on [default: GEONANTES_LISTEN, or 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Serves until told to stop.
///
/// # Errors
/// When the address is taken or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut session = Session::open(Use::Own).await?;
    if let Some(listen) = arguments.listen {
        session.config.listen = listen;
    }
    let served = match listen(&session).await {
        Ok(listener) => serve(&session, listener, |_| ()).await,
        Err(error) => Err(error),
    };
    session.close().await?;
    served
}

/// Takes the address, before anything slow is done for nothing.
///
/// # Errors
/// When it is taken.
pub async fn listen(session: &Session) -> anyhow::Result<TcpListener> {
    let address = session.config.listen;
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} (another program does? choose with --listen ADDR)")
    })
}

/// Serves a session's layers; `started` is told the address.
///
/// # Errors
/// When the metrics or the signals cannot be set up.
pub async fn serve(
    session: &Session,
    listener: TcpListener,
    started: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full("geonantes_request_seconds".to_owned()),
            &SECONDS,
        )?
        .install_recorder()?;
    let mut app = App::new(
        session.config.clone(),
        session.catalogue.clone(),
        session.territory.clone(),
        session.store.clone(),
        metrics,
    );
    let keeper = keeper(session)?;
    if let Some(keeper) = &keeper {
        app = app.recording(keeper.journal.clone());
    }
    let app = Arc::new(app);
    app.freshness.refresh(&app.store, &app.catalogue).await?;
    let keeping = tokio::spawn(
        app.freshness
            .clone()
            .keep(app.store.clone(), app.catalogue.clone()),
    );
    app.keyring.refresh(&app.store).await?;
    app.keyring.read_quotas(&app.store, &app.limits).await?;
    let keeping_keys = tokio::spawn(
        app.keyring
            .clone()
            .keep(app.store.clone(), app.limits.clone()),
    );
    let keeping_sessions = tokio::spawn(app.sessions.clone().keep(app.store.clone()));
    if let Some(issuer) = app.issuer.clone() {
        // What is not set up well is in the log now, rather than at the first sign-in.
        tokio::spawn(async move { issuer.look().await });
    }
    let stopping = CancellationToken::new();
    let worker = Worker::new(app.clone(), through_the_door(&app), stopping.clone());
    let working = tokio::spawn(worker.work());
    let journaling = keeper.clone().map(|keeper| tokio::spawn(keeper.keep()));
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    started(address);
    let limits = &session.config.file.limits;
    http::serve(listener, http::router(app.clone()), limits, stop()?).await;
    tracing::info!("stopping");
    stopping.cancel();
    let _ = working.await;
    keeping.abort();
    keeping_keys.abort();
    keeping_sessions.abort();
    if let (Some(keeper), Some(journaling)) = (keeper, journaling) {
        journaling.abort();
        let _ = journaling.await;
        keeper.close(SHIPPING).await;
    }
    Ok(())
}

/// Opens the journal of use, and what keeps it; none where use is not recorded.
fn keeper(session: &Session) -> anyhow::Result<Option<Arc<Keeper>>> {
    let settings = &session.config.file.usage;
    if !settings.record {
        tracing::warn!("use is not recorded ([usage] record = false)");
        return Ok(None);
    }
    let names = usage::names(&session.catalogue, &session.territory);
    let home = &session.config.home;
    let journal = Journal::open(home, names, settings.journal_bytes).with_context(|| {
        format!(
            "the journal of use cannot be opened under {}",
            home.display()
        )
    })?;
    Ok(Some(Arc::new(Keeper {
        journal: Arc::new(journal),
        store: session.store.clone(),
        timezone: session.territory.timezone,
        settings: settings.clone(),
    })))
}

/// Resolves at Ctrl-C or SIGTERM; a second one ends the program at once.
///
/// # Errors
/// When the signals cannot be heard.
pub fn stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            eprintln!("geonantes: stopped at once");
            std::process::exit(1);
        });
    })
}
