//! What look-ups keep at hand between requests, made again when a layer is published.

use std::sync::Arc;

use moka::future::Cache;

use super::reference::Places;
use crate::app::App;
use crate::model::Problem;
use crate::store::COMMUNES;

/// A layer's publication: when it was born, and its version.
type Version = (i64, i64);

/// What look-ups share. Nothing of it is truth: all of it is read from published layers.
#[derive(Debug)]
pub struct Desk {
    places: Cache<Version, Arc<Places>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            places: Cache::new(2),
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
}

/// The last publication of a layer, as far as is known here.
fn version(app: &App, layer: &str) -> Version {
    let snapshot = app.freshness.now();
    snapshot
        .get(layer)
        .map_or((0, 0), |state| (state.born, state.version))
}
