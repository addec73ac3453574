//! `geonantes documents`: the register of documents, from the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use chrono::{NaiveDate, Utc};

use super::session::{Session, Use};
use super::table::{aligned, say};
use crate::exercise::sha256;
use crate::model::{Document, MOST_DOCUMENT, NewDocument, Reach, Readers};

/// What to do with the register.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Publishes a document.
    Publish(Publish),
    /// Lists the documents that have not been withdrawn, the latest first.
    List {
        /// One JSON document instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Withdraws a document: its file is gone, the register remembers who did it.
    Withdraw {
        /// Its number, as `documents list` tells.
        #[arg(value_name = "NUMBER")]
        id: i32,
        /// Who withdraws, for the record.
        #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
        author: String,
    },
}

/// What to publish.
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The group that it comes from: a working group, the mayors' conference.
    #[arg(long, value_name = "TEXT")]
    group: String,
    /// What it is.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// The day of the meeting.
    #[arg(long, value_name = "DATE")]
    date: NaiveDate,
    /// Whom it is for: `communes` (all), `tous` (everybody), or INSEE codes with commas between.
    #[arg(long = "for", value_name = "WHOM", default_value = "communes")]
    readers: Readers,
    /// Who publishes, for the record.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    author: String,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, a text is none, or the database cannot be used.
pub async fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Publish(asked) => publish(asked).await?,
        Command::List { json } => list(*json).await?,
        Command::Withdraw { id, author } => withdraw(*id, author).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn publish(asked: &Publish) -> anyhow::Result<()> {
    let file = asked.file.display();
    let content = std::fs::read(&asked.file).with_context(|| format!("{file} cannot be read"))?;
    ensure!(!content.is_empty(), "{file} is empty");
    ensure!(
        content.len() <= MOST_DOCUMENT,
        "{file} has more than {MOST_DOCUMENT} bytes"
    );
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    let texts = (asked.group.as_str(), asked.title.as_str());
    let new = NewDocument::new(texts, asked.date, &name, asked.readers.clone());
    let new = new.map_err(anyhow::Error::msg)?;
    let sum = sha256(&content);
    let session = Session::open(Use::Join).await?;
    let kept = (content.as_slice(), sum.as_str());
    let store = &session.store;
    let id = store
        .publish_document(&new, kept, &asked.author, Utc::now())
        .await;
    session.close().await?;
    say(&format!(
        "published as the document {}\nsha256 {sum}\n",
        id?
    ));
    Ok(())
}

async fn list(json: bool) -> anyhow::Result<()> {
    let session = Session::open(Use::Join).await?;
    let found = session
        .store
        .documents(Some(&Reach::Territory), None, i64::MAX)
        .await;
    session.close().await?;
    let found = found?;
    let line = |it: &Document| {
        [
            it.id.to_string(),
            it.day.to_string(),
            it.group.clone(),
            it.title.clone(),
            it.name.clone(),
            it.readers.to_string(),
        ]
    };
    let headings = ["number", "day", "group", "title", "file", "for"];
    say(&match json {
        true => format!("{:#}\n", serde_json::to_value(&found)?),
        false => aligned(headings, found.iter().map(line).collect()),
    });
    Ok(())
}

async fn withdraw(id: i32, author: &str) -> anyhow::Result<()> {
    let session = Session::open(Use::Join).await?;
    let done = session
        .store
        .withdraw_document(id, author, Utc::now())
        .await;
    session.close().await?;
    ensure!(done?, "no document has the number {id}");
    say(&format!("the document {id} is withdrawn\n"));
    Ok(())
}
