//! What look-ups keep at hand between requests, made again when a layer is published.

use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;

use super::addresses::{ADDRESSES, Streets};
use super::lookup::Gather;
use super::reference::Places;
use crate::app::App;
use crate::catalogue::View;
use crate::model::{Caller, Problem};
use crate::store::COMMUNES;

/// A layer's publication: when it was born, and its version.
pub(super) type Version = (i64, i64);

/// What look-ups share. Nothing of it is truth: all of it is read from published layers.
#[derive(Debug)]
pub struct Desk {
    places: Cache<Version, Arc<Places>>,
    /// Streets by publication of addresses and of communes, and by how the addresses are read.
    streets: Cache<(Version, Version, u64), Arc<Streets>>,
    /// Answers to what was typed lately, by publication of addresses and of communes.
    answers: Cache<(Version, Version, String), Answered>,
    /// Where look-ups by identifier meet.
    pub(super) gather: Arc<Gather>,
}

/// An answer to what was typed.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    /// Its document.
    pub body: Bytes,
    /// Results in it.
    pub features: u32,
}

/// Bytes of the answers that are kept, of a few kilobytes each.
const ANSWERS: u64 = 8 << 20;

fn weight(asked: &(Version, Version, String), answered: &Answered) -> u32 {
    u32::try_from(asked.2.len() + answered.body.len()).unwrap_or(u32::MAX)
}

/// Indexes of streets that are kept: today's, and those of a reading that is not everybody's.
const INDEXES: u64 = 4;

impl Default for Desk {
    fn default() -> Self {
        Self {
            places: Cache::new(2),
            streets: Cache::new(INDEXES),
            answers: Cache::builder()
                .max_capacity(ANSWERS)
                .weigher(weight)
                .build(),
            gather: Arc::default(),
        }
    }
}

impl Desk {
    /// The communes by name, from the published layer.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn places(&self, app: &App) -> Result<Arc<Places>, Problem> {
        let version = version(app, COMMUNES);
        if let Some(known) = self.places.get(&version).await {
            return Ok(known);
        }
        let mut places = Places::default();
        for commune in app.store.commune_names(&app.catalogue).await? {
            places.add(
                commune.insee.clone(),
                &commune.name,
                commune.aliases.iter().map(String::as_str),
                commune.postcodes.iter().map(String::as_str),
            );
        }
        let places = Arc::new(places);
        self.places.insert(version, places.clone()).await;
        Ok(places)
    }

    /// The answer to what anybody may ask, kept until addresses or communes are published again.
    ///
    /// # Errors
    /// Those of making it.
    pub(super) async fn answered(
        &self,
        app: &App,
        asked: String,
        make: impl Future<Output = Result<Answered, Problem>>,
    ) -> Result<Answered, Problem> {
        let key = (version(app, ADDRESSES), version(app, COMMUNES), asked);
        if let Some(kept) = self.answers.get(&key).await {
            return Ok(kept);
        }
        let made = make.await?;
        self.answers.insert(key, made.clone()).await;
        Ok(made)
    }

    /// The streets of the layer of addresses, as the caller reads it, and the communes; made once
    /// a publication, however many wait for them.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn streets(&self, app: &App, view: &View) -> Result<Arc<Streets>, Problem> {
        let key = (
            version(app, view.id.as_str()),
            version(app, COMMUNES),
            view.digest(),
        );
        let make = async {
            let streets = app.store.street_rows(view).await?;
            let towns = match app.view(COMMUNES, &Caller::anonymous()) {
                Ok(communes) => app.store.town_rows(&communes).await?,
                Err(_) => Vec::new(),
            };
            // Thousands of names are taken apart: not on a thread that answers others.
            let made = tokio::task::spawn_blocking(move || Streets::new(streets, towns)).await;
            made.map(Arc::new).map_err(|_| Problem::Internal)
        };
        let made = self.streets.try_get_with(key, make).await;
        made.map_err(|problem| Problem::clone(&problem))
    }
}

/// The last publication of a layer, as far as is known here.
pub(super) fn version(app: &App, layer: &str) -> Version {
    let snapshot = app.freshness.now();
    snapshot
        .get(layer)
        .map_or((0, 0), |state| (state.born, state.version))
}
