//! `geonantes keys create|list|revoke`.

use std::process::ExitCode;

use anyhow::ensure;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;

use super::adhesions::{check_commune, communes};
use super::session::{Session, Use};
use super::table::{aligned, say};
use crate::members::{self, Grant, Standing, standing};
use crate::model::{Communes, Level, Reach, Role};
use crate::store::members::{HeldKey, Revoking};

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Gives a key out; it is shown this once.
    Create(Create),
    /// Lists the keys that were given out.
    List {
        /// One JSON document instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Revokes a key: within a second no instance accepts it.
    Revoke {
        /// Its identifier, or its prefix (gn_…).
        id: String,
        /// One JSON document instead of a sentence.
        #[arg(long)]
        json: bool,
    },
}

/// Options of `keys create`.
#[derive(Debug, clap::Args)]
pub struct Create {
    /// What it allows; may be repeated: member, instructor, contributor, finance, administrator,
    /// csu, craiol, application.
    #[arg(
        long = "role",
        value_name = "ROLE",
        required = true,
        value_delimiter = ','
    )]
    roles: Vec<Role>,
    /// Where: the INSEE code of a commune, several with commas, or « territoire ».
    #[arg(long, value_name = "SCOPE")]
    scope: Reach,
    /// Who holds it and what for.
    #[arg(long, value_name = "TEXT", value_parser = label)]
    label: String,
    /// Last day on which it is accepted.
    #[arg(long, value_name = "DATE")]
    expires: Option<NaiveDate>,
    /// Units that it may use in a calendar month.
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(i64).range(1..=1_000_000_000_000))]
    quota: Option<i64>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

fn label(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err("a label is one line of 1 to 200 characters".to_owned());
    }
    Ok(text.to_owned())
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used, or the command is refused.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = match command {
        Command::Create(arguments) => create(&session, &arguments).await,
        Command::List { json } => list(&session, json).await,
        Command::Revoke { id, json } => revoke(&session, &id, json).await,
    };
    session.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn create(session: &Session, arguments: &Create) -> anyhow::Result<()> {
    let names = communes(session).await?;
    if let Reach::Communes(codes) = &arguments.scope {
        for code in codes.iter() {
            check_commune(session, &names, code)?;
        }
    }
    let today = session.territory.day(Utc::now());
    ensure!(
        arguments.expires.is_none_or(|last| last >= today),
        "--expires lies in the past; it is the last day on which the key is accepted"
    );
    let expires = arguments
        .expires
        .and_then(|last| last.checked_add_days(Days::new(1)))
        .map(|end| session.territory.begins(end));
    let issued = members::issue(
        &session.store,
        &Grant {
            label: &arguments.label,
            roles: arguments.roles.iter().copied().collect(),
            reach: &arguments.scope,
            quota: arguments.quota,
            expires,
        },
    )
    .await?;
    warn(session, &arguments.scope, today).await?;
    if arguments.json {
        let document = json!({
            "id": issued.id, "key": issued.key.reveal(), "prefix": issued.key.prefix(),
        });
        say(&format!("{document:#}\n"));
    } else {
        say(&format!("{}\n", issued.key.reveal()));
        eprintln!(
            "This key is shown this once: give it to its holder, it cannot be read again.\n\
             To revoke it: geonantes keys revoke {}",
            issued.key.prefix()
        );
    }
    Ok(())
}

/// Says what a key is worth today, when it is less than its holder will expect.
async fn warn(session: &Session, scope: &Reach, today: NaiveDate) -> anyhow::Result<()> {
    let Some(service) = session.territory.portal_service() else {
        if *scope != Reach::Territory {
            eprintln!("warning: territory.toml has no service with levels: no commune adheres");
        }
        return Ok(());
    };
    let mut adhesions = session.store.adhesions().await?;
    adhesions.retain(|adhesion| adhesion.service == service.id);
    let add = format!("geonantes adhesions add --service {}", service.id);
    match standing(scope, &adhesions, today) {
        None => eprintln!(
            "warning: no commune of {scope} adheres to « {} » today: the key is refused until \
             one does ({add} …)",
            service.id
        ),
        Some(Standing {
            level: Level::Portail,
            ..
        }) => eprintln!(
            "warning: {scope} adheres at the level portail: the key opens a session of the \
             portal and nothing else"
        ),
        Some(standing) if standing.reach != *scope => eprintln!(
            "warning: of {scope}, only {} adheres to « {} » today",
            standing.reach, service.id
        ),
        Some(_) => {}
    }
    Ok(())
}

async fn list(session: &Session, json: bool) -> anyhow::Result<()> {
    let keys = session.store.keys().await?;
    let now = Utc::now();
    if json {
        let keys: Vec<_> = keys.iter().map(|key| document(session, key, now)).collect();
        say(&format!("{:#}\n", json!({ "keys": keys })));
        return Ok(());
    }
    let names = communes(session).await?;
    let day = |at: Option<DateTime<Utc>>| {
        at.map_or_else(String::new, |at| session.territory.day(at).to_string())
    };
    let rows = keys.iter().map(|key| {
        [
            key.prefix.clone(),
            state(key, now).to_owned(),
            roles(key).join(","),
            place(&key.reach, &names),
            key.label.clone(),
            key.quota
                .map_or_else(String::new, |quota| quota.to_string()),
            day(key.expires.map(last_instant)),
            day(key.used),
        ]
    });
    let headings = [
        "PREFIX", "STATE", "ROLES", "SCOPE", "LABEL", "QUOTA", "EXPIRES", "USED",
    ];
    say(&aligned(headings, rows.collect()));
    Ok(())
}

async fn revoke(session: &Session, name: &str, json: bool) -> anyhow::Result<()> {
    match session.store.revoke_key(name).await? {
        Revoking::Revoked(key) if json => {
            let document = document(session, &key, Utc::now());
            say(&format!("{document:#}\n"));
            Ok(())
        }
        Revoking::Revoked(key) => {
            say(&format!("{} ({}): revoked\n", key.prefix, key.label));
            Ok(())
        }
        Revoking::Before(since) => {
            anyhow::bail!("this key was revoked on {}", session.territory.day(since))
        }
        Revoking::Unknown => anyhow::bail!(
            "no key has this identifier or prefix; « geonantes keys list » shows them"
        ),
        Revoking::Several => anyhow::bail!("several keys begin so: give the identifier"),
    }
}

/// The instant before the one from which a key is no longer accepted: on its last day.
fn last_instant(end: DateTime<Utc>) -> DateTime<Utc> {
    end - chrono::TimeDelta::nanoseconds(1)
}

fn state(key: &HeldKey, now: DateTime<Utc>) -> &'static str {
    if key.revoked.is_some() {
        "revoked"
    } else if key.expires.is_some_and(|expires| expires <= now) {
        "expired"
    } else {
        "valid"
    }
}

fn roles(key: &HeldKey) -> Vec<&'static str> {
    key.roles.iter().map(Role::as_str).collect()
}

/// The scope with the names of its communes.
fn place(reach: &Reach, communes: &Communes) -> String {
    match reach {
        Reach::Territory => reach.to_string(),
        Reach::Communes(codes) => match &codes[..] {
            [one] => format!("{one} {}", communes.name(one.as_str())),
            several => format!("{} communes: {reach}", several.len()),
        },
    }
}

fn document(session: &Session, key: &HeldKey, now: DateTime<Utc>) -> serde_json::Value {
    json!({
        "id": key.id,
        "number": key.number,
        "prefix": key.prefix,
        "state": state(key, now),
        "label": key.label,
        "roles": roles(key),
        "scope": key.reach.to_string(),
        "quota": key.quota,
        "created": key.created,
        "expires": key.expires.map(|end| session.territory.day(last_instant(end))),
        "revoked": key.revoked,
        "used": key.used,
    })
}
