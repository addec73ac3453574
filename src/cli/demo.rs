//! `geonantes demo`.

use std::net::SocketAddr;
use std::time::Instant;

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};

use super::serve::{listen, serve, stop};
use super::session::{Session, Use};
use super::welcome::welcome;
use crate::config::Config;
use crate::demo::{self, DemoKey, Ground, Sources, Step};
use crate::store::cluster::Cluster;

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on [default: GEONANTES_LISTEN, or 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Parcels to generate [default: 60000; those already loaded when there are some].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(24..=2_000_000))]
    parcels: Option<u32>,
    /// Begin anew: what the private cluster holds is deleted.
    #[arg(long)]
    fresh: bool,
}

/// Parcels of the demonstration when nobody says.
const PARCELS: u32 = 60_000;

/// Loads the demonstration if need be, and serves it until told to stop.
///
/// # Errors
/// When the address is taken, the sources are missing or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.fresh {
        let config = Config::load()?;
        anyhow::ensure!(
            config.database.is_none(),
            "--fresh deletes a private cluster, never the database of GEONANTES_DATABASE_URL"
        );
        Cluster::remove(&config.home).await?;
    }
    let mut session = Session::open(Use::Own).await?;
    if let Some(address) = arguments.listen {
        session.config.listen = address;
    }
    let served = load_and_serve(&session, arguments.parcels).await;
    session.close().await?;
    served
}

async fn load_and_serve(session: &Session, parcels: Option<u32>) -> anyhow::Result<()> {
    let listener = listen(session).await?;
    if needs_loading(session, parcels).await? {
        tokio::select! {
            loaded = load(session, parcels.unwrap_or(PARCELS)) => loaded?,
            () = stop()? => {
                eprintln!("stopped before the demonstration was loaded; the next start loads it");
                return Ok(());
            }
        }
    }
    let keys = tokio::select! {
        keys = populate(session) => keys?,
        () = stop()? => {
            eprintln!("stopped before its members were entered; the next start enters them");
            return Ok(());
        }
    };
    serve(session, listener, |address| {
        eprintln!("{}", welcome(address, &keys))
    })
    .await
}

/// A demonstration cut short is loaded again; one with another number of parcels only when asked.
async fn needs_loading(session: &Session, parcels: Option<u32>) -> anyhow::Result<bool> {
    let ids: Vec<String> = session
        .catalogue
        .layers()
        .iter()
        .map(|layer| layer.id.to_string())
        .collect();
    if !session.store.unpublished(&ids).await?.is_empty() {
        return Ok(true);
    }
    let Some(wanted) = parcels else {
        return Ok(false);
    };
    let held = session.store.published_count("parcelles").await?;
    Ok((held - i64::from(wanted)).unsigned_abs() > u64::from(wanted / 20))
}

async fn load(session: &Session, parcels: u32) -> anyhow::Result<()> {
    let started = Instant::now();
    let sources = Sources::open(&session.config.sources)?;
    let (bar, progress) = progress();
    demo::load(
        &session.store,
        &session.catalogue,
        &session.territory,
        &sources,
        (parcels, session.territory.day(Utc::now())),
        &progress,
    )
    .await?;
    bar.finish_and_clear();
    eprintln!(
        "demonstration loaded in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Adhesions, referents, use and keys; a stop in between leaves the rest to the next start.
async fn populate(session: &Session) -> anyhow::Result<Vec<DemoKey>> {
    let started = Instant::now();
    let (bar, progress) = progress();
    let ground = Ground {
        store: &session.store,
        catalogue: &session.catalogue,
        territory: &session.territory,
        today: session.territory.day(Utc::now()),
        weights: &session.config.file.usage.units,
    };
    let keys = demo::populate(ground, &progress).await?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    if seconds > 2.0 {
        eprintln!("members, referents and a year of use entered in {seconds:.0} s");
    }
    Ok(keys)
}

/// A bar, and what moves it; without a terminal each phase is told once.
fn progress() -> (ProgressBar, impl Fn(Step<'_>) + Send + Sync) {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    let moved = bar.clone();
    let progress = move |step: Step<'_>| {
        moved.set_length(step.total as u64);
        moved.set_position(step.done as u64);
        moved.set_message(format!("{} {}", step.phase, step.title));
        // Of hundreds of days without a terminal, one a month is enough.
        if moved.is_hidden() && (step.total < 100 || step.done.is_multiple_of(30)) {
            eprintln!("{}/{} {} {}", step.done, step.total, step.phase, step.title);
        }
    };
    (bar, progress)
}
