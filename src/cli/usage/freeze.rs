//! `geonantes usage freeze`.

use std::io::Write as _;
use std::process::ExitCode;

use chrono::Utc;
use serde_json::{Map, Value as Json, json};

use crate::cli::session::{Session, Use};
use crate::model::{Frozen, Units};
use crate::usage::freeze::{self, Check};

/// Which year to freeze.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The calendar year, in the territory's time zone.
    #[arg(long, value_name = "N")]
    year: i32,
    /// Measure it as it stands, before it is over; the final freeze comes later.
    #[arg(long)]
    provisional: bool,
    /// Freeze nothing: compare what was frozen with what the ledger holds now.
    #[arg(long, conflicts_with = "provisional")]
    check: bool,
    /// Who freezes, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
    /// One JSON document instead of a text.
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit code 1 when the year cannot be frozen, or when what was frozen is no
/// longer what its sum was made of.
///
/// # Errors
/// When the configuration or the database cannot be used.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = if arguments.check {
        check(&session, &arguments).await
    } else {
        freeze(&session, &arguments).await
    };
    session.close().await?;
    let (text, code) = done?;
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(code)
}

async fn freeze(session: &Session, asked: &Arguments) -> anyhow::Result<(String, ExitCode)> {
    let (store, territory) = (&session.store, &session.territory);
    let (frozen, fresh) = freeze::freeze(
        store,
        territory,
        asked.year,
        asked.provisional,
        &asked.author,
        Utc::now(),
    )
    .await?;
    let text = if asked.json {
        let mut document = head(&frozen);
        document.insert(
            "state".into(),
            json!(if fresh { "frozen" } else { "already_frozen" }),
        );
        document.insert("services".into(), services(&frozen));
        format!("{:#}\n", Json::Object(document))
    } else {
        let word = if fresh {
            "frozen"
        } else {
            "was frozen already"
        };
        format!("{}{}", sentence(&frozen, word), table(&frozen))
    };
    Ok((text, ExitCode::SUCCESS))
}

async fn check(session: &Session, asked: &Arguments) -> anyhow::Result<(String, ExitCode)> {
    let found = freeze::check(&session.store, &session.territory, asked.year).await?;
    let code = if found.intact {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    let text = if asked.json {
        as_json(&found)
    } else {
        as_text(&found)
    };
    Ok((text, code))
}

fn head(frozen: &Frozen) -> Map<String, Json> {
    let at = frozen.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    [
        ("year", json!(frozen.year)),
        ("provisional", json!(frozen.provisional)),
        ("at", json!(at)),
        ("author", json!(frozen.author)),
        ("sha256", json!(frozen.sha256)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// By service commun, then by account: exact decimal units.
fn services(frozen: &Frozen) -> Json {
    let mut services: Map<String, Json> = Map::new();
    for it in &frozen.measured {
        let accounts = services
            .entry(it.service.clone())
            .or_insert_with(|| json!({}));
        accounts[&it.account] = json!(it.units.to_string());
    }
    Json::Object(services)
}

fn sentence(frozen: &Frozen, word: &str) -> String {
    let at = frozen.at.format("%Y-%m-%d %H:%M UTC");
    let state = if frozen.provisional {
        " (provisional)"
    } else {
        ""
    };
    format!(
        "{}{state} {word}: {at}, by {}\nsha256 {}\n",
        frozen.year, frozen.author, frozen.sha256
    )
}

fn table(frozen: &Frozen) -> String {
    let wide = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let list = &frozen.measured;
    let service = wide(&mut list.iter().map(|it| it.service.len())).max(7);
    let units = wide(&mut list.iter().map(|it| it.units.to_string().len())).max(5);
    let mut text = format!(
        "{:service$}  {:10}  {:>units$}\n",
        "SERVICE", "ACCOUNT", "UNITS"
    );
    for it in list {
        let number = it.units.to_string();
        text += &format!(
            "{:service$}  {:10}  {number:>units$}\n",
            it.service, it.account
        );
    }
    text
}

fn as_json(found: &Check) -> String {
    let differences = found.differences.iter().map(|it| {
        json!({
            "service": it.service,
            "key": it.account,
            "frozen": it.frozen.to_string(),
            "now": it.now.to_string(),
            "difference": Units(it.now.0 - it.frozen.0).to_string(),
        })
    });
    let mut document = head(&found.frozen);
    document.insert("intact".into(), json!(found.intact));
    document.insert("differences".into(), differences.collect());
    format!("{:#}\n", Json::Object(document))
}

fn as_text(found: &Check) -> String {
    let mut text = sentence(&found.frozen, "was frozen");
    if !found.intact {
        text += "its measures are NOT those that this sum was made of: somebody changed them\n";
    }
    if found.differences.is_empty() {
        text += "nothing arrived since\n";
    }
    for it in &found.differences {
        let sign = if it.now > it.frozen { "+" } else { "" };
        let more = Units(it.now.0 - it.frozen.0);
        text += &format!(
            "{} {}: {} frozen, {} now ({sign}{more})\n",
            it.service, it.account, it.frozen, it.now,
        );
    }
    text
}
