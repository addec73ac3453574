//! `geonantes usage erase`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::bail;
use chrono::Utc;
use serde_json::json;

use crate::cli::session::{Session, Use};
use crate::store::{Erasable, Erased};

/// Whose detail to erase.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The key, by its identifier or its prefix.
    #[arg(long, value_name = "ID|PREFIX")]
    key: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// One JSON document instead of a text.
    #[arg(long)]
    json: bool,
}

/// What waits for an answer.
const ASKED: u8 = 3;

/// Runs the command. Exit code 3 when it must be confirmed and nobody is there to do it.
///
/// # Errors
/// When there is no such key, or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = act(&session, &arguments).await;
    session.close().await?;
    done
}

async fn act(session: &Session, asked: &Arguments) -> anyhow::Result<ExitCode> {
    let found = session.store.erasable(&asked.key).await?;
    let key = match &found[..] {
        [] => bail!(
            "no key has the identifier or the prefix « {} » (« geonantes keys list » shows them)",
            asked.key
        ),
        [one] => one,
        several => {
            let ids: Vec<&str> = several.iter().map(|key| key.id.as_str()).collect();
            bail!(
                "several keys begin like that: name one by its identifier ({})",
                ids.join(", ")
            );
        }
    };
    if !asked.yes && !confirmed(key)? {
        return Ok(ExitCode::from(ASKED));
    }
    let erased = session.store.erase(key.number, Utc::now()).await?;
    let _ = std::io::stdout().write_all(told(key, erased, asked.json).as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn confirmed(key: &Erasable) -> anyhow::Result<bool> {
    eprintln!(
        "The ledger will no longer say what {} ({}) asked for. Sums by commune, layer and day \
         stay; nothing brings the detail back.",
        key.prefix, key.label
    );
    if !std::io::stdin().is_terminal() {
        eprintln!("Nothing was done: confirm with --yes.");
        return Ok(false);
    }
    eprint!("Erase it? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "o" | "oui"))
}

fn told(key: &Erasable, erased: Erased, as_json: bool) -> String {
    let Erased {
        events,
        requests,
        units,
    } = erased;
    if as_json {
        let document = json!({
            "id": key.id,
            "prefix": key.prefix,
            "events": events,
            "requests": requests,
            "units": units,
        });
        return format!("{document:#}\n");
    }
    format!(
        "{} ({}): {events} events no longer say their key; its sums ({requests} requests, {units} \
         units) are kept without it. What instances have not shipped yet will be booked without \
         it too.\n",
        key.prefix, key.label
    )
}
