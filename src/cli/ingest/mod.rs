//! `geonantes ingest FILE…`: a commune's file becomes common heritage, or comes back with a report
//! that it can act on.

mod export;
mod history;
mod options;
mod progress;
mod report;
mod rollback;
mod written;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::session::{Session, Use};
use super::table::say;
use crate::ingest::deliver::{self, Decide, Ground, Order};
use crate::model::{OutcomeReport, State, Wishes, Writer};
use crate::ogr::Ogr;

pub use options::Options;

/// What is delivered, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    past: Option<history::Verb>,
    /// Files, archives or folders of one delivery; write ./history for a file of that name.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
}

const HELP: &str = "\
On a terminal the comparison is shown and « Publier ? » asked; --yes answers it, --dry-run publishes
nothing. Without a terminal, as in a script, what is sound is published straight away.

Exit codes: 0 published, unchanged or (with --dry-run) sound; 1 refused, or failed with a message;
2 wrong usage; 3 a question must be answered first, with the option that it names.";

/// Runs the command.
///
/// # Errors
/// When the configuration, the files or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = match &arguments.past {
        Some(verb) => history::run(&session, verb).await,
        None => run_on(&session, &arguments).await,
    };
    session.close().await?;
    done
}

async fn run_on(session: &Session, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let wishes = match arguments.options.wishes(&session.catalogue) {
        Ok(wishes) => wishes,
        Err(message) => {
            eprintln!("geonantes: {message}");
            return Ok(ExitCode::from(2));
        }
    };
    if let Some(missing) = arguments.files.iter().find(|path| !path.exists()) {
        anyhow::bail!("{} does not exist", missing.display());
    }
    let options = &arguments.options;
    if let Some(path) = &options.report {
        written::check(path)?;
    }
    let writer = Writer::territory(options.author());
    let meter = progress::Meter::new(options.quiet, options.json);
    let listener = |step| meter.show(step);
    let declined = AtomicBool::new(false);
    let stopped = told_to_stop();
    let outcome = tokio::select! {
        outcome = deliver(session, arguments, &wishes, &writer, &listener, &meter, &declined) => outcome,
        () = stopped => {
            meter.clear();
            eprintln!("Interrompu : rien n’a été changé.");
            return Ok(ExitCode::FAILURE);
        }
    };
    meter.clear();
    let reports = outcome?;
    if declined.into_inner() {
        // The report was shown with the question.
        eprintln!("Rien n’est publié.");
        return Ok(code(&reports));
    }
    if options.json {
        say(&format!("{}\n", report::json(&reports)?));
    } else {
        say(&report::text(&reports, colours()));
    }
    if let Some(path) = &options.report
        && let Err(error) = written::write(session, path, &title(&arguments.files), &reports).await
    {
        // What was published is, and the exit code says so.
        eprintln!("{error:#}");
    }
    Ok(code(&reports))
}

/// Waits for Ctrl-C, or for the signal by which systems and schedulers end a program. It listens
/// from the call on, not from the first wait: what is told before is not lost.
fn told_to_stop() -> impl Future<Output = ()> {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
    let [interrupted, terminated] = kinds.map(|kind| signal(kind).ok());
    async move {
        tokio::select! {
            () = told(interrupted) => {}
            () = told(terminated) => {}
        }
    }
}

/// Waits for a signal; for ever where it cannot be heard.
async fn told(signal: Option<Signal>) {
    match signal {
        Some(mut signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// The files' names, in a word.
fn title(files: &[PathBuf]) -> String {
    let names = files.iter().filter_map(|path| path.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    names.join(", ")
}

async fn deliver(
    session: &Session,
    arguments: &Arguments,
    wishes: &Wishes,
    writer: &Writer,
    listener: deliver::Listener<'_>,
    meter: &progress::Meter,
    declined: &AtomicBool,
) -> anyhow::Result<Vec<OutcomeReport>> {
    let limits = &session.config.file.ingest;
    let ogr = Ogr::new(limits);
    let ground = Ground {
        limits,
        catalogue: &session.catalogue,
        territory: &session.territory,
        store: &session.store,
        ogr: &ogr,
    };
    let options = &arguments.options;
    let order = Order {
        files: &arguments.files,
        wishes,
        writer,
        expected: &[],
        contribution: None,
        dry_run: options.dry_run,
    };
    let asks = !options.yes && !options.json && std::io::stdin().is_terminal();
    let decide: Decide<'_> = if asks {
        Box::new(move |reports| -> BoxFuture<'_, bool> {
            meter.clear();
            Box::pin(async move {
                let agreed = confirm(reports).await;
                declined.store(!agreed, Ordering::Relaxed);
                agreed
            })
        })
    } else {
        deliver::always()
    };
    Ok(deliver::deliver(ground, order, listener, decide).await?)
}

/// Shows what would change and asks whether it is published.
async fn confirm(reports: Vec<OutcomeReport>) -> bool {
    say(&report::text(&reports, colours()));
    let mut out = std::io::stderr();
    let _ = write!(out, "Publier ? [o/N] ");
    let _ = out.flush();
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    let answer = match read.await {
        Ok(Ok(line)) => line.trim().to_lowercase(),
        _ => String::new(),
    };
    matches!(answer.as_str(), "o" | "oui" | "y" | "yes")
}

fn colours() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The exit code of the reports: a refusal before a question, a question before what is done.
fn code(reports: &[OutcomeReport]) -> ExitCode {
    let any = |state: State| reports.iter().any(|report| report.state == state);
    if any(State::Asked) {
        ExitCode::from(3)
    } else if any(State::Rejected) || reports.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
