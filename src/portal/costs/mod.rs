//! Exercises of shared costs: `/couts`, their matrices, statements, files and simulations.
//!
//! Who sees what is [`crate::access::costs::Ledgers`]'s to say.

mod files;
mod pages;
mod papers;
mod simulation;

pub(super) use crate::encode::html::register::Paper;
pub use files::schema;
pub use pages::{list, one, statement};
pub(super) use papers::papers;
pub use simulation::{get as simulate, post as simulate_variants};

use std::fmt::Display;
use std::sync::Arc;

use super::{attached, unkept};
use crate::access::costs::Ledgers;
use crate::app::App;
use crate::exercise::{self, Computed};
use crate::model::{KeptExercise, Problem, shown};
use crate::ogc::ask::Ask;

/// What a caller sees of exercises, by the names that addresses have: `2026-final`.
struct Shelf {
    ledgers: Ledgers,
    exercises: Vec<(String, KeptExercise)>,
}

impl Shelf {
    /// The last exercise of each year and state: sealed ones, or for who sees all the last loaded.
    async fn of(ask: &Ask) -> Result<Self, Problem> {
        let ledgers = Ledgers::of(&ask.caller)?;
        let kept = ask.tally.timed(ask.app.store.kept_exercises()).await?;
        let mut exercises: Vec<(String, KeptExercise)> = Vec::new();
        for it in kept {
            let name = format!("{}-{}", it.year, it.state);
            let known = exercises.iter().any(|(other, _)| *other == name);
            if !known && (ledgers.all() || it.sealed.is_some()) {
                exercises.push((name, it));
            }
        }
        Ok(Self { ledgers, exercises })
    }

    /// The exercise of a name, or of a year: the final one, else the forecast.
    fn find(&self, name: &str) -> Result<&(String, KeptExercise), Problem> {
        let named = |wanted: &str| self.exercises.iter().find(|(name, _)| name == wanted);
        let found = named(name)
            .or_else(|| named(&format!("{name}-final")))
            .or_else(|| named(&format!("{name}-forecast")));
        found.ok_or_else(|| {
            Problem::NotFound(format!(
                "no exercise « {} » is published here: /couts lists those that are",
                shown(name)
            ))
        })
    }

    /// Another exercise, where there is one: the final one of a year, else its forecast.
    fn of_year(&self, year: i32) -> Option<&KeptExercise> {
        self.find(&year.to_string()).ok().map(|(_, kept)| kept)
    }

    /// The forecast of a final exercise's year.
    fn forecast_of(&self, kept: &KeptExercise) -> Option<&KeptExercise> {
        let name = format!("{}-forecast", kept.year);
        let mut others = self.exercises.iter().filter(|_| kept.state == "final");
        others.find(|(other, _)| *other == name).map(|(_, it)| it)
    }
}

/// A kept exercise, computed.
async fn computed(app: &Arc<App>, kept: &KeptExercise) -> Result<Computed, Problem> {
    exercise::kept(&app.store, kept)
        .await
        .map_err(|error| failed(&error))
}

async fn maybe(app: &Arc<App>, kept: Option<&KeptExercise>) -> Result<Option<Computed>, Problem> {
    match kept {
        Some(kept) => Ok(Some(computed(app, kept).await?)),
        None => Ok(None),
    }
}

/// Runs what takes the processor beside the tasks that answer requests.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| failed(&error))?
}

fn failed(error: &dyn Display) -> Problem {
    tracing::error!(%error, "an exercise of shared costs could not be shown");
    Problem::Internal
}
