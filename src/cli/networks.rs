//! `geonantes networks list|import|set|remove`: who speaks for which commune.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use chrono::{NaiveDate, Utc};
use serde_json::json;

use super::session::{Session, Use};
use super::table::{aligned, say};
use crate::encode::directory;
use crate::members::networks::{self, Ground};
use crate::model::{Communes, Directory, Entered, Entry, Post, Referent};

/// What to do with the directory of the animation networks.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Lists the referents in place.
    List(List),
    /// Enters the referents of a CSV file: all of it, or nothing when something is wrong.
    ///
    /// Columns: reseau, commune (INSEE code or name), role (referent, suppleant or elu), nom,
    /// fonction, courriel, telephone, depuis, jusqu_au. Commas or semicolons; UTF-8.
    Import(Import),
    /// Says who is referent; whoever held the place under another name leaves it.
    Set(Box<Set>),
    /// Notes that a referent left: name and dates stay, contact details are erased.
    Remove(Remove),
}

/// Options of `list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// One network alone.
    #[arg(long, value_name = "ID")]
    network: Option<String>,
    /// One commune alone.
    #[arg(long, value_name = "INSEE")]
    commune: Option<String>,
    /// Those who left, too.
    #[arg(long)]
    history: bool,
    /// The places where nobody is, instead.
    #[arg(long, conflicts_with_all = ["history", "json"])]
    lacking: bool,
    /// One JSON document instead of a table.
    #[arg(long, conflicts_with = "history")]
    json: bool,
}

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file.
    file: PathBuf,
    /// The file is the whole list of the networks that it names: whoever is not in it leaves today.
    #[arg(long)]
    complete: bool,
    /// Says what would be done, and does nothing.
    #[arg(long)]
    dry_run: bool,
    /// One JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
}

/// Options of `set`. For somebody who is in place already, what is not given stays.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The network, by its id or title.
    #[arg(long, value_name = "ID")]
    network: String,
    /// The commune, by its INSEE code or name.
    #[arg(long, value_name = "INSEE")]
    commune: String,
    /// referent, suppleant or elu.
    #[arg(long, default_value = "referent")]
    role: Post,
    /// First name and name.
    #[arg(long)]
    name: String,
    /// Function in the commune.
    #[arg(long)]
    function: Option<String>,
    /// Professional e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Professional telephone.
    #[arg(long)]
    phone: Option<String>,
    /// First day [default: today].
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
}

/// Options of `remove`.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The referent's number, as `list` gives it.
    id: i32,
    /// Last day [default: today].
    #[arg(long, value_name = "DATE", conflicts_with = "erase")]
    on: Option<NaiveDate>,
    /// Erases name and dates as well, at the person's request.
    #[arg(long)]
    erase: bool,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used, or what was given is wrong.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = act(&session, command).await;
    session.close().await?;
    done
}

async fn act(session: &Session, command: Command) -> anyhow::Result<ExitCode> {
    let communes = session.store.communes(&session.catalogue).await?;
    match command {
        Command::List(list) => show(session, communes, &list).await?,
        Command::Import(file) => return import(session, &communes, &file).await,
        Command::Set(set) => self::set(session, &communes, *set).await?,
        Command::Remove(gone) => remove(session, &gone).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn today(session: &Session) -> NaiveDate {
    session.territory.day(Utc::now())
}

async fn show(session: &Session, communes: Communes, list: &List) -> anyhow::Result<()> {
    let ground = Ground {
        networks: &session.territory.networks,
        communes: &communes,
        today: today(session),
    };
    let network = list
        .network
        .as_deref()
        .map(|text| ground.network(text).map(|known| known.id.clone()));
    let commune = list.commune.as_deref().map(|text| ground.commune(text));
    let network = network.transpose().map_err(anyhow::Error::msg)?;
    let commune = commune.transpose().map_err(anyhow::Error::msg)?;
    let wanted = |held: &&Referent| {
        network.as_ref().is_none_or(|id| *id == held.network)
            && commune.as_ref().is_none_or(|code| *code == held.commune)
    };
    if list.history {
        let all = session.store.referents(true).await?;
        say(&table(&communes, all.iter().filter(wanted)));
        return Ok(());
    }
    let networks = &session.territory.networks;
    let directory = networks::directory(&session.store, networks, communes.into()).await?;
    let people = directory.referents.iter().filter(wanted);
    if list.json {
        say(&format!("{:#}\n", directory::json(&directory, people)));
    } else if list.lacking {
        say(&holes(
            &directory,
            network.as_deref(),
            commune.as_ref().map(|code| code.as_str()),
        ));
    } else {
        say(&table(&directory.communes, people));
    }
    Ok(())
}

fn table<'a>(communes: &Communes, people: impl Iterator<Item = &'a Referent>) -> String {
    let headings = [
        "ID", "NETWORK", "COMMUNE", "ROLE", "NAME", "E-MAIL", "PHONE", "SINCE", "UNTIL",
    ];
    let rows = people.map(|held| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        [
            held.id.to_string(),
            held.network.clone(),
            communes.name(held.commune.as_str()).to_owned(),
            held.post.as_str().to_owned(),
            held.name.clone(),
            text(&held.email),
            text(&held.phone),
            held.since.to_string(),
            held.until.map(|day| day.to_string()).unwrap_or_default(),
        ]
    });
    aligned(headings, rows.collect())
}

fn holes(directory: &Directory, network: Option<&str>, commune: Option<&str>) -> String {
    let mut rows = Vec::new();
    for known in directory.networks.iter() {
        let lacking = directory.lacking(known).filter(|lacking| {
            network.is_none_or(|id| id == known.id)
                && commune.is_none_or(|code| code == lacking.insee.as_str())
        });
        rows.extend(lacking.map(|lacking| {
            [
                known.id.clone(),
                lacking.insee.to_string(),
                lacking.name.clone(),
            ]
        }));
    }
    aligned(["NETWORK", "COMMUNE", "NAME"], rows)
}

async fn import(
    session: &Session,
    communes: &Communes,
    options: &Import,
) -> anyhow::Result<ExitCode> {
    let path = options.file.display();
    let bytes = std::fs::read(&options.file).with_context(|| format!("{path} cannot be read"))?;
    let ground = Ground {
        networks: &session.territory.networks,
        communes,
        today: today(session),
    };
    let entries = match networks::read(&bytes, &ground) {
        Ok(entries) => entries,
        Err(findings) => {
            if options.json {
                let list: Vec<_> = findings
                    .iter()
                    .map(|f| json!({"line": f.line, "column": f.column, "message": f.message}))
                    .collect();
                say(&format!(
                    "{:#}\n",
                    json!({"state": "rejected", "findings": list})
                ));
            }
            for finding in findings.iter().filter(|_| !options.json) {
                eprintln!("{path}: {finding}");
            }
            eprintln!("nothing was entered: correct the file and import it again");
            return Ok(ExitCode::FAILURE);
        }
    };
    let entered = session
        .store
        .enter_referents(&entries, ground.today, options.complete, options.dry_run)
        .await?;
    report(entered, options);
    Ok(ExitCode::SUCCESS)
}

fn report(entered: Entered, options: &Import) {
    let Entered {
        added,
        changed,
        unchanged,
        ended,
    } = entered;
    if options.json {
        let state = if options.dry_run {
            "checked"
        } else {
            "entered"
        };
        say(&format!(
            "{:#}\n",
            json!({"state": state, "added": added, "changed": changed,
                   "unchanged": unchanged, "ended": ended})
        ));
    } else {
        let would = if options.dry_run { "would be " } else { "" };
        say(&format!(
            "{would}added {added}, changed {changed}, unchanged {unchanged}, left {ended}\n"
        ));
    }
}

async fn set(session: &Session, communes: &Communes, set: Set) -> anyhow::Result<()> {
    let ground = Ground {
        networks: &session.territory.networks,
        communes,
        today: today(session),
    };
    let said = |name: &str, error: String| anyhow::anyhow!("--{name}: {error}");
    let network = ground
        .network(&set.network)
        .map_err(|e| said("network", e))?;
    let commune = ground
        .commune(&set.commune)
        .map_err(|e| said("commune", e))?;
    let name = networks::plain(&set.name).map_err(|e| said("name", e))?;
    ensure!(!name.is_empty(), "--name: a name is needed");
    let since = set.since.filter(|day| *day <= ground.today);
    ensure!(
        since == set.since,
        "--since: the day is to come: enter it when the day is there"
    );
    let function = set.function.as_deref().map(networks::plain).transpose();
    let email = set.email.as_deref().map(networks::email).transpose();
    let phone = set.phone.as_deref().map(networks::phone).transpose();
    let held = session
        .store
        .referents(false)
        .await?
        .into_iter()
        .find(|held| {
            held.network == network.id
                && held.commune == commune
                && held.post == set.role
                && held.name == name
        });
    let before = held.as_ref();
    let kept = |old: Option<&Option<String>>| old.cloned().flatten();
    let referent = Referent {
        id: 0,
        network: network.id.clone(),
        commune,
        post: set.role,
        name,
        function: match function.map_err(|e| said("function", e))? {
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => kept(before.map(|held| &held.function)),
        },
        email: match email.map_err(|e| said("email", e))? {
            Some(given) => given,
            None => kept(before.map(|held| &held.email)),
        },
        phone: match phone.map_err(|e| said("phone", e))? {
            Some(given) => given,
            None => kept(before.map(|held| &held.phone)),
        },
        since: since.unwrap_or(ground.today),
        until: None,
        demonstration: false,
    };
    let entry = Entry {
        referent,
        dated: since.is_some(),
    };
    let entered = session
        .store
        .enter_referents(&[entry], ground.today, false, false)
        .await?;
    say(match entered {
        Entered { ended: 1.., .. } => "entered; whoever held the place has left it\n",
        Entered { added: 1.., .. } => "entered\n",
        Entered { changed: 1.., .. } => "changed\n",
        _ => "as it was\n",
    });
    Ok(())
}

async fn remove(session: &Session, gone: &Remove) -> anyhow::Result<()> {
    let id = gone.id;
    if gone.erase {
        ensure!(
            session.store.erase_referent(id).await?,
            "there is no referent {id}: see « geonantes networks list --history »"
        );
        say("erased\n");
        return Ok(());
    }
    let today = today(session);
    let day = gone.on.unwrap_or(today);
    ensure!(
        day <= today,
        "--on: the day is to come: enter it when the day is there"
    );
    if !session.store.end_referent(id, day).await? {
        bail!(
            "no referent {id} is in place since {day} or before: see « geonantes networks list »"
        );
    }
    say("left; contact details erased\n");
    Ok(())
}
