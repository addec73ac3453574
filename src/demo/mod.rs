//! The demonstration territory: real communes and town halls, and everything that has no open
//! source generated inside them, the same on every machine.

mod chance;
mod costs;
mod load;
mod members;
mod people;
mod sources;
mod year;

use std::path::PathBuf;

use chrono::NaiveDate;
use sqlx::PgPool;
use thiserror::Error;

pub use load::{LoadError, load};
pub use members::DemoKey;
pub use sources::Sources;

use crate::catalogue::{Catalogue, Territory};
use crate::config::Units;
use crate::store::demo::{self as sql, Inputs, MemberRow, RiverRow};
use crate::store::{Store, StoreError};

/// Why the demonstration could not be made.
#[derive(Debug, Error)]
pub enum DemoError {
    /// An archive is not in the folder.
    #[error("{wanted} is not in {folder}: fetch it with `{command}`")]
    Missing {
        /// File name.
        wanted: &'static str,
        /// Where it was looked for.
        folder: PathBuf,
        /// How to get it.
        command: &'static str,
    },
    /// An archive is not the one that the program knows.
    #[error("{path}: the SHA-256 is {found}, not {wanted}; delete the file and fetch it again")]
    Altered {
        /// The file.
        path: PathBuf,
        /// Sum found.
        found: String,
        /// Sum expected.
        wanted: &'static str,
    },
    /// An archive cannot be read.
    #[error("{path}: {what}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong, where.
        what: String,
    },
    /// The territory names no commune of the sources.
    #[error("no commune of the sources belongs to the territory ({0}): correct territory.toml")]
    Empty(String),
    /// The database refused a step.
    #[error("the demonstration's step «{step}» failed: {source}")]
    Database {
        /// The step.
        step: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The task that reads the archives stopped.
    #[error("reading the archives was interrupted")]
    Interrupted,
}

/// How far the generator is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What these steps lead to.
    pub phase: &'static str,
    /// Steps already done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// What is being made now.
    pub title: &'a str,
}

/// Called before each step, and once when all are done.
pub type Progress = dyn for<'a> Fn(Step<'a>) + Send + Sync;

/// Draws the territory in the scratch schema `demo`: one relation a collection, named by its
/// table, with `_scope`, the fields of its catalogue entry and `geom` in the territory's
/// projection. Two connections of `pool` work at a time. Files are under way about `today`.
///
/// # Errors
/// See [`DemoError`].
pub async fn generate(
    pool: &PgPool,
    territory: &Territory,
    sources: &Sources,
    (parcels, today): (u32, NaiveDate),
    progress: &Progress,
) -> Result<(), DemoError> {
    let total = sql::STEPS.len() + 1;
    let tell = |done, title| {
        progress(Step {
            phase: "drawing",
            done,
            total,
            title,
        })
    };
    tell(0, "reading communes and town halls");
    let (reader, wanted) = (sources.clone(), territory.clone());
    let communes = tokio::task::spawn_blocking(move || reader.communes(&wanted))
        .await
        .map_err(|_| DemoError::Interrupted)??;
    let inputs = Inputs {
        communes,
        members: groups(territory),
        rivers: rivers(territory),
        parcels,
        srid: territory.srid,
        authority: authority(territory),
        today,
        population_vintage: sources::POPULATION_VINTAGE,
        population_source: sources::POPULATION_SOURCE,
    };
    sql::prepare(pool, &inputs)
        .await
        .map_err(|source| DemoError::Database {
            step: "inputs",
            source,
        })?;
    for (done, step) in sql::STEPS.iter().enumerate() {
        tell(done + 1, step.title);
        sql::run(pool, step)
            .await
            .map_err(|source| DemoError::Database {
                step: step.title,
                source,
            })?;
    }
    tell(total, "ready");
    Ok(())
}

/// Where the demonstration's members are entered.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The database.
    pub store: &'a Store,
    /// The layers.
    pub catalogue: &'a Catalogue,
    /// The territory.
    pub territory: &'a Territory,
    /// The day that it is there.
    pub today: NaiveDate,
    /// What responses weigh.
    pub weights: &'a Units,
}

/// Gives the territory its members: adhesions, referents, a year of use up to yesterday, and the
/// keys of this start, one a role. What an earlier start made stays, but for its keys, which are
/// revoked; the days that have passed since are added to the ledger.
///
/// # Errors
/// When the database refuses.
pub async fn populate(ground: Ground<'_>, progress: &Progress) -> Result<Vec<DemoKey>, StoreError> {
    let Ground {
        store,
        territory,
        today,
        ..
    } = ground;
    let communes = store.communes(ground.catalogue).await?;
    members::adhere(store, territory, &communes).await?;
    people::appoint(store, territory, &communes, today).await?;
    let told = |done, total, title: &NaiveDate| {
        progress(Step {
            phase: "booking",
            done,
            total,
            title: &title.to_string(),
        });
    };
    year::ship(ground, &communes, told).await?;
    if let Err(error) = costs::keep_exercises(store, chrono::Utc::now()).await {
        tracing::warn!(%error, "the demonstration has no exercise of shared costs");
    }
    members::give_keys(store, territory, &communes).await
}

fn groups(territory: &Territory) -> Vec<MemberRow> {
    let poles = territory.poles.iter().map(|g| ("pole", g));
    let bassins = territory.bassins.iter().map(|g| ("bassin", g));
    poles
        .chain(bassins)
        .flat_map(|(kind, group)| {
            group.communes.iter().map(move |insee| MemberRow {
                kind,
                code: group.code.clone(),
                name: group.name.clone(),
                official: group.official,
                insee: insee.to_string(),
            })
        })
        .collect()
}

fn rivers(territory: &Territory) -> Vec<RiverRow> {
    let text = |line: &[[f64; 2]]| {
        let points: Vec<String> = line.iter().map(|[x, y]| format!("{x} {y}")).collect();
        format!("LINESTRING({})", points.join(","))
    };
    territory
        .rivers
        .iter()
        .map(|river| RiverRow {
            name: river.name.clone(),
            width: river.width_m,
            line: text(&river.line),
        })
        .collect()
}

/// Nine digits that name the planning document: the EPCI's SIREN, or a stand-in that no
/// authority bears.
fn authority(territory: &Territory) -> String {
    territory
        .epci
        .clone()
        .unwrap_or_else(|| "200000000".to_owned())
}
