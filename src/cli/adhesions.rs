//! `geonantes adhesions add|end|list`.

use std::process::ExitCode;

use anyhow::{anyhow, bail, ensure};
use chrono::{NaiveDate, Utc};
use serde_json::{Value, json};

use super::session::{Session, Use};
use super::table::{aligned, say};
use crate::catalogue::ServiceCommun;
use crate::model::{Adhesion, Communes, Insee, Level};
use crate::store::members::{Adding, Ending};

/// What to do with adhesions.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Notes that a commune adheres to a service commun from a day on.
    Add(Add),
    /// Notes the last day of an adhesion.
    End(End),
    /// Lists periods of adhesion.
    List(List),
}

/// Options of `adhesions add`.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// INSEE code of the commune.
    #[arg(long, value_name = "INSEE")]
    commune: Insee,
    /// The service commun, by its identifier in territory.toml.
    #[arg(long, value_name = "SERVICE")]
    service: String,
    /// Level of support, where the service has levels: portail or outils.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// First day.
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
    /// Last day; left out while no end is known.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// One JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
}

/// Options of `adhesions end`.
#[derive(Debug, clap::Args)]
pub struct End {
    /// INSEE code of the commune.
    #[arg(long, value_name = "INSEE")]
    commune: Insee,
    /// The service commun, by its identifier in territory.toml.
    #[arg(long, value_name = "SERVICE")]
    service: String,
    /// Last day [default: today].
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// One JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
}

/// Options of `adhesions list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Of this commune alone.
    #[arg(long, value_name = "INSEE")]
    commune: Option<Insee>,
    /// To this service alone.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Of this level alone.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// In force on this day or later.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// In force on this day or earlier.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used, or the command is refused.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let session = Session::open(Use::Join).await?;
    let done = match command {
        Command::Add(arguments) => add(&session, arguments).await,
        Command::End(arguments) => end(&session, arguments).await,
        Command::List(arguments) => list(&session, &arguments).await,
    };
    session.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn add(session: &Session, arguments: Add) -> anyhow::Result<()> {
    let names = communes(session).await?;
    check_commune(session, &names, &arguments.commune)?;
    let service = service(session, &arguments.service)?;
    check_level(service, arguments.level)?;
    ensure!(
        arguments.until.is_none_or(|until| until >= arguments.from),
        "--until comes before --from"
    );
    let adhesion = Adhesion {
        commune: arguments.commune,
        service: arguments.service,
        level: arguments.level,
        since: arguments.from,
        until: arguments.until,
    };
    match session.store.add_adhesion(&adhesion).await? {
        Adding::Added => tell(session, &names, &adhesion, arguments.json),
        Adding::Overlaps(other) => bail!(
            "{} already adheres to « {} » {}: end that period first (geonantes adhesions end \
             --commune {} --service {} --until DATE), or choose other dates",
            names.name(other.commune.as_str()),
            other.service,
            period(&other),
            other.commune,
            other.service
        ),
    }
    Ok(())
}

async fn end(session: &Session, arguments: End) -> anyhow::Result<()> {
    let names = communes(session).await?;
    check_commune(session, &names, &arguments.commune)?;
    service(session, &arguments.service)?;
    let last = arguments
        .until
        .unwrap_or_else(|| session.territory.day(Utc::now()));
    let ending = session
        .store
        .end_adhesion(&arguments.commune, &arguments.service, last)
        .await?;
    match ending {
        Ending::Ended(adhesion) => tell(session, &names, &adhesion, arguments.json),
        Ending::NoneOpen => bail!(
            "{} does not adhere to « {} » on {last}; « geonantes adhesions list --commune {} » \
             shows its periods",
            names.name(arguments.commune.as_str()),
            arguments.service,
            arguments.commune
        ),
    }
    Ok(())
}

async fn list(session: &Session, arguments: &List) -> anyhow::Result<()> {
    if let Some(id) = &arguments.service {
        service(session, id)?;
    }
    let names = communes(session).await?;
    let wanted = |adhesion: &Adhesion| {
        arguments
            .commune
            .as_ref()
            .is_none_or(|commune| adhesion.commune == *commune)
            && arguments
                .service
                .as_ref()
                .is_none_or(|service| adhesion.service == *service)
            && (arguments.level.is_none() || adhesion.level == arguments.level)
            && arguments
                .from
                .is_none_or(|from| adhesion.until.is_none_or(|until| until >= from))
            && arguments.until.is_none_or(|until| adhesion.since <= until)
    };
    let mut adhesions = session.store.adhesions().await?;
    adhesions.retain(wanted);
    if arguments.json {
        let documents: Vec<Value> = adhesions
            .iter()
            .map(|adhesion| document(session, &names, adhesion))
            .collect();
        say(&format!("{:#}\n", json!({ "adhesions": documents })));
        return Ok(());
    }
    let rows = adhesions.iter().map(|adhesion| {
        [
            adhesion.service.clone(),
            adhesion.commune.to_string(),
            names.name(adhesion.commune.as_str()).to_owned(),
            adhesion.level.map_or("", Level::as_str).to_owned(),
            adhesion.since.to_string(),
            adhesion
                .until
                .map_or_else(String::new, |until| until.to_string()),
        ]
    });
    let headings = ["SERVICE", "COMMUNE", "NAME", "LEVEL", "FROM", "UNTIL"];
    say(&aligned(headings, rows.collect()));
    Ok(())
}

/// The communes that are published, with their names.
///
/// # Errors
/// When the database does not answer.
pub async fn communes(session: &Session) -> anyhow::Result<Communes> {
    // The tables of layers are made by another command, maybe later.
    if session.store.has_relation("layer", "communes").await? {
        Ok(session.store.communes(&session.catalogue).await?)
    } else {
        Ok(Communes::default())
    }
}

/// Refuses a commune that the territory does not have, as far as is known.
///
/// # Errors
/// When the communes are known, published or listed, and this is none of them.
pub fn check_commune(session: &Session, communes: &Communes, insee: &Insee) -> anyhow::Result<()> {
    let listed = &session.territory.communes;
    let unknown = match (communes.list.is_empty(), listed.is_empty()) {
        (false, _) => communes.get(insee.as_str()).is_none(),
        (true, false) => !listed.contains(insee),
        (true, true) => false,
    };
    ensure!(
        !unknown,
        "{insee} is no commune of {}",
        session.territory.title
    );
    Ok(())
}

fn service<'a>(session: &'a Session, id: &str) -> anyhow::Result<&'a ServiceCommun> {
    session.territory.service(id).ok_or_else(|| {
        let known: Vec<&str> = session
            .territory
            .services
            .iter()
            .map(|service| service.id.as_str())
            .collect();
        anyhow!(
            "« {id} » is no service commun of territory.toml; it has {}",
            known.join(", ")
        )
    })
}

fn check_level(service: &ServiceCommun, level: Option<Level>) -> anyhow::Result<()> {
    let levels: Vec<&str> = service.levels.iter().map(|level| level.as_str()).collect();
    match level {
        None if levels.is_empty() => Ok(()),
        Some(level) if service.levels.contains(&level) => Ok(()),
        Some(_) if levels.is_empty() => {
            bail!("« {} » has no levels: leave --level out", service.id)
        }
        _ => bail!(
            "« {} » has levels: give one with --level ({})",
            service.id,
            levels.join(", ")
        ),
    }
}

/// `from 2026-01-01 on`, `from 2026-01-01 until 2026-06-30`.
fn period(adhesion: &Adhesion) -> String {
    match adhesion.until {
        None => format!("from {} on", adhesion.since),
        Some(until) => format!("from {} until {until}", adhesion.since),
    }
}

fn tell(session: &Session, communes: &Communes, adhesion: &Adhesion, json: bool) {
    if json {
        let document = document(session, communes, adhesion);
        say(&format!("{document:#}\n"));
        return;
    }
    let level = adhesion
        .level
        .map_or_else(String::new, |level| format!(", level {}", level.as_str()));
    say(&format!(
        "{} adheres to « {} »{level}, {}\n",
        communes.name(adhesion.commune.as_str()),
        adhesion.service,
        period(adhesion)
    ));
}

fn document(session: &Session, communes: &Communes, adhesion: &Adhesion) -> Value {
    json!({
        "commune": adhesion.commune,
        "name": communes.get(adhesion.commune.as_str()).map(|commune| &commune.name),
        "service": adhesion.service,
        "level": adhesion.level,
        "from": adhesion.since,
        "until": adhesion.until,
        "in_force": adhesion.holds_on(session.territory.day(Utc::now())),
    })
}
